package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Precision;
import org.semblance.ops.Elementwise;
import org.semblance.ops.MsSsim;
import org.semblance.ops.Reduce;
import org.semblance.ops.Ssim;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Kernels of structural similarity, taken where work may round, against the composition, taken where it may not. */
class SimilaritiesTest extends GpuTest {
    /** Similarity, its gradients at both pictures, and the gradient of the first gradient's square. */
    private List<float[]> results(int side, int scales, int window, Precision precision) {
        Random random = new Random(side);
        float[] a = new float[2 * 3 * side * side];
        float[] b = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            a[i] = 0.5f + 0.15f * (float) random.nextGaussian();
            b[i] = 0.4f + 0.3f * a[i] + 0.1f * (float) random.nextGaussian();
        }
        float[] powers = new float[scales];
        Arrays.fill(powers, 0.4f);
        return cuda.rounding(precision, () -> {
            try (Scope scope = Scope.open("ssim")) {
                Shape shape = Shape.of(2, 3, side, side);
                Tensor left = Tensor.of(device, new HostArray(shape, a)).track();
                Tensor right = Tensor.of(device, new HostArray(shape, b)).track();
                Tensor y = MsSsim.of(left, right, new Ssim(window, 1.5, 0.01, 0.03, 1), powers);
                Tensor sum = Reduce.sumAll(Elementwise.square(y));
                List<Tensor> first = Gradients.of(sum).recorded().wrt(List.of(left));
                List<float[]> results = new ArrayList<>();
                results.add(y.toHost().data());
                Gradients.of(sum)
                        .wrt(List.of(left, right))
                        .forEach(t -> results.add(t.toHost().data()));
                Tensor square = Reduce.sumAll(Elementwise.square(first.get(0)));
                Gradients.of(square)
                        .wrt(List.of(left))
                        .forEach(t -> results.add(t.toHost().data()));
                return results;
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"64, 2, 11", "47, 3, 7", "16, 1, 16", "33, 1, 17"})
    void kernelsEqualTheComposition(int side, int scales, int window) {
        List<float[]> composed = results(side, scales, window, Precision.FLOAT32);
        List<float[]> fused = results(side, scales, window, Precision.BFLOAT16);

        for (int i = 0; i < composed.size(); i++) {
            assertThat(distance(fused.get(i), composed.get(i)))
                    .as("result %d", i)
                    .isLessThan(1e-4);
        }
    }
}
