package org.semblance.networks.stylegan2;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Activation;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Filter;
import org.semblance.ops.Upfirdn2d;
import org.semblance.tensor.Tensor;

/** One resolution of the discriminator: from RGB where there is one, a layer, and a halving layer. */
final class DiscriminatorBlock {
    private static final float SQRT_HALF = (float) Math.sqrt(0.5);

    private final Architecture architecture;
    private final Filter filter;
    private final @Nullable ConvLayer fromRgb;
    private final ConvLayer conv0;
    private final ConvLayer conv1;
    private final @Nullable ConvLayer residual;

    DiscriminatorBlock(Parameters p, DiscriminatorConfig config, int resolution, Filter filter) {
        this.filter = filter;
        architecture = config.architecture();
        Activation act = Activation.standard(Activation.Kind.LRELU).withClamp(config.clamp());
        String name = "b" + resolution + ".";
        int in = config.channels().at(resolution);
        int out = config.channels().at(resolution / 2);
        boolean hasRgb = resolution == config.resolution() || architecture == Architecture.SKIP;
        fromRgb = hasRgb
                ? new ConvLayer(p, name + "fromrgb", config.imageChannels(), in, 1, true, act, 1, 1, filter)
                : null;
        conv0 = new ConvLayer(p, name + "conv0", in, in, 3, true, act, 1, 1, filter);
        conv1 = new ConvLayer(p, name + "conv1", in, out, 3, true, act, 1, 2, filter);
        residual = architecture == Architecture.RESNET
                ? new ConvLayer(p, name + "skip", in, out, 1, false, Activation.linear(), 1, 2, filter)
                : null;
    }

    /** Features before, if any. */
    Tensor features(@Nullable Tensor x, @Nullable Tensor image) {
        Tensor in = entered(x, image);
        if (residual == null) {
            return conv1.apply(conv0.apply(in, 1), 1);
        }
        Tensor y = conv1.apply(conv0.apply(in, 1), SQRT_HALF);
        return Elementwise.add(residual.apply(in, SQRT_HALF), y);
    }

    private Tensor entered(@Nullable Tensor x, @Nullable Tensor image) {
        if (fromRgb == null) {
            return Objects.requireNonNull(x);
        }
        Tensor rgb = fromRgb.apply(Objects.requireNonNull(image), 1);
        return x == null ? rgb : Elementwise.add(x, rgb);
    }

    /** The picture for the next block, halved, if the architecture hands it on. */
    @Nullable
    Tensor image(@Nullable Tensor image) {
        return architecture == Architecture.SKIP && image != null ? Upfirdn2d.downsample2d(image, filter) : null;
    }
}
