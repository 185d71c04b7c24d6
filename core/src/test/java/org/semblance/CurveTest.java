package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CurveTest {
    private static final float[] A = random(1, 1);
    private static final float[] B = random(2, 3);

    private static float[] random(long seed, float scale) {
        Random random = new Random(seed);
        float[] code = new float[64];
        for (int i = 0; i < code.length; i++) {
            code[i] = scale * (float) random.nextGaussian();
        }
        return code;
    }

    private static double norm(float[] code) {
        double sum = 0;
        for (float x : code) {
            sum += (double) x * x;
        }
        return Math.sqrt(sum);
    }

    @ParameterizedTest
    @EnumSource(Curve.class)
    void endsAreExactToTheBit(Curve curve) {
        assertThat(curve.at(A, B, 0)).isEqualTo(A).isNotSameAs(A);
        assertThat(curve.at(A, B, 1)).isEqualTo(B).isNotSameAs(B);
        assertThat(curve.at(A, B, -0.0)).isEqualTo(A);
    }

    @ParameterizedTest
    @EnumSource(Curve.class)
    void theWayBackIsTheSame(Curve curve) {
        for (double t : new double[] {-0.5, 0.2, 0.5, 1.7}) {
            float[] there = curve.at(A, B, t);
            float[] back = curve.at(B, A, 1 - t);
            for (int i = 0; i < there.length; i++) {
                assertThat((double) there[i]).isEqualTo(back[i], within(1e-5));
            }
        }
    }

    @Test
    void linearMixes() {
        assertThat(Curve.LINEAR.at(new float[] {0, 2}, new float[] {4, -2}, 0.25))
                .containsExactly(1, 1);
        assertThat(Curve.LINEAR.at(new float[] {0, 2}, new float[] {4, -2}, 2)).containsExactly(8, -6);
    }

    @Test
    void sphericalTurnsEvenlyAndGrowsGeometrically() {
        double whole = Math.acos(IdEncoder.cosine(A, B));
        for (double t : new double[] {-0.5, 0.1, 0.5, 0.75, 1.25}) {
            float[] at = Curve.SPHERICAL.at(A, B, t);
            assertThat(Math.acos(IdEncoder.cosine(A, at))).isEqualTo(Math.abs(t) * whole, within(1e-5));
            assertThat(Math.acos(IdEncoder.cosine(B, at))).isEqualTo(Math.abs(1 - t) * whole, within(1e-5));
            assertThat(norm(at)).isEqualTo(Math.pow(norm(A), 1 - t) * Math.pow(norm(B), t), within(1e-4));
        }
    }

    @Test
    void nearlyTheSameDirectionIsNoTrouble() {
        float[] near = A.clone();
        near[0] += 1e-6f;
        float[] half = Curve.SPHERICAL.at(A, near, 0.5);
        for (int i = 0; i < half.length; i++) {
            assertThat((double) half[i]).isEqualTo(A[i], within(1e-5));
        }
        assertThat(Curve.SPHERICAL.at(A, A, 0.3)).hasSameSizeAs(A).doesNotContain(Float.NaN);
    }

    @Test
    void refusesWhereThereIsNoWay() {
        assertThatThrownBy(() -> Curve.SPHERICAL.at(new float[] {1, 0}, new float[] {-2, 0}, 0.5))
                .hasMessageContaining("opposite directions");
        assertThatThrownBy(() -> Curve.SPHERICAL.at(new float[2], new float[] {1, 0}, 0.5))
                .hasMessageContaining("code of zeros");
        assertThatThrownBy(() -> Curve.LINEAR.at(A, new float[3], 0.5)).hasMessageContaining("64 and 3");
        assertThatThrownBy(() -> Curve.LINEAR.at(A, B, Double.NaN)).hasMessageContaining("NaN");
    }
}
