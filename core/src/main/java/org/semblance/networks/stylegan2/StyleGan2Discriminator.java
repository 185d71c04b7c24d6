package org.semblance.networks.stylegan2;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Filter;
import org.semblance.ops.FullyConnected;
import org.semblance.ops.MinibatchStd;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** The StyleGAN2 discriminator of pictures; differentiable to every order. Names as in stylegan2-ada-pytorch. */
public final class StyleGan2Discriminator implements AutoCloseable {
    private static final Activation LRELU = Activation.standard(Activation.Kind.LRELU);

    private final DiscriminatorConfig config;
    private final Parameters parameters;
    private final List<DiscriminatorBlock> blocks = new ArrayList<>();
    private final @Nullable Mapping mapping;
    private final @Nullable ConvLayer fromRgb;
    private final ConvLayer conv;
    private final Tensor fcWeight;
    private final Tensor fcBias;
    private final Tensor outWeight;
    private final Tensor outBias;

    private StyleGan2Discriminator(DiscriminatorConfig config, Parameters p) {
        this.config = config;
        parameters = p;
        Filter filter = StyleGan2Generator.filter(p, "b" + config.resolution() + ".resample_filter");
        for (int r = config.resolution(); r > 4; r /= 2) {
            blocks.add(new DiscriminatorBlock(p, config, r, filter));
        }
        int c = config.channels().at(4);
        Activation act = LRELU.withClamp(config.clamp());
        fromRgb = config.architecture() == Architecture.SKIP
                ? new ConvLayer(p, "b4.fromrgb", config.imageChannels(), c, 1, true, LRELU, 1, 1, filter)
                : null;
        conv = new ConvLayer(p, "b4.conv", c + config.statistics(), c, 3, true, act, 1, 1, filter);
        fcWeight = p.take("b4.fc.weight", c, c * 16);
        fcBias = p.take("b4.fc.bias", c);
        int out = config.cDim() > 0 ? config.labelDim() : 1;
        outWeight = p.take("b4.out.weight", out, c);
        outBias = p.take("b4.out.bias", out);
        mapping = config.cDim() > 0
                ? new Mapping(p, "mapping.", 0, config.cDim(), config.labelDim(), config.mappingLayers(), 0.01)
                : null;
    }

    /** Takes the weights from a source. */
    public static StyleGan2Discriminator load(
            DiscriminatorConfig config, ParameterSource source, Device device, boolean trainable) {
        return Parameters.load("discriminator", device, source, trainable, p -> new StyleGan2Discriminator(config, p));
    }

    /** Its parameters by name. */
    public Parameters parameters() {
        return parameters;
    }

    /** Pictures {@code [N, C, R, R]} and labels {@code [N, cDim]} (null if there are none) to logits {@code [N, 1]}. */
    public Tensor apply(Tensor image, @Nullable Tensor label) {
        parameters.requireOpen();
        Shape expected = Shape.of(image.dim(0), config.imageChannels(), config.resolution(), config.resolution());
        if (!image.shape().equals(expected)) {
            throw new IllegalArgumentException("discriminator: image must be " + expected + ", got " + image.shape());
        }
        return Scope.in("discriminator", () -> {
            Tensor x = null;
            Tensor picture = image;
            for (DiscriminatorBlock block : blocks) {
                x = block.features(x, picture);
                picture = block.image(picture);
            }
            return judged(epilogue(x == null ? entered(image) : x, picture), label);
        });
    }

    private static Tensor entered(Tensor image) {
        throw new IllegalArgumentException("discriminator: at least 8 pixels are needed, got " + image.shape());
    }

    private Tensor epilogue(Tensor x, @Nullable Tensor picture) {
        Tensor in = fromRgb != null && picture != null ? Elementwise.add(x, fromRgb.apply(picture, 1)) : x;
        if (config.statistics() > 0) {
            int group = config.groupSize() == 0 ? in.dim(0) : config.groupSize();
            in = MinibatchStd.of(in, group, config.statistics());
        }
        Tensor y = Shapes.flatten(conv.apply(in, 1));
        y = FullyConnected.equalised(y, fcWeight, fcBias, 1, LRELU);
        return FullyConnected.equalised(y, outWeight, outBias, 1, Activation.linear());
    }

    private Tensor judged(Tensor y, @Nullable Tensor label) {
        if (mapping == null) {
            return y;
        }
        Tensor code = mapping.apply(null, label);
        return Reduce.sum(Elementwise.scale(Elementwise.mul(y, code), (float) (1 / Math.sqrt(config.labelDim()))), 1);
    }

    @Override
    public void close() {
        parameters.close();
    }
}
