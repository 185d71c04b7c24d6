package org.semblance.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.SynthesisNoise.Kind;
import org.semblance.cuda.ConvKey.Direction;
import org.semblance.tensor.Closing;

/**
 * The forward pass of a batch: buffers, convolutions, and the launches in order. Without saving, two buffers hold each
 * layer's input in turn; with it every layer's has its own, and the last layer's output is kept as well.
 */
final class SynthesisForward implements AutoCloseable {
    private final SynthesisWeights weights;
    private final Capture capture;
    private final int n;
    private final Blocks blocks;
    private final int[] ways;
    private final List<@Nullable ConvPlan> convs = new ArrayList<>();
    private final long[] inputs;
    private final long[] images;
    private final long styles;
    private final long scaled;
    private final long peaks;
    private final long factors;
    private final long call;
    private final long product;
    private final Workspaces workspaces;
    private final long scratch;
    private final boolean saving;
    private long maps;

    SynthesisForward(SynthesisWeights weights, Capture capture, DevicePool pool, int n, boolean saving) {
        this.weights = weights;
        this.capture = capture;
        this.n = n;
        this.saving = saving;
        ways = weights.layers().stream().mapToInt(l -> l.way(n)).toArray();
        blocks = new Blocks(pool);
        boolean done = false;
        try {
            call = blocks.bytes((long) SynthesisNatives.CALL_FIELDS * Long.BYTES);
            styles = blocks.floats((long) n * weights.styleLength());
            scaled = blocks.floats((long) n * weights.styleLength());
            factors = blocks.floats((long) n * weights.factorLength());
            peaks = blocks.floats((long) SynthesisNatives.MAX_STYLES * n);
            inputs = inputs();
            images = images();
            product = blocks.halves(mostProducts());
            for (int i = 0; i < ways.length; i++) {
                convs.add(usesLibrary(i) ? conv(weights.layers().get(i)) : null);
            }
            workspaces = new Workspaces(blocks, convs);
            scratch = scratch(pool);
            if (saving) {
                makeRoomForMaps(); // a recording would lend room that ends before the tape does
            }
            done = true;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private boolean usesLibrary(int i) {
        return ways[i] == SynthesisWeights.LIBRARY;
    }

    /** Whether one kernel of ours computes the whole layer. */
    private boolean isWhole(int i) {
        return !usesLibrary(i) && ways[i] != SynthesisWeights.SPLIT_UP;
    }

    /**
     * Room for what blocks that share a layer tell each other; the counters that it begins with are zero, on the
     * calling thread's stream, where it is ready.
     */
    private long scratch(DevicePool pool) {
        long most = IntStream.range(0, ways.length)
                .filter(i -> ways[i] == SynthesisWeights.SPLIT)
                .mapToLong(i -> 3 * outputCount(weights.layers().get(i), n) / SynthesisWeights.SPLIT_CHANNELS)
                .max()
                .orElse(0);
        if (most == 0) {
            return 0;
        }
        long made = blocks.floats(SynthesisNatives.SPLIT_TILES + most);
        Kernels.check("smb_fill", SemblanceKernels.smb_fill(pool.stream(), SynthesisNatives.SPLIT_TILES, 0, made));
        return made;
    }

    /** What computes each layer. */
    int[] ways() {
        return ways.clone();
    }

    /** Room for what convolutions of cuDNN make; the backward pass wants it of every layer. */
    private long mostProducts() {
        return IntStream.range(0, ways.length)
                .filter(i -> saving || !isWhole(i))
                .mapToLong(i -> productCount(weights.layers().get(i), n))
                .max()
                .orElse(0);
    }

    private static int inSide(SynthesisWeights.Layer l) {
        return l.spec().resolution() / l.spec().up();
    }

    /** Pixels per side of what the convolution makes. */
    static int productSide(SynthesisWeights.Layer l) {
        return l.spec().resolution() + (l.enlarges() ? 1 : 0);
    }

    private static long productCount(SynthesisWeights.Layer l, int n) {
        return (long) n * l.spec().out() * productSide(l) * productSide(l);
    }

    /** Elements of what a layer reads, of n samples. */
    static long inputCount(SynthesisWeights.Layer l, int n) {
        return (long) n * l.spec().in() * inSide(l) * inSide(l);
    }

    /** Elements of what a layer makes, of n samples. */
    static long outputCount(SynthesisWeights.Layer l, int n) {
        return n * l.spec().out() * pixels(l);
    }

    /** Addresses of each layer's input and, if it is kept, of the last one's output. */
    private long[] inputs() {
        List<SynthesisWeights.Layer> layers = weights.layers();
        long[] addresses = new long[layers.size() + 1];
        if (saving) {
            for (int i = 0; i < layers.size(); i++) {
                addresses[i] = blocks.halves(inputCount(layers.get(i), n));
            }
            SynthesisWeights.Layer last = layers.get(layers.size() - 1);
            addresses[layers.size()] = blocks.halves(outputCount(last, n));
        } else {
            shareInputs(addresses);
        }
        return addresses;
    }

    /**
     * One place for each layer's input in turn. A whole layer reads its neighbours' inputs while it writes, so that its
     * output needs another place, and the next whole one's the first again.
     */
    private void shareInputs(long[] addresses) {
        List<SynthesisWeights.Layer> layers = weights.layers();
        int[] place = new int[layers.size()];
        long[] most = new long[2];
        for (int i = 0; i < layers.size(); i++) {
            if (i > 0) {
                place[i] = isWhole(i - 1) ? 1 - place[i - 1] : place[i - 1];
            }
            most[place[i]] = Math.max(most[place[i]], inputCount(layers.get(i), n));
        }
        long[] made = Arrays.stream(most)
                .map(count -> count == 0 ? 0 : blocks.halves(count))
                .toArray();
        for (int i = 0; i < layers.size(); i++) {
            addresses[i] = made[place[i]];
        }
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

    /** Room for random noise of all layers, made when it is first asked for, or at once where passes save. */
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
        queue(noise, convs.size());
    }

    /** The same as far as the end of the styles and so many layers. */
    void queue(Kind noise, int layers) {
        queueStyles();
        if (noise == Kind.RANDOM) {
            drawMaps();
        }
        int picture = 0;
        for (int i = 0; i < layers; i++) {
            SynthesisKernels.Pass pass = pass(i, noise(i, noise), noise == Kind.RANDOM);
            ConvPlan conv = convs.get(i);
            if (conv != null) {
                SynthesisConvs.run(conv, inputs[i], pass.layer().packed(), product, workspaces.of(i));
            }
            if (pass.layer().enlarges()) {
                queueUp(pass, i);
            } else {
                queuePicture(pass, i, picture++);
            }
        }
    }

    private void queueUp(SynthesisKernels.Pass pass, int i) {
        long stream = capture.stream();
        if (isWhole(i)) {
            SynthesisKernels.fusedUpLayer(stream, weights, pass, inputs[i]);
            return;
        }
        if (!usesLibrary(i)) {
            SynthesisKernels.splitUp(stream, weights, pass, inputs[i]);
        }
        SynthesisKernels.upLayer(stream, weights, pass);
    }

    private void queuePicture(SynthesisKernels.Pass pass, int i, int picture) {
        long rgb = rgbWeights(picture);
        long bias = weights.pictures().get(picture).spec().bias().address();
        long before = picture == 0 ? 0 : images[picture - 1];
        long stream = capture.stream();
        if (isWhole(i)) {
            SynthesisKernels.wholeLayer(
                    stream, weights, pass, ways[i], inputs[i], rgb, bias, before, images[picture], call, scratch);
        } else {
            SynthesisKernels.layerRgb(stream, weights, pass, rgb, bias, before, images[picture], call);
        }
    }

    /** Address of the noise that a layer adds, 0 for none. */
    long noise(int i, Kind kind) {
        SynthesisWeights.Layer layer = weights.layers().get(i);
        if (kind == Kind.NONE || layer.noise() == 0) {
            return 0;
        }
        return kind == Kind.CONST ? layer.noise() : map(i);
    }

    private long map(int i) {
        long before = weights.layers().subList(0, i).stream()
                .mapToLong(SynthesisForward::pixels)
                .sum();
        return maps + Float.BYTES * n * before;
    }

    private void drawMaps() {
        for (int i = 0; i < convs.size(); i++) {
            if (noise(i, Kind.RANDOM) != 0) {
                SynthesisKernels.normalMap(
                        capture.stream(), weights, weights.layers().get(i), n, call, map(i));
            }
        }
    }

    /** Address of a picture's weights of the first sample. */
    long rgbWeights(int picture) {
        return factors + Float.BYTES * (long) weights.pictures().get(picture).factorAt();
    }

    /** The sizes that {@code smb_styles} documents. */
    int[] styleSizes() {
        return new int[] {
            weights.layers().size() + weights.pictures().size(),
            n,
            weights.spec().wDim(),
            weights.spec().numWs(),
            weights.styleLength(),
            weights.factorLength()
        };
    }

    private void queueStyles() {
        Kernels.check(
                "smb_styles",
                SynthesisNatives.smb_styles(
                        capture.stream(),
                        styleSizes(),
                        weights.styleFields(),
                        weights.styleGains(),
                        call,
                        styles,
                        scaled,
                        peaks,
                        factors,
                        weights.dtype(),
                        weights.spec().start().address(),
                        inputs[0]));
    }

    /** What the kernel after convolution i reads and writes. */
    SynthesisKernels.Pass pass(int i, long noise, boolean isNoiseBatched) {
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

    /** The convolutions'. */
    Workspaces workspaces() {
        return workspaces;
    }

    long styles() {
        return styles;
    }

    long peaks() {
        return peaks;
    }

    long factors() {
        return factors;
    }

    /** Where the call's arguments stand. */
    long call() {
        return call;
    }

    @Override
    public void close() {
        List<ConvPlan> plans = new ArrayList<>();
        convs.stream().filter(Objects::nonNull).forEach(plans::add);
        convs.clear();
        Closing.all(() -> Ending.each(plans, ConvPlan::close), blocks::close);
    }
}
