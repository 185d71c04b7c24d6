package org.semblance.networks.convnet;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Device;
import org.semblance.nn.Linear;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Pool2d;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * ResNet-50 (He et al. 2016) up to its features. Names are those of torchvision, {@code layer1.0.conv1.weight}; widths
 * follow from the weights. Differentiable to every order; frozen, or trainable with the stored statistics.
 */
public final class ResNet50 implements AutoCloseable {
    private static final int[] BLOCKS = {3, 4, 6, 3};

    private final Variant variant;
    private final Parameters parameters;
    private final ConvNorm stem;
    private final List<List<Bottleneck>> stages = new ArrayList<>();
    private final @Nullable Tensor embeddingWeight;
    private final @Nullable Tensor embeddingBias;
    private final int size;

    /** What the two differ in. */
    public enum Variant {
        /**
         * torchvision: stride in the 3x3, stem and pool padded symmetrically, eps 1e-5; gives the average features
         * {@code [N, 2048]}.
         */
        TORCHVISION(1e-5),
        /**
         * WeidiXie's VGGFace2: stride in the first 1x1, stem padded as Keras does, pool not at all, eps 1e-3; gives the
         * dense layer {@code dim_proj} with ReLU, {@code [N, 512]}. Pictures of 224 pixels.
         */
        VGGFACE2(1e-3);

        private final double eps;

        Variant(double eps) {
            this.eps = eps;
        }
    }

    private ResNet50(Variant variant, ToIntFunction<String> widths, Parameters p) {
        this.variant = variant;
        parameters = p;
        int width = widths.applyAsInt("conv1");
        stem = new ConvNorm(p, "conv1", "bn1", true, width, 3, 7, 7, variant.eps);
        for (int s = 0; s < BLOCKS.length; s++) {
            List<Bottleneck> stage = new ArrayList<>();
            for (int b = 0; b < BLOCKS[s]; b++) {
                Bottleneck block =
                        new Bottleneck(p, "layer" + (s + 1) + "." + b, width, s > 0 && b == 0 ? 2 : 1, widths);
                width = block.out;
                stage.add(block);
            }
            stages.add(stage);
        }
        boolean embeds = variant == Variant.VGGFACE2;
        size = embeds ? widths.applyAsInt("embedding") : width;
        embeddingWeight = embeds ? p.take("embedding.weight", size, width) : null;
        embeddingBias = embeds ? p.take("embedding.bias", size) : null;
    }

    /** Takes the weights from a source, and the widths of its layers too. */
    public static ResNet50 load(Variant variant, ParameterSource source, Device device, boolean trainable) {
        ToIntFunction<String> widths = Widths.of("resnet50", source);
        return Parameters.load("resnet50", device, source, trainable, p -> new ResNet50(variant, widths, p));
    }

    /** Which of the two it is. */
    public Variant variant() {
        return variant;
    }

    /** Numbers per picture. */
    public int size() {
        return size;
    }

    /** Its parameters by name. */
    public Parameters parameters() {
        return parameters;
    }

    /** Normalised pictures {@code [N, 3, H, W]} to features {@code [N, size]}. */
    public Tensor apply(Tensor x) {
        return apply(x, null);
    }

    /** As above; the spy sees the feature maps behind the stem and the stages, {@code stem}, {@code layer1}, ... */
    public Tensor apply(Tensor x, @Nullable BiConsumer<String, Tensor> spy) {
        parameters.requireOpen();
        if (x.rank() != 4 || x.dim(1) != 3) {
            throw new IllegalArgumentException("resnet50: x must be [N, 3, H, W], got " + x.shape());
        }
        return Scope.in("resnet50", () -> {
            Tensor y = entered(x);
            report(spy, "stem", y);
            for (int s = 0; s < stages.size(); s++) {
                for (Bottleneck block : stages.get(s)) {
                    y = block.apply(y);
                }
                report(spy, "layer" + (s + 1), y);
            }
            return embedded(Shapes.flatten(Pool2d.globalAvg(y)));
        });
    }

    private Tensor entered(Tensor x) {
        if (variant == Variant.TORCHVISION) {
            Tensor y = stem.apply(x, ConvSpec.of(2, 3), Activation.relu());
            return Pool2d.max(y, Pool2d.torch(3, 3, 2, 2, 1, 1, false));
        }
        Tensor y = stem.apply(x, Conv2d.same(x.shape(), 7, 7, 2, 2, 1, 1, 1), Activation.relu());
        return Pool2d.max(y, Pool2d.valid(3, 3, 2, 2));
    }

    private Tensor embedded(Tensor features) {
        return embeddingWeight == null
                ? features
                : Linear.of(features, embeddingWeight, embeddingBias, Activation.relu());
    }

    private static void report(@Nullable BiConsumer<String, Tensor> spy, String name, Tensor y) {
        if (spy != null) {
            spy.accept(name, y);
        }
    }

    @Override
    public void close() {
        parameters.close();
    }

    /** 1x1 to fewer channels, 3x3, 1x1 to more, and what came in added. */
    private final class Bottleneck {
        private final ConvNorm reduce;
        private final ConvNorm spread;
        private final ConvNorm increase;
        private final @Nullable ConvNorm project;
        private final int stride;
        private final int out;

        Bottleneck(Parameters p, String name, int in, int stride, ToIntFunction<String> widths) {
            this.stride = stride;
            int inner = widths.applyAsInt(name + ".conv1");
            int wide = widths.applyAsInt(name + ".conv2");
            out = widths.applyAsInt(name + ".conv3");
            reduce = new ConvNorm(p, name + ".conv1", name + ".bn1", true, inner, in, 1, 1, variant.eps);
            spread = new ConvNorm(p, name + ".conv2", name + ".bn2", true, wide, inner, 3, 3, variant.eps);
            increase = new ConvNorm(p, name + ".conv3", name + ".bn3", true, out, wide, 1, 1, variant.eps);
            project = name.endsWith(".0")
                    ? new ConvNorm(p, name + ".downsample.0", name + ".downsample.1", true, out, in, 1, 1, variant.eps)
                    : null;
        }

        Tensor apply(Tensor x) {
            boolean early = variant == Variant.VGGFACE2;
            return Scope.in("bottleneck", () -> {
                Tensor y = reduce.apply(x, ConvSpec.of(early ? stride : 1, 0), Activation.relu());
                y = spread.apply(y, ConvSpec.of(early ? 1 : stride, 1), Activation.relu());
                y = increase.apply(y, ConvSpec.of(1, 0), Activation.linear());
                Tensor shortcut = project == null ? x : project.apply(x, ConvSpec.of(stride, 0), Activation.linear());
                return BiasAct.of(Elementwise.add(y, shortcut), null, Activation.relu());
            });
        }
    }
}
