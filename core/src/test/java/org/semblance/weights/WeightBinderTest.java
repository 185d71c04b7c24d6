package org.semblance.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;

class WeightBinderTest {
    private final Map<String, HostArray> tensors = new LinkedHashMap<>();

    WeightBinderTest() {
        tensors.put("fc.weight", HostArray.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        tensors.put("fc.bias", HostArray.of(new float[] {7, 8}, 2));
        tensors.put("b4.resample_filter", HostArray.of(new float[16], 4, 4));
    }

    @Test
    void handsOutWhatFits() throws IOException {
        WeightBinder b = binder();
        assertThat(b.take("fc.weight", Shape.of(2, 3)).data()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(b.takeIfPresent("fc.bias", Shape.of(2)).data()).containsExactly(7, 8);
        assertThat(b.takeIfPresent("fc.other", Shape.of(2))).isNull();
        assertThat(b.contains("fc.bias")).isTrue();
        assertThat(b.shapeOf("fc.weight")).isEqualTo(Shape.of(2, 3));
        assertThat(b.shapeOf("none")).isNull();
        b.ignore(name -> name.endsWith("resample_filter"));
        b.finish();
    }

    @Test
    void saysEverythingThatDoesNotFitInOneMessage() {
        tensors.put("extra", HostArray.of(new float[1], 1));
        tensors.put("bad", HostArray.of(new float[] {0, Float.NaN}, 2));
        WeightBinder b = binder();
        assertThat(b.take("fc.weight", Shape.of(3, 2))).satisfies(WeightBinderTest::isZero);
        assertThat(b.takeIfPresent("fc.bias", Shape.of(1))).satisfies(WeightBinderTest::isZero);
        assertThat(b.take("gone", Shape.of(4))).satisfies(WeightBinderTest::isZero);
        assertThat(b.take("lost", Shape.of())).satisfies(WeightBinderTest::isZero);
        assertThat(b.take("bad", Shape.of(2))).satisfies(WeightBinderTest::isZero);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(b::finish)
                .withMessageStartingWith("generator: weights must fit the network, got ")
                .withMessageContaining("missing: gone [4], lost []; ")
                .withMessageContaining("left over: b4.resample_filter, extra; ")
                .withMessageContaining("fc.weight expected [3, 2] but got [2, 3], fc.bias expected [1] but got [2]; ")
                .withMessageContaining("got NaN at bad[1]")
                .withMessageEndingWith("[file]")
                .withCauseInstanceOf(IOException.class);
    }

    /** A file of another network has thousands of names that fit nothing. */
    @Test
    void longListsAreCut() {
        for (int i = 0; i < 3000; i++) {
            tensors.put(String.format("extra%04d", i), HostArray.of(new float[1], 1));
        }
        tensors.put("x".repeat(600), HostArray.of(new float[1], 1));
        WeightBinder b = binder();
        b.take("y".repeat(600), Shape.of(1));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(b::finish)
                .withMessageContaining("missing: " + "y".repeat(500) + "...; ")
                .withMessageContaining("extra0096 and 2904 more")
                .withMessageNotContaining("extra0097");
    }

    /** Stand-ins for what is missing are bounded together, not only one by one. */
    @Test
    void sizesThatNoFileBacksAreBoundedInTotal() {
        WeightBinder b = binder();
        b.take("one", Shape.of(3000, 3000));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> b.take("two", Shape.of(3000, 3000)))
                .withMessage("generator: weights must fit the network, got none of shape [3000, 3000] [file]");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> binder().take("huge", Shape.of(1 << 30, 1 << 30)));
    }

    @Test
    void viewsByPrefixAndByOtherNames() throws IOException {
        Weights w = Weights.of("file", tensors);
        assertThat(w.withPrefix("fc.").names()).containsExactly("weight", "bias");
        Weights renamed = w.renamed(name -> name.replace("fc.", "linear1."));
        assertThat(renamed.get("linear1.bias").data()).containsExactly(7, 8);
        assertThat(renamed.contains("fc.bias")).isFalse();
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> w.renamed(name -> "same"))
                .withMessageContainingAll("same for both", "fc.weight", "fc.bias");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> w.get("none"))
                .withMessage("weights: no tensor named none [file]");
    }

    @Test
    void tensorsTakenFromMemoryAreCopies() throws IOException {
        Weights w = Weights.of(tensors);
        w.get("fc.bias").data()[0] = 99;
        assertThat(w.get("fc.bias").data()).containsExactly(7, 8);
        assertThat(w.doubles("fc.bias")).containsExactly(7, 8);
        w.close();
        assertThat(w.get("fc.bias").data()).containsExactly(7, 8);
    }

    private WeightBinder binder() {
        return WeightBinder.of(Weights.of("file", tensors), "generator");
    }

    private static void isZero(HostArray array) {
        assertThat(array.data()).containsOnly(0).hasSize(array.shape().intCount());
    }
}
