package org.semblance.networks.convnet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Device;
import org.semblance.backend.PoolSpec;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.ops.Pool2d;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * InceptionV3 (Szegedy et al. 2016) up to its average features {@code [N, 2048]}. Names are those of torchvision,
 * {@code Mixed_5b.branch1x1.conv.weight}; widths follow from the weights; a normalisation may lack its scale.
 * Differentiable to every order; frozen, or trainable with the stored statistics.
 */
public final class InceptionV3 implements AutoCloseable {
    private static final double EPS = 1e-3;

    private final Parameters parameters;
    private final boolean countPadding;
    private final Map<String, Layer> layers = new HashMap<>();
    private final ToIntFunction<String> widths;
    private final int size;

    /** A convolution with its geometry. */
    private record Layer(ConvNorm conv, ConvSpec spec, int out) {}

    private InceptionV3(boolean countPadding, ToIntFunction<String> widths, Parameters p) {
        this.countPadding = countPadding;
        this.widths = widths;
        parameters = p;
        size = new Builder(p).all();
    }

    /**
     * Takes the weights from a source, and the widths of its layers too.
     *
     * @param countPadding whether average pools count their padding, as torchvision does and Keras does not
     */
    public static InceptionV3 load(boolean countPadding, ParameterSource source, Device device, boolean trainable) {
        ToIntFunction<String> widths = Widths.of("inceptionv3", source);
        return Parameters.load("inceptionv3", device, source, trainable, p -> new InceptionV3(countPadding, widths, p));
    }

    /** Numbers per picture. */
    public int size() {
        return size;
    }

    /** Whether average pools count their padding. */
    public boolean countsPadding() {
        return countPadding;
    }

    /** Its parameters by name. */
    public Parameters parameters() {
        return parameters;
    }

    /** Makes the layers, in torchvision's order. */
    private final class Builder {
        private final Parameters p;
        /** All layers have a factor in their normalisation, as torchvision's, or none, as Keras'. */
        private final boolean scaled;

        Builder(Parameters p) {
            this.p = p;
            scaled = p.has("Conv2d_1a_3x3.bn.weight");
        }

        private int add(String name, int in, int kh, int kw, int stride, int padY, int padX) {
            int out = widths.applyAsInt(name + ".conv");
            ConvSpec spec = new ConvSpec(stride, stride, padY, padY, padX, padX, 1, 1, 1);
            ConvNorm conv = new ConvNorm(p, name + ".conv", name + ".bn", scaled, out, in, kh, kw, EPS);
            layers.put(name, new Layer(conv, spec, out));
            return out;
        }

        private int same(String name, int in, int kh, int kw) {
            return add(name, in, kh, kw, 1, kh / 2, kw / 2);
        }

        int all() {
            int c = add("Conv2d_1a_3x3", 3, 3, 3, 2, 0, 0);
            c = add("Conv2d_2a_3x3", c, 3, 3, 1, 0, 0);
            c = same("Conv2d_2b_3x3", c, 3, 3);
            c = same("Conv2d_3b_1x1", c, 1, 1);
            c = add("Conv2d_4a_3x3", c, 3, 3, 1, 0, 0);
            for (String m : List.of("Mixed_5b.", "Mixed_5c.", "Mixed_5d.")) {
                c = blockA(m, c);
            }
            c = blockB("Mixed_6a.", c);
            for (String m : List.of("Mixed_6b.", "Mixed_6c.", "Mixed_6d.", "Mixed_6e.")) {
                c = blockC(m, c);
            }
            c = blockD("Mixed_7a.", c);
            c = blockE("Mixed_7b.", c);
            return blockE("Mixed_7c.", c);
        }

        private int blockA(String m, int in) {
            int first = same(m + "branch1x1", in, 1, 1);
            int five = same(m + "branch5x5_2", same(m + "branch5x5_1", in, 1, 1), 5, 5);
            int three = same(m + "branch3x3dbl_2", same(m + "branch3x3dbl_1", in, 1, 1), 3, 3);
            three = same(m + "branch3x3dbl_3", three, 3, 3);
            return first + five + three + same(m + "branch_pool", in, 1, 1);
        }

        private int blockB(String m, int in) {
            int three = add(m + "branch3x3", in, 3, 3, 2, 0, 0);
            int twice = same(m + "branch3x3dbl_2", same(m + "branch3x3dbl_1", in, 1, 1), 3, 3);
            return three + add(m + "branch3x3dbl_3", twice, 3, 3, 2, 0, 0) + in;
        }

        private int blockC(String m, int in) {
            int first = same(m + "branch1x1", in, 1, 1);
            int seven = same(m + "branch7x7_2", same(m + "branch7x7_1", in, 1, 1), 1, 7);
            seven = same(m + "branch7x7_3", seven, 7, 1);
            int twice = same(m + "branch7x7dbl_2", same(m + "branch7x7dbl_1", in, 1, 1), 7, 1);
            twice = same(m + "branch7x7dbl_3", twice, 1, 7);
            twice = same(m + "branch7x7dbl_4", twice, 7, 1);
            twice = same(m + "branch7x7dbl_5", twice, 1, 7);
            return first + seven + twice + same(m + "branch_pool", in, 1, 1);
        }

        private int blockD(String m, int in) {
            int three = add(m + "branch3x3_2", same(m + "branch3x3_1", in, 1, 1), 3, 3, 2, 0, 0);
            int seven = same(m + "branch7x7x3_2", same(m + "branch7x7x3_1", in, 1, 1), 1, 7);
            seven = same(m + "branch7x7x3_3", seven, 7, 1);
            return three + add(m + "branch7x7x3_4", seven, 3, 3, 2, 0, 0) + in;
        }

        private int blockE(String m, int in) {
            int first = same(m + "branch1x1", in, 1, 1);
            int three = same(m + "branch3x3_1", in, 1, 1);
            int spread = same(m + "branch3x3_2a", three, 1, 3) + same(m + "branch3x3_2b", three, 3, 1);
            int twice = same(m + "branch3x3dbl_2", same(m + "branch3x3dbl_1", in, 1, 1), 3, 3);
            int second = same(m + "branch3x3dbl_3a", twice, 1, 3) + same(m + "branch3x3dbl_3b", twice, 3, 1);
            return first + spread + second + same(m + "branch_pool", in, 1, 1);
        }
    }

    /** Pictures {@code [N, 3, H, W]} in [-1, 1] to features {@code [N, size]}; at least 75 pixels per side. */
    public Tensor apply(Tensor x) {
        return apply(x, null);
    }

    /** As above; the spy sees what the blocks give, {@code mixed0} to {@code mixed10}. */
    public Tensor apply(Tensor x, @Nullable BiConsumer<String, Tensor> spy) {
        parameters.requireOpen();
        if (x.rank() != 4 || x.dim(1) != 3 || x.dim(2) < 75 || x.dim(3) < 75) {
            throw new IllegalArgumentException(
                    "inceptionv3: x must be [N, 3, H, W] of 75 pixels or more, got " + x.shape());
        }
        return Scope.in("inceptionv3", () -> {
            Tensor y = chain(x, "Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3");
            y = chain(halved(y), "Conv2d_3b_1x1", "Conv2d_4a_3x3");
            y = halved(y);
            int number = 0;
            for (String block : List.of("5b", "5c", "5d", "6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c")) {
                y = block(block, y);
                if (spy != null) {
                    spy.accept("mixed" + number++, y);
                }
            }
            return Shapes.flatten(Pool2d.globalAvg(y));
        });
    }

    private Tensor block(String block, Tensor x) {
        String m = "Mixed_" + block + ".";
        return Scope.in(m, () -> {
            List<Tensor> branches = new ArrayList<>();
            switch (block) {
                case "5b", "5c", "5d" -> {
                    branches.add(chain(x, m + "branch1x1"));
                    branches.add(chain(x, m + "branch5x5_1", m + "branch5x5_2"));
                    branches.add(chain(x, m + "branch3x3dbl_1", m + "branch3x3dbl_2", m + "branch3x3dbl_3"));
                    branches.add(chain(averaged(x), m + "branch_pool"));
                }
                case "6a" -> {
                    branches.add(chain(x, m + "branch3x3"));
                    branches.add(chain(x, m + "branch3x3dbl_1", m + "branch3x3dbl_2", m + "branch3x3dbl_3"));
                    branches.add(halved(x));
                }
                case "7a" -> {
                    branches.add(chain(x, m + "branch3x3_1", m + "branch3x3_2"));
                    branches.add(chain(
                            x, m + "branch7x7x3_1", m + "branch7x7x3_2", m + "branch7x7x3_3", m + "branch7x7x3_4"));
                    branches.add(halved(x));
                }
                case "7b", "7c" -> blockE(m, x, branches);
                default -> blockC(m, x, branches);
            }
            return Shapes.concat(1, branches);
        });
    }

    private void blockC(String m, Tensor x, List<Tensor> branches) {
        branches.add(chain(x, m + "branch1x1"));
        branches.add(chain(x, m + "branch7x7_1", m + "branch7x7_2", m + "branch7x7_3"));
        branches.add(chain(
                x,
                m + "branch7x7dbl_1",
                m + "branch7x7dbl_2",
                m + "branch7x7dbl_3",
                m + "branch7x7dbl_4",
                m + "branch7x7dbl_5"));
        branches.add(chain(averaged(x), m + "branch_pool"));
    }

    private void blockE(String m, Tensor x, List<Tensor> branches) {
        branches.add(chain(x, m + "branch1x1"));
        Tensor three = chain(x, m + "branch3x3_1");
        branches.add(chain(three, m + "branch3x3_2a"));
        branches.add(chain(three, m + "branch3x3_2b"));
        Tensor twice = chain(x, m + "branch3x3dbl_1", m + "branch3x3dbl_2");
        branches.add(chain(twice, m + "branch3x3dbl_3a"));
        branches.add(chain(twice, m + "branch3x3dbl_3b"));
        branches.add(chain(averaged(x), m + "branch_pool"));
    }

    private Tensor chain(Tensor x, String... names) {
        Tensor y = x;
        for (String name : names) {
            Layer layer = Objects.requireNonNull(layers.get(name), name);
            y = layer.conv().apply(y, layer.spec(), Activation.relu());
        }
        return y;
    }

    private static Tensor halved(Tensor x) {
        return Pool2d.max(x, Pool2d.valid(3, 3, 2, 2));
    }

    private Tensor averaged(Tensor x) {
        return Pool2d.avg(x, new PoolSpec(3, 3, 1, 1, 1, 1, 1, 1, countPadding));
    }

    @Override
    public void close() {
        parameters.close();
    }
}
