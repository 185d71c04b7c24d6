package org.semblance.networks.stylegan2;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.SynthesisSpec;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Filter;
import org.semblance.ops.Shapes;
import org.semblance.ops.Upfirdn2d;
import org.semblance.tensor.Tensor;

/** One resolution of the synthesis network: an enlarging layer, a layer, and the conversion to RGB. */
final class SynthesisBlock {
    private static final float SQRT_HALF = (float) Math.sqrt(0.5);

    private final int resolution;
    private final int firstRow;
    private final Filter filter;
    private final @Nullable Tensor constant;
    private final @Nullable SynthesisLayer enlarging;
    private final SynthesisLayer layer;
    private final @Nullable ToRgb toRgb;
    private final @Nullable ConvLayer residual;

    SynthesisBlock(Parameters p, GeneratorConfig config, int resolution, Filter filter) {
        this.resolution = resolution;
        this.filter = filter;
        boolean first = resolution == 4;
        boolean last = resolution == config.resolution();
        int out = config.channels().at(resolution);
        int in = first ? out : config.channels().at(resolution / 2);
        firstRow = first ? 0 : 2 * Integer.numberOfTrailingZeros(resolution) - 5;
        String name = "synthesis.b" + resolution + ".";
        constant = first ? p.take(name + "const", out, 4, 4) : null;
        enlarging = first ? null : new SynthesisLayer(p, name + "conv0", config, in, out, resolution, 2, filter);
        layer = new SynthesisLayer(p, name + "conv1", config, out, out, resolution, 1, filter);
        boolean hasRgb = last || config.architecture() == Architecture.SKIP;
        toRgb = hasRgb ? new ToRgb(p, name + "torgb", config, out) : null;
        boolean isResidual = config.architecture() == Architecture.RESNET && !first;
        residual = isResidual
                ? new ConvLayer(p, name + "skip", in, out, 1, false, Activation.linear(), 2, 1, filter)
                : null;
    }

    int resolution() {
        return resolution;
    }

    Synthesis.State apply(Synthesis.State before, List<Tensor> rows, Noise noise) {
        Tensor x = features(before.features(), rows, noise);
        return new Synthesis.State(x, image(before.image(), x, rows));
    }

    private Tensor features(@Nullable Tensor x, List<Tensor> rows, Noise noise) {
        if (enlarging == null || x == null) {
            return layer.apply(repeated(rows.get(0).dim(0)), rows.get(0), noise, 1);
        }
        Tensor wide = enlarging.apply(x, rows.get(firstRow), noise, 1);
        if (residual == null) {
            return layer.apply(wide, rows.get(firstRow + 1), noise, 1);
        }
        Tensor y = layer.apply(wide, rows.get(firstRow + 1), noise, SQRT_HALF);
        return Elementwise.add(residual.apply(x, SQRT_HALF), y);
    }

    private Tensor repeated(int n) {
        Tensor start = Objects.requireNonNull(constant);
        Shape one = Shape.of(1, start.dim(0), 4, 4);
        return Shapes.broadcastTo(Shapes.reshape(start, one), one.with(0, n));
    }

    private @Nullable Tensor image(@Nullable Tensor before, Tensor x, List<Tensor> rows) {
        Tensor enlarged = before == null ? null : Upfirdn2d.upsample2d(before, filter);
        if (toRgb == null) {
            return enlarged;
        }
        Tensor rgb = toRgb.apply(x, rows.get(firstRow + (resolution == 4 ? 1 : 2)));
        return enlarged == null ? rgb : Elementwise.add(enlarged, rgb);
    }

    /** The learned input, of the first block only. */
    Tensor constant() {
        return Objects.requireNonNull(constant);
    }

    /** Its 3x3 layers for a plan. */
    List<SynthesisSpec.Layer> describeLayers() {
        return enlarging == null
                ? List.of(layer.describe(0))
                : List.of(enlarging.describe(firstRow), layer.describe(firstRow + 1));
    }

    /** Its conversion to RGB for a plan. */
    SynthesisSpec.ToRgb describePicture() {
        return Objects.requireNonNull(toRgb).describe(firstRow + (resolution == 4 ? 1 : 2));
    }

    /** The activation of its layers. */
    Activation act() {
        return layer.act();
    }
}
