package org.semblance.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.semblance.array.NdArray;
import org.semblance.backend.Activation;
import org.semblance.backend.Fir;
import org.semblance.backend.Precision;
import org.semblance.backend.SynthesisSpec;

/**
 * The constants of a planned synthesis on the device: weights divided by their rows' norms, in 16 bits and in the order
 * that cuDNN takes; biases and stored noise with the activation's gain in them; where each layer's style and factors
 * stand in the tables that all layers share.
 */
final class SynthesisWeights implements AutoCloseable {
    private static final int VECTOR = 8;
    private static final int TAPS = 4;
    /** The way of a layer that no kernel of ours computes whole. */
    static final int LIBRARY = 0;

    static final int FUSED_UP = 4;

    /** The ways of layers that blocks share, see {@code smb_layer_way}; the second leaves the filter to a pass. */
    static final int SPLIT = 5;

    static final int SPLIT_UP = 6;

    /** Channels of a block at least, each of which puts 3 numbers of every pixel aside. */
    static final int SPLIT_CHANNELS = 32;

    private static final int FULL_BATCH = 1024;

    private final SynthesisSpec spec;
    private final Precision precision;
    private final Blocks blocks;
    private final List<Layer> layers = new ArrayList<>();
    private final List<Picture> pictures = new ArrayList<>();
    private final float[] taps;
    private int styleLength;
    private int factorLength;

    /**
     * A 3x3 layer; addresses of its constants, 0 for none, and places in the tables.
     *
     * @param folded weights with the filter's rows in them, of an enlarging layer that a kernel of ours can compute
     */
    record Layer(
            SynthesisSpec.Layer spec,
            int styleAt,
            int factorAt,
            long packed,
            long folded,
            long norm,
            long energy,
            long bias,
            long noise) {
        boolean enlarges() {
            return spec.up() == 2;
        }

        /**
         * What {@code smb_layer_way} says: {@link #LIBRARY}, or which kernel of ours computes the whole layer faster
         * than cuDNN and a pass over what it made.
         */
        int way(int n) {
            return SynthesisNatives.smb_layer_way(n, spec.resolution(), spec.in(), spec.out(), spec.up());
        }
    }

    /** A conversion to RGB and its places in the tables. */
    record Picture(SynthesisSpec.ToRgb spec, int styleAt, int factorAt) {
        int channels() {
            return spec.weight().shape().dim(1);
        }
    }

    SynthesisWeights(SynthesisSpec spec, Precision precision, DevicePool pool, long stream) {
        this.spec = spec;
        this.precision = precision;
        blocks = new Blocks(pool);
        taps = taps(spec.filter()).orElseThrow();
        boolean done = false;
        try {
            spec.layers().forEach(layer -> layers.add(pack(layer, stream)));
            spec.pictures().forEach(picture -> pictures.add(place(picture)));
            done = true;
        } finally {
            if (!done) {
                blocks.close();
            }
        }
    }

    /** Why a network has no plan, in words; empty if it has one. */
    static Optional<String> refusal(SynthesisSpec spec, Precision precision) {
        List<String> reasons = new ArrayList<>();
        if (precision == Precision.FLOAT32) {
            reasons.add("plans are for FLOAT16 and BFLOAT16");
        }
        if (spec.imageChannels() != 3) {
            reasons.add("pictures must have 3 channels, got " + spec.imageChannels());
        }
        spec.layers().stream()
                .filter(l -> l.in() % VECTOR != 0 || l.out() % VECTOR != 0)
                .findFirst()
                .ifPresent(l -> reasons.add("channels must be multiples of 8, got " + l.in() + " to " + l.out() + " at "
                        + l.resolution() + " pixels"));
        if (spec.layers().size() + spec.pictures().size() > SynthesisNatives.MAX_STYLES) {
            reasons.add("there are more than " + SynthesisNatives.MAX_STYLES + " layers");
        }
        if (spec.act().kind() != Activation.Kind.LRELU
                || !(spec.act().gain() > 0)
                || !(spec.act().slope() > 0)) {
            reasons.add("the activation must be a leaky ReLU with positive slope and gain, got " + spec.act());
        }
        if (taps(spec.filter()).isEmpty()) {
            reasons.add("the resampling filter must be 4 taps applied along both axes");
        }
        return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
    }

    /** The row h with {@code h h^T} the filter, turned and with gain 2; empty if there is none of 4 taps. */
    private static Optional<float[]> taps(Fir filter) {
        if (filter.width() != TAPS || filter.height() != TAPS) {
            return Optional.empty();
        }
        float[] f = filter.prepared(true, TAPS).taps();
        int peak = f[5] >= f[10] ? 1 : 2;
        float[] h = new float[TAPS];
        for (int i = 0; i < TAPS; i++) {
            h[i] = (float) (f[peak * TAPS + i] / Math.sqrt(f[peak * TAPS + peak]));
        }
        for (int i = 0; i < f.length; i++) {
            if (!(Math.abs(h[i / TAPS] * h[i % TAPS] - f[i]) < 1e-5f)) {
                return Optional.empty();
            }
        }
        return Optional.of(h);
    }

    private Layer pack(SynthesisSpec.Layer layer, long stream) {
        int outs = layer.out();
        int ins = layer.in();
        int styleAt = styleLength;
        int factorAt = factorLength;
        styleLength += ins;
        factorLength += outs;
        long packed = blocks.halves(9L * outs * ins);
        long norm = blocks.floats(outs);
        long energy = blocks.floats((long) outs * ins);
        Kernels.check(
                "smb_pack_weights",
                SynthesisNatives.smb_pack_weights(
                        stream,
                        dtype(),
                        outs,
                        ins,
                        layer.up() - 1,
                        layer.weight().address(),
                        packed,
                        norm,
                        energy));
        long folded = fold(layer, norm, stream);
        float gain = spec.act().gain();
        long bias = scaled(layer.bias(), gain, stream);
        long noise = scaled(layer.noise(), gain * layer.noiseStrength(), stream);
        return new Layer(layer, styleAt, factorAt, packed, folded, norm, energy, bias, noise);
    }

    /** Weights with the filter's rows in them; 0 where no batch is large enough for the kernel that wants them. */
    private long fold(SynthesisSpec.Layer layer, long norm, long stream) {
        int outs = layer.out();
        int ins = layer.in();
        if (layer.up() == 1
                || SynthesisNatives.smb_layer_way(FULL_BATCH, layer.resolution(), ins, outs, layer.up()) != FUSED_UP) {
            return 0;
        }
        long folded = blocks.halves(18L * outs * ins);
        Kernels.check(
                "smb_fold_weights",
                SynthesisNatives.smb_fold_weights(
                        stream, dtype(), outs, ins, taps, layer.weight().address(), norm, folded));
        return folded;
    }

    /** A copy times a factor; 0 for none. */
    private long scaled(@Nullable NdArray x, float factor, long stream) {
        if (x == null) {
            return 0;
        }
        long y = blocks.floats(x.shape().count());
        Kernels.check(
                "smb_unary",
                SemblanceKernels.smb_unary(stream, 0, factor, 0, x.shape().count(), x.address(), y));
        return y;
    }

    private Picture place(SynthesisSpec.ToRgb picture) {
        Picture placed = new Picture(picture, styleLength, factorLength);
        styleLength += placed.channels();
        factorLength += spec.imageChannels() * placed.channels();
        return placed;
    }

    SynthesisSpec spec() {
        return spec;
    }

    List<Layer> layers() {
        return layers;
    }

    List<Picture> pictures() {
        return pictures;
    }

    Precision precision() {
        return precision;
    }

    /** The number by which our kernels know the element type. */
    int dtype() {
        return precision == Precision.FLOAT16 ? 0 : 1;
    }

    ConvPlan.Format format() {
        return precision == Precision.FLOAT16 ? ConvPlan.Format.FLOAT16 : ConvPlan.Format.BFLOAT16;
    }

    /** Elements of one sample's styles of all layers. */
    int styleLength() {
        return styleLength;
    }

    /** Elements of one sample's factors of all layers. */
    int factorLength() {
        return factorLength;
    }

    /** Slope, clamp, clamp of the picture, and the filter's taps along an axis. */
    float[] scalars() {
        return new float[] {spec.act().slope(), spec.act().clamp(), spec.rgbClamp(), taps[0], taps[1], taps[2], taps[3]
        };
    }

    /** The filter along an axis, turned and with gain 2. */
    float[] taps() {
        return taps;
    }

    /** What {@code SMB_STYLE_FIELDS} documents, of all layers and then all pictures. */
    long[] styleFields() {
        List<long[]> rows = new ArrayList<>();
        for (Layer l : layers) {
            rows.add(fields(0, l.spec.style(), l.spec.in(), l.spec.out(), l.styleAt, l.factorAt, l.energy, l.norm));
        }
        for (Picture p : pictures) {
            long weights = p.spec.weight().address();
            rows.add(fields(1, p.spec.style(), p.channels(), spec.imageChannels(), p.styleAt, p.factorAt, weights, 0));
        }
        return rows.stream().flatMapToLong(Arrays::stream).toArray();
    }

    static long[] fields(
            int isRgb, SynthesisSpec.Style style, int in, int out, int styleAt, int factorAt, long energy, long norm) {
        return new long[] {
            isRgb,
            in,
            out,
            styleAt,
            factorAt,
            style.row(),
            style.weight().address(),
            style.bias().address(),
            energy,
            norm
        };
    }

    /** The activation's gain, then each style's. */
    float[] styleGains() {
        float[] gains = new float[1 + layers.size() + pictures.size()];
        gains[0] = spec.act().gain();
        for (int i = 0; i < layers.size(); i++) {
            gains[1 + i] = layers.get(i).spec.style().gain();
        }
        for (int i = 0; i < pictures.size(); i++) {
            gains[1 + layers.size() + i] = pictures.get(i).spec.style().gain();
        }
        return gains;
    }

    @Override
    public void close() {
        blocks.close();
    }
}
