package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.PoolSpec;
import org.semblance.backend.Precision;
import org.semblance.backend.Recorder;
import org.semblance.backend.View;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Pool2d;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * A small network of all that stays in bfloat16 between convolutions, and of what leaves that form in its midst:
 * results and gradients stand near those in float32, and recorded work has the bits of work that is not.
 */
class RoundedImagesTest extends GpuTest {
    private final Random random = new Random(5);

    /** The network's input and parameters. */
    private final class Parts implements AutoCloseable {
        private final List<Tensor> all = new ArrayList<>();
        private final Scope scope = Scope.owned("parts", () -> {
            add(1, 2, 3, 33, 35);
            for (int[] w : new int[][] {{16, 3, 3, 3}, {24, 16, 1, 1}, {8, 16, 3, 3}, {40, 56, 3, 3}, {40, 40, 1, 1}}) {
                add((float) Math.sqrt(2.0 / (w[1] * w[2] * w[3])), w);
                add(0.1f, w[0]);
            }
        });

        private void add(float scale, int... dims) {
            float[] values = new float[(int) Shape.of(dims).count()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() * scale;
            }
            all.add(Tensor.of(device, new HostArray(Shape.of(dims), values)).track());
        }

        private Tensor conv(Tensor x, int k, ConvSpec spec, float slope) {
            return Conv2d.biasAct(x, all.get(2 * k + 1), all.get(2 * k + 2), Activation.leakyRelu(slope), spec);
        }

        /** The loss, the features, and all gradients. */
        List<Tensor> pass() {
            Tensor x = all.get(0);
            Tensor stem = conv(x, 0, Conv2d.same(x.shape(), 3, 3, 2, 2, 1, 1, 1), 0);
            Tensor left = conv(stem, 1, ConvSpec.of(1, 0), 0.2f);
            Tensor right = conv(Pool2d.avg(stem, new PoolSpec(3, 3, 1, 1, 1, 1, 1, 1, false)), 2, ConvSpec.of(1, 1), 0);
            Tensor kept = Shapes.narrow(left, 1, 8, 24);
            Tensor odd = Shapes.narrow(left, 1, 3, 11);
            Tensor joined = Shapes.concat(1, List.of(left, right, kept, odd));
            Tensor smaller = Pool2d.max(joined, Pool2d.valid(3, 3, 2, 2));
            Tensor deep = conv(smaller, 3, ConvSpec.of(1, 1), 0);
            Tensor beside = conv(deep, 4, ConvSpec.of(1, 0), 1);
            Tensor sum = BiasAct.of(Elementwise.add(deep, beside), null, Activation.relu());
            Tensor features = Shapes.flatten(Pool2d.globalAvg(Elementwise.mul(sum, Elementwise.tanh(beside))));
            Tensor loss = Reduce.sumAll(Elementwise.square(features));
            List<Tensor> results = new ArrayList<>(List.of(loss, features));
            results.addAll(Gradients.of(loss).wrt(all));
            return results;
        }

        @Override
        public void close() {
            scope.close();
        }
    }

    private List<float[]> values(Parts parts, Precision precision) {
        return cuda.rounding(precision, () -> {
            try (Scope pass = Scope.open("pass")) {
                List<float[]> values = new ArrayList<>();
                parts.pass().forEach(t -> values.add(t.toHost().data()));
                return values;
            }
        });
    }

    @Test
    void resultsAndGradientsStandNearThoseInFloat32() {
        try (Parts parts = new Parts()) {
            List<float[]> exact = values(parts, Precision.FLOAT32);
            List<float[]> rounded = values(parts, Precision.BFLOAT16);
            for (int i = 0; i < exact.size(); i++) {
                assertThat(distance(rounded.get(i), exact.get(i)))
                        .as("result %d", i)
                        .isBetween(1e-5, 0.1);
            }
        }
    }

    @Test
    void recordedWorkHasTheBitsOfWorkThatIsNot() {
        try (Parts parts = new Parts();
                Recorder recorder = cuda.recorder()) {
            List<float[]> anew = values(parts, Precision.BFLOAT16);
            List<NdArray> copies = new ArrayList<>();
            Scope places = Scope.owned("places", () -> {
                anew.forEach(
                        v -> copies.add(Tensor.zeros(device, Shape.of(v.length)).array()));
            });
            try (places) {
                Runnable repeat = recorder.record(() -> cuda.rounding(Precision.BFLOAT16, copy(parts, copies)));
                for (int run = 0; run < 2; run++) {
                    repeat.run();
                    for (int i = 0; i < copies.size(); i++) {
                        float[] repeated = new float[anew.get(i).length];
                        cuda.download(copies.get(i), repeated);
                        assertThat(repeated).as("result %d", i).isEqualTo(anew.get(i));
                    }
                }
            }
        }
    }

    private Supplier<Boolean> copy(Parts parts, List<NdArray> copies) {
        return () -> {
            try (Scope pass = Scope.open("pass")) {
                List<Tensor> made = parts.pass();
                for (int i = 0; i < copies.size(); i++) {
                    Tensor flat = Shapes.reshape(made.get(i), copies.get(i).shape());
                    cuda.gather(flat.array(), View.all(flat.array()), copies.get(i));
                }
                return true;
            }
        };
    }
}
