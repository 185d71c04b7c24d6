package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.contract.OpCase;

/** Classes that are read off single components of codes. */
class ClassDirectionsTest {
    private static final int COUNT = 2000;
    private static final int SIZE = 6;

    private final HostArray codes = OpCase.normal(5, COUNT, SIZE);
    private final HostArray near = around(new float[SIZE]);

    /** Codes drawn towards a mean. */
    private HostArray around(float[] mean) {
        float[] near = Arrays.copyOf(codes.data(), 128 * SIZE);
        for (int i = 0; i < near.length; i++) {
            near[i] = mean[i % SIZE] + 0.1f * (near[i] - mean[i % SIZE]);
        }
        return HostArray.of(near, 128, SIZE);
    }

    /** Logits of codes, from one code. */
    private static UnaryOperator<HostArray> reading(UnaryOperator<float[]> one) {
        return codes -> {
            int rows = codes.shape().dim(0);
            float[] all = new float[0];
            int width = 0;
            for (int i = 0; i < rows; i++) {
                float[] code = new float[SIZE];
                System.arraycopy(codes.data(), i * SIZE, code, 0, SIZE);
                float[] read = one.apply(code);
                width = read.length;
                all = i == 0 ? new float[rows * width] : all;
                System.arraycopy(read, 0, all, i * width, width);
            }
            return HostArray.of(all, rows, width);
        };
    }

    @Test
    void findsWhereTheClassesLieAndHowFar() {
        List<ClassDirection> found = ClassDirections.find(
                codes, near, reading(w -> new float[] {w[2] - 1.3f, 0, w[4] < -1.1f ? 1 : -1, -100}));
        assertThat(found).hasSize(2);
        liesAlong(found.get(0), 0, 2, 1);
        liesAlong(found.get(1), 2, 4, -1);
        // 0.1 times a normal number plus s exceeds 1.3 in 98 of 100 where s is 1.3 + 0.1 * 2.05
        assertThat(found.get(0).length()).isBetween(1.4, 1.6);
        assertThat(found.get(1).length()).isBetween(1.2, 1.5);
    }

    private static void liesAlong(ClassDirection got, int logit, int component, double sign) {
        assertThat(got.logit()).isEqualTo(logit);
        float[] d = got.direction().data();
        double squares = 0;
        for (float x : d) {
            squares += (double) x * x;
        }
        assertThat(squares).isCloseTo(1, within(1e-5));
        assertThat(sign * d[component]).isGreaterThan(0.97);
        assertThat(got.share()).isBetween(0.95, 1.0);
    }

    /** The class is left again at 2, so that longer steps are worse; the mean is not that of the codes. */
    @Test
    void theLengthIsNotTheLongestAndFromTheMean() {
        HostArray other = around(new float[] {0, 0.5f, 0, 0, 0, 0});
        List<ClassDirection> found =
                ClassDirections.find(codes, other, reading(w -> new float[] {0, w[1] > 0.9 && w[1] < 2 ? 1 : -1}));
        assertThat(found.get(0).length()).isBetween(0.5, 0.9);
        assertThat(found.get(0).share()).isGreaterThan(0.9);
    }

    /** Three classes beyond one edge, told apart by what no step changes. */
    @Test
    void classesThatCompeteHaveDirections() {
        List<ClassDirection> found = ClassDirections.find(codes, near, reading(w -> {
            float[] read = {0, -2, -2, -2};
            read[1 + Math.floorMod((int) (w[0] * 1e4), 3)] = w[1] - 1;
            return read;
        }));
        assertThat(found).hasSize(3);
        assertThat(found).allSatisfy(d -> {
            assertThat(d.share()).isBetween(0.1, 0.5);
            assertThat(d.changed()).isBetween(0.96, 1.0);
            assertThat(d.length()).isBetween(1.0, 1.5);
        });
    }

    /** The first is read most often where most pictures are of no rare class yet. */
    @Test
    void classesThatCompeteGoAsFarAsAllOfThemNeed() {
        List<ClassDirection> found = ClassDirections.find(codes, near, reading(w -> {
            float[] read = {0, -2, -2, -2};
            int kind = Math.floorMod((int) (w[0] * 1e4), 5);
            if (w[1] > 1.2) {
                read[1 + (kind + 1) / 2] = 1;
            } else if (w[1] > 0.6 && kind < 2) {
                read[1] = 1;
            }
            return read;
        }));
        assertThat(found.get(0).logit()).isEqualTo(1);
        assertThat(found.get(0).length()).isBetween(1.2, 1.6);
        assertThat(found.get(0).share()).isLessThan(0.3);
        assertThat(found.get(0).changed()).isGreaterThan(0.95);
    }

    @Test
    void classesThatNoStepLeadsToAreRefused() {
        refused(reading(w -> new float[] {0, -1}), "class 1 is read off 0 pictures of 2000, fewer than 64");
        refused(
                reading(w -> new float[] {0, Math.floorMod((int) (w[3] * 1e4), 8) == 0 ? 1 : -1}),
                "class 1 is read off a share of 0.");
    }

    private void refused(UnaryOperator<HostArray> reading, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassDirections.find(codes, near, reading))
                .withMessageContaining("must read another class than its most frequent one, 0")
                .withMessageContaining(why);
    }
}
