package org.semblance.cuda;

import java.util.ArrayList;
import java.util.List;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.SynthesisNoise.Kind;
import org.semblance.cuda.ConvKey.Direction;

/**
 * The forward pass of a batch: buffers, convolutions, and the launches in order. Without saving, one buffer holds each
 * layer's input in turn; with it every layer's has its own, and the last layer's output is kept as well.
 */
final class SynthesisForward implements AutoCloseable {
    private final SynthesisWeights weights;
    private final Capture capture;
    private final int n;
    private final Blocks blocks;
    private final List<ConvPlan> convs = new ArrayList<>();
    private final long[] inputs;
    private final long[] images;
    private final long styles;
    private final long scaled;
    private final long peaks;
    private final long factors;
    private final long call;
    private final long product;
    private final long workspace;
    private final boolean saving;
    private long maps;

    SynthesisForward(SynthesisWeights weights, Capture capture, DevicePool pool, int n, boolean saving) {
        this.weights = weights;
        this.capture = capture;
        this.n = n;
        this.saving = saving;
        blocks = new Blocks(pool);
        boolean done = false;
        try {
            call = blocks.bytes(8L * Long.BYTES);
            styles = blocks.floats((long) n * weights.styleLength());
            scaled = blocks.floats((long) n * weights.styleLength());
            factors = blocks.floats((long) n * weights.factorLength());
            peaks = blocks.floats(32L * n);
            inputs = inputs();
            images = images();
            product = blocks.halves(weights.layers().stream()
                    .mapToLong(l -> n * productCount(l))
                    .max()
                    .orElseThrow());
            weights.layers().forEach(l -> convs.add(conv(l)));
            workspace = blocks.bytes(
                    convs.stream().mapToLong(ConvPlan::workspace).max().orElseThrow());
            done = true;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private static int inSide(SynthesisWeights.Layer l) {
        return l.spec().resolution() / l.spec().up();
    }

    /** Pixels per side of what the convolution makes. */
    private static int productSide(SynthesisWeights.Layer l) {
        return l.spec().resolution() + (l.enlarges() ? 1 : 0);
    }

    private static long productCount(SynthesisWeights.Layer l) {
        return (long) l.spec().out() * productSide(l) * productSide(l);
    }

    private long inputCount(SynthesisWeights.Layer l) {
        return (long) n * l.spec().in() * inSide(l) * inSide(l);
    }

    /** Addresses of each layer's input and, if it is kept, of the last one's output. */
    private long[] inputs() {
        List<SynthesisWeights.Layer> layers = weights.layers();
        long[] addresses = new long[layers.size() + 1];
        if (saving) {
            for (int i = 0; i < layers.size(); i++) {
                addresses[i] = blocks.halves(inputCount(layers.get(i)));
            }
            SynthesisWeights.Layer last = layers.get(layers.size() - 1);
            addresses[layers.size()] = blocks.halves(n * productCount(last));
        } else {
            long most = layers.stream().mapToLong(this::inputCount).max().orElseThrow();
            java.util.Arrays.fill(addresses, 0, layers.size(), blocks.halves(most));
        }
        return addresses;
    }

    /** Addresses of the pictures of all resolutions; 0 for the last, which goes where the call says. */
    private long[] images() {
        int count = weights.pictures().size();
        long[] addresses = new long[count];
        for (int i = 0; i + 1 < count; i++) {
            addresses[i] = blocks.floats(3L * n * (4L << i) * (4L << i));
        }
        return addresses;
    }

    private ConvPlan conv(SynthesisWeights.Layer l) {
        int in = l.spec().in();
        int out = l.spec().out();
        int side = inSide(l);
        int made = productSide(l);
        Shape x = Shape.of(n, in, side, side);
        Shape y = Shape.of(n, out, made, made);
        ConvKey key = l.enlarges()
                ? new ConvKey(Direction.DATA, ConvSpec.of(2, 0), y, Shape.of(in, out, 3, 3), x)
                : new ConvKey(Direction.FORWARD, ConvSpec.padded(1), x, Shape.of(out, in, 3, 3), y);
        return SynthesisConvs.plan(capture.cudnn(), key, weights.format());
    }

    /** Room for random noise of all layers, made when it is first asked for. */
    private void makeRoomForMaps() {
        if (maps == 0) {
            maps = blocks.floats(
                    weights.layers().stream().mapToLong(l -> n * pixels(l)).sum());
        }
    }

    private static long pixels(SynthesisWeights.Layer l) {
        return (long) l.spec().resolution() * l.spec().resolution();
    }

    /** Makes ready what {@link #queue} needs for this noise. */
    void prepare(Kind noise) {
        if (noise == Kind.RANDOM) {
            makeRoomForMaps();
        }
    }

    /** Queues the whole pass on the capture's stream. */
    void queue(Kind noise) {
        SynthesisWeights.Layer first = weights.layers().get(0);
        queueStyles();
        SynthesisKernels.start(
                capture.stream(),
                weights,
                n,
                first.spec().in(),
                weights.spec().start().address(),
                scaled,
                inputs[0]);
        long map = maps;
        int picture = 0;
        for (int i = 0; i < convs.size(); i++) {
            SynthesisWeights.Layer layer = weights.layers().get(i);
            SynthesisConvs.run(convs.get(i), inputs[i], layer.packed(), product, workspace);
            long drawn = noise == Kind.RANDOM && layer.noise() != 0 ? draw(layer, map) : 0;
            long used = noise == Kind.CONST ? layer.noise() : drawn;
            SynthesisKernels.Pass pass = pass(i, used, drawn != 0);
            if (layer.enlarges()) {
                SynthesisKernels.upLayer(capture.stream(), weights, pass);
            } else {
                long before = picture == 0 ? 0 : images[picture - 1];
                SynthesisKernels.layerRgb(
                        capture.stream(),
                        weights,
                        pass,
                        weights.pictures().get(picture),
                        factors,
                        before,
                        images[picture],
                        call);
                picture++;
            }
            map += Float.BYTES * n * pixels(layer);
        }
    }

    private void queueStyles() {
        int[] sizes = {
            weights.layers().size() + weights.pictures().size(),
            n,
            weights.spec().wDim(),
            weights.spec().numWs(),
            weights.styleLength(),
            weights.factorLength()
        };
        Kernels.check(
                "smb_styles",
                SemblanceKernels.smb_styles(
                        capture.stream(),
                        sizes,
                        weights.styleFields(),
                        weights.styleGains(),
                        call,
                        styles,
                        scaled,
                        peaks,
                        factors));
    }

    private long draw(SynthesisWeights.Layer layer, long map) {
        float gain = weights.spec().act().gain() * layer.spec().noiseStrength();
        Kernels.check(
                "smb_normal_maps",
                SemblanceKernels.smb_normal_maps(
                        capture.stream(), call, layer.spec().noiseKey(), n, (int) pixels(layer), gain, map));
        return map;
    }

    /** What the kernel after convolution i reads and writes. */
    private SynthesisKernels.Pass pass(int i, long noise, boolean isNoiseBatched) {
        SynthesisWeights.Layer layer = weights.layers().get(i);
        boolean last = i + 1 == weights.layers().size();
        long next = last
                ? 0
                : scaled + Float.BYTES * (long) weights.layers().get(i + 1).styleAt();
        return new SynthesisKernels.Pass(
                layer,
                n,
                product,
                factors + Float.BYTES * (long) layer.factorAt(),
                noise,
                isNoiseBatched,
                next,
                inputs[i + 1]);
    }

    /** Where the call's arguments stand. */
    long call() {
        return call;
    }

    @Override
    public void close() {
        convs.forEach(ConvPlan::close);
        convs.clear();
        blocks.close();
    }
}
