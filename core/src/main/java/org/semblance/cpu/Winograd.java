package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;

/**
 * Same-size 3x3 convolutions by Winograd's minimal filtering F(4x4, 3x3): 36 products for 16 outputs instead of 144.
 * The transforms run in Java over channels, the products as batched matrix products by oneDNN.
 *
 * <p>The interpolation points are 0, 1, -1, 1/2, -2 and infinity, which round less than the usual 0, 1, -1, 2, -2
 * (relative error of a 256-channel convolution 2e-6 instead of 3e-6; the direct form has 3e-7). An image is cut into
 * bands of tile rows whose transforms stay in cache. Scaling of the input and whatever is done to the output run inside
 * the transforms.
 *
 * <p>Reference: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016.
 */
final class Winograd {
    static final int TILE = 4;
    static final int PRODUCTS = 36;

    /** Pixels of a piece of a row that a {@link Finish} gets at most. */
    static final int MAX_PIECE = WinogradBand.STRIP * TILE;

    /** Leaves the output as it is. */
    static final Finish AS_IS = (piece, length, y, x) -> {};

    private static final long BAND_FLOATS = 2 << 20;
    private static final long MIN_OUTPUTS = 1 << 18;
    private static final int MIN_CHANNELS = 128;

    private final Dnnl dnnl;
    private final HostPool pool;
    private final WinogradProducts products;

    Winograd(Dnnl dnnl, HostPool pool) {
        this.dnnl = dnnl;
        this.pool = pool;
        products = new WinogradProducts(dnnl);
    }

    /** What happens to a piece of an output row; it begins at pixel {@code (y, x)}, channels innermost. */
    interface Finish {
        void apply(float[] piece, int length, int y, int x);
    }

    /** Whether this way is faster than the direct one, and exact enough: large images with many channels. */
    static boolean suits(ConvSpec spec, Shape x, Shape w, boolean weightsAreKept) {
        return spec.equals(ConvSpec.padded(1)) && suits(x, w, weightsAreKept);
    }

    static boolean suits(Shape x, Shape w, boolean weightsAreKept) {
        long pixels = (long) x.dim(2) * x.dim(3);
        long least = Math.min(w.dim(0), w.dim(1));
        boolean fits = w.dim(2) == 3 && w.dim(3) == 3 && x.dim(2) % TILE == 0 && x.dim(3) % TILE == 0;
        // transformed weights are four times as many: there must be enough pixels to use them on
        boolean pays = weightsAreKept ? pixels >= least : pixels * x.dim(0) >= 4 * least;
        return fits && least >= MIN_CHANNELS && pixels * w.dim(0) >= MIN_OUTPUTS && pays;
    }

    /**
     * One image.
     *
     * @param x elements of the input, from {@code xAt} on, {@code [H, W, C]}
     * @param style factor of each input channel, or null
     * @param weights address of transformed weights of {@link #withWeights}
     * @param y where the output goes, from {@code yAt} on, {@code [H, W, O]}
     */
    void run(
            FloatBuffer x,
            int xAt,
            float @Nullable [] style,
            Image image,
            long weights,
            FloatBuffer y,
            int yAt,
            Finish finish) {
        int tileRows = image.height / TILE;
        int perRow = image.width / TILE;
        int band = bandRows(tileRows, perRow * Math.max(image.in, image.out));
        int tiles = band * perRow;
        try (Scratch v = Scratch.of(pool, PRODUCTS * tiles * image.in);
                Scratch m = Scratch.of(pool, PRODUCTS * tiles * image.out)) {
            for (int first = 0; first < tileRows; first += band) {
                WinogradBand part = new WinogradBand(image, first, band);
                part.transformInput(x, xAt, style, v.floats());
                dnnl.run(products.plan(tiles, image.in, image.out).main(), v.address(), weights, m.address());
                part.transformOutput(m.floats(), y, yAt, finish);
            }
        }
    }

    /**
     * Gradient of weights, {@code dw = sum over images and tiles of G^T ((A g A^T) x (B^T d B)) G}.
     *
     * @param x {@code [N, C, H, W]}, channels last
     * @param g gradient of the convolution's result, {@code [N, O, H, W]}, channels last
     * @param dw {@code [O, C, 3, 3]}
     */
    void weightGradient(NdArray x, NdArray g, NdArray dw) {
        Image image = Image.of(x.shape(), dw.shape().dim(0));
        int tileRows = image.height / TILE;
        int perRow = image.width / TILE;
        int band = bandRows(tileRows, perRow * Math.max(image.in, image.out));
        int tiles = band * perRow;
        try (Scratch v = Scratch.of(pool, PRODUCTS * tiles * image.in);
                Scratch d = Scratch.of(pool, PRODUCTS * tiles * image.out);
                Scratch u = Scratch.of(pool, PRODUCTS * image.in * image.out)) {
            for (int k = 0; k < x.shape().dim(0) * tileRows; k += band) {
                int n = k / tileRows;
                WinogradBand part = new WinogradBand(image, k % tileRows, band);
                part.transformInput(HostMemory.floats(x), n * image.elements(image.in), null, v.floats());
                part.transformGradient(HostMemory.floats(g), n * image.elements(image.out), d.floats());
                dnnl.run(products.gradient(tiles, image.in, image.out, k > 0), v.address(), d.address(), u.address());
            }
            WinogradWeights.gradient(u.floats(), dw);
        }
    }

    /** Height, width and channels of an image. */
    record Image(int height, int width, int in, int out) {
        static Image of(Shape x, int out) {
            return new Image(x.dim(2), x.dim(3), x.dim(1), out);
        }

        int elements(int channels) {
            return height * width * channels;
        }
    }

    /** The most tile rows, dividing the whole, whose products stay in cache. */
    private static int bandRows(int tileRows, int floatsPerRow) {
        int band = tileRows;
        while (band > 1 && ((long) band * floatsPerRow * PRODUCTS > BAND_FLOATS || tileRows % band != 0)) {
            band--;
        }
        return band;
    }

    /** What transformed weights are known by. */
    private record Key(boolean transposed, WeightOrder order) {}

    /**
     * Runs the body on the address of transformed weights; those of sealed weights are kept.
     *
     * @param transposed for the gradient in x: taps turned, channels swapped
     * @param x shape of the images that they will be used on
     */
    void withWeights(NdArray w, boolean transposed, Shape x, LongConsumer body) {
        int in = w.shape().dim(transposed ? 0 : 1);
        int out = w.shape().dim(transposed ? 1 : 0);
        int perRow = x.dim(3) / TILE;
        int tiles = bandRows(x.dim(2) / TILE, perRow * Math.max(in, out)) * perRow;
        ConvPlan plan = products.plan(tiles, in, out);
        HostMemory plain = HostMemory.of(w);
        if (plain.isSealed()) {
            Key key = new Key(transposed, plan.weightOrder());
            body.accept(
                    plain.derived(key, k -> transformed(w, transposed, plan)).address());
            return;
        }
        try (Scratch made = new Scratch(transformed(w, transposed, plan))) {
            body.accept(made.address());
        }
    }

    private HostMemory transformed(NdArray w, boolean transposed, ConvPlan plan) {
        int size = w.shape().dim(0) * w.shape().dim(1);
        HostMemory ordered = pool.allocate(plan.weightBytes());
        try (Scratch u = Scratch.of(pool, PRODUCTS * size)) {
            WinogradWeights.transform(w, transposed, u.floats());
            dnnl.run(plan.reorder(), u.address(), ordered.address());
        }
        return ordered;
    }
}
