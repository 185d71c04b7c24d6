package org.semblance.backend;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;

/**
 * What a machine must be able to compute. Methods take arrays whose shapes, element types and layouts the caller has
 * checked ({@code org.semblance.ops}); they write into arrays the caller allocated and know nothing of gradients.
 * Results never alias inputs unless a method says so. Image arrays ({@code [N, C, H, W]}) are expected in
 * {@link #imageLayout} where a method says "image".
 */
public interface Backend {
    /** Short name, {@code cpu} or {@code cuda}. */
    String name();

    /** The machine in words, for logs and reports. */
    String description();

    /** The layout in which image methods take and give arrays. */
    Layout imageLayout();

    /**
     * Runs work on the thread that this backend computes on, and waits for it. Single operations started from other
     * threads are correct but pay a hand-over each; whole computations should go through here.
     */
    <T extends @Nullable Object> T call(Supplier<T> work);

    /** Exact counts so far. */
    Counters counters();

    /** Sets the peak of live bytes to the present live bytes. */
    void resetPeak();

    // --- memory ---------------------------------------------------------------------------------------------------

    /** A new array with arbitrary contents. @throws BackendException if there is no memory left */
    NdArray allocate(Shape shape, DType dtype, Layout layout);

    /** Copies row-major host elements into a plain array. */
    void upload(float[] source, NdArray target);

    /** Copies a plain array to row-major host elements. */
    void download(NdArray source, float[] target);

    /**
     * Copies plain pictures {@code [N, 3, H, W]} to 8-bit pixels {@code [N, H, W, 3]} on the host,
     * {@code floor(127.5 x + 128)} kept within [0, 255].
     *
     * @throws IllegalArgumentException if a value is not finite
     */
    default void pixels(NdArray image, byte[] rgb) {
        float[] planes = new float[image.shape().intCount()];
        download(image, planes);
        PixelLevels.convert(planes, image.shape().dim(2) * image.shape().dim(3), rgb);
    }

    /** Marks an array's contents as final, so that derived forms of it may be cached beside it until it is freed. */
    void seal(NdArray constant);

    /** Sets every element. */
    void fill(NdArray y, float value);

    /** {@code y[i] = x[view(i)]} with {@code view.shape() = y.shape()}. */
    void gather(NdArray x, View view, NdArray y);

    /** {@code y[view(i)] = x[i]} with {@code view.shape() = x.shape()}; other elements of y stay. */
    void scatter(NdArray x, View view, NdArray y);

    /** Lays the elements of plain arrays end to end into a plain one, which they fill. */
    default void join(List<NdArray> parts, NdArray all) {
        long at = 0;
        for (NdArray part : parts) {
            scatter(part, new View(part.shape(), at, part.layout().strides(part.shape())), all);
            at += part.shape().count();
        }
    }

    /** The inverse of {@link #join}. */
    default void split(NdArray all, List<NdArray> parts) {
        long at = 0;
        for (NdArray part : parts) {
            gather(all, new View(part.shape(), at, part.layout().strides(part.shape())), part);
            at += part.shape().count();
        }
    }

    // --- elementwise and reductions --------------------------------------------------------------------------------

    /** {@code y = f(x)}; same shape and layout; y may be x. */
    void unary(Unary f, NdArray x, NdArray y);

    /** {@code y = f(a, b)}; ranks are equal, extents equal or 1, y has the larger ones; layouts agree. */
    void binary(Binary f, NdArray a, NdArray b, NdArray y);

    /** Sums over the axes where y has extent 1 and x has not; ranks are equal, layouts agree. */
    void sum(NdArray x, NdArray y);

    /** The sum of the squares of all elements; y has one. */
    default void sumSquares(NdArray x, NdArray y) {
        Shape shape = x.shape();
        NdArray squares = allocate(shape, x.dtype(), x.layout());
        try {
            binary(Binary.MULTIPLY, x, x, squares);
            Shape one = shape;
            for (int axis = 0; axis < shape.rank(); axis++) {
                one = one.with(axis, 1);
            }
            sum(squares, new NdArray(one, y.dtype(), x.layout(), y.memory()));
        } finally {
            squares.memory().release();
        }
    }

    /** {@code y = op(a) op(b)} for plain matrices, op being a transposition where asked. */
    void matmul(NdArray a, boolean transposeA, NdArray b, boolean transposeB, NdArray y);

    // --- convolutions ----------------------------------------------------------------------------------------------

    /** Image x, plain w {@code [O, C / groups, kh, kw]}, image y. */
    void conv2d(ConvSpec spec, NdArray x, NdArray w, NdArray y);

    /** {@code y = act(conv2d(x, w) + b)}, b {@code [O]}; in one pass over y where the backend can. */
    default void conv2dBiasAct(ConvSpec spec, Activation act, NdArray x, NdArray w, NdArray b, NdArray y) {
        conv2d(spec, x, w, y);
        biasAct(act, y, b, 1, y);
    }

    /** The transpose of {@link #conv2d} in x: image dy, plain w, image dx. */
    void conv2dDataGrad(ConvSpec spec, NdArray dy, NdArray w, NdArray dx);

    /** The transpose of {@link #conv2d} in w: image x, image dy, plain dw. */
    void conv2dWeightGrad(ConvSpec spec, NdArray x, NdArray dy, NdArray dw);

    // --- StyleGAN operations ---------------------------------------------------------------------------------------

    /** Resamples image x into image y; see {@link Resample}. */
    void upfirdn2d(Resample spec, Fir filter, NdArray x, NdArray y);

    /** {@code y = act(x + b)}, b {@code [C]} along the axis or absent; same shape and layout; y may be x. */
    void biasAct(Activation act, NdArray x, @Nullable NdArray b, int axis, NdArray y);

    /**
     * {@code dx = dy * act^(order)(x + b)}, the order-th derivative of the whole activation with gain and clamp, order
     * 1
     * or 2. For piecewise-linear kinds x may be the activation's output in place of {@code x + b}, with b absent.
     */
    void biasActGrad(
            Activation act,
            int order,
            NdArray dy,
            NdArray x,
            @Nullable NdArray b,
            int axis,
            boolean xIsOutput,
            NdArray dx);

    /** Whether {@link #modulatedLayer} takes this geometry with weights {@code [O, I, k, k]}. */
    default boolean fuses(ModulatedSpec spec, Shape w) {
        return false;
    }

    /**
     * A whole StyleGAN2 layer on image x into image y; only where {@link #fuses} says so.
     *
     * @param styles {@code [N, I]}
     * @param demodulation {@code [N, O]} or null for 1
     * @param noise {@code [1 or N, 1, H', W']} or null
     * @param bias {@code [O]}
     */
    default void modulatedLayer(
            ModulatedSpec spec,
            NdArray x,
            NdArray w,
            NdArray styles,
            @Nullable NdArray demodulation,
            @Nullable NdArray noise,
            NdArray bias,
            NdArray y) {
        throw new UnsupportedOperationException("modulatedLayer: " + name() + " has no fused layer");
    }

    /**
     * Gradients of {@link #modulatedLayer} from its input and its output: image dx, {@code dStyles [N, I]} (of the
     * direct
     * use, not through the demodulation) and {@code dDemodulation [N, O]}, null if there is none.
     */
    default void modulatedLayerGrad(
            ModulatedSpec spec,
            NdArray dy,
            NdArray x,
            NdArray y,
            NdArray w,
            NdArray styles,
            @Nullable NdArray demodulation,
            @Nullable NdArray noise,
            NdArray bias,
            NdArray dx,
            NdArray dStyles,
            @Nullable NdArray dDemodulation) {
        throw new UnsupportedOperationException("modulatedLayerGrad: " + name() + " has no fused layer");
    }

    /** Why {@link #synthesis} does not take this network in this precision, in words; empty if it does. */
    default Optional<String> refusal(SynthesisSpec spec, Precision precision) {
        return Optional.of(name() + " computes in FLOAT32 only");
    }

    /** Prepares a whole synthesis network; only where {@link #refusal} is empty. */
    default SynthesisPlan synthesis(SynthesisSpec spec, Precision precision) {
        throw new UnsupportedOperationException("synthesis: " + name() + " has no plans");
    }

    // --- structural similarity -------------------------------------------------------------------------------------

    /** Whether {@link #ssim} and {@link #ssimGrad} are here for this; else they are composed of other operations. */
    default boolean fuses(SsimSpec spec) {
        return false;
    }

    /**
     * Means of structural similarity over the windows inside two plain images; only where {@link #fuses(SsimSpec)} says
     * so.
     *
     * @param a {@code [N, C, H, W]}
     * @param b of a's shape
     * @param y {@code [N, C]}
     */
    default void ssim(SsimSpec spec, NdArray a, NdArray b, NdArray y) {
        throw new UnsupportedOperationException("ssim: " + name() + " has no such kernel");
    }

    /**
     * The transpose of the derivative of {@link #ssim} in a.
     *
     * @param dy {@code [N, C]}
     * @param da of a's shape
     */
    default void ssimGrad(SsimSpec spec, NdArray dy, NdArray a, NdArray b, NdArray da) {
        throw new UnsupportedOperationException("ssim: " + name() + " has no such kernel");
    }

    // --- pools and resizes -----------------------------------------------------------------------------------------

    /** Largest element of each window of image x. */
    void maxPool(PoolSpec spec, NdArray x, NdArray y);

    /** The transpose of the selection that {@link #maxPool} makes on x: image dy, image dx. First largest wins. */
    void maxPoolScatter(PoolSpec spec, NdArray x, NdArray dy, NdArray dx);

    /** The selection that {@link #maxPool} makes on x, applied to image g. */
    void maxPoolGather(PoolSpec spec, NdArray x, NdArray g, NdArray y);

    /** Mean of each window of image x. */
    void avgPool(PoolSpec spec, NdArray x, NdArray y);

    /** The transpose of {@link #avgPool}. */
    void avgPoolGrad(PoolSpec spec, NdArray dy, NdArray dx);

    /** Bilinear interpolation with half-pixel centres and no antialiasing (TensorFlow 2, PyTorch) of image x. */
    void resizeBilinear(NdArray x, NdArray y);

    /** The transpose of {@link #resizeBilinear}. */
    void resizeBilinearGrad(NdArray dy, NdArray dx);

    // --- training --------------------------------------------------------------------------------------------------

    /** One update in place of p, m and v, all plain and of one shape. */
    void adam(AdamSpec spec, NdArray g, NdArray p, NdArray m, NdArray v);

    /**
     * As {@link #adam} with {@code scale * g} in place of g and this rate in place of the spec's, both arrays of one
     * element; nothing changes if scale is not finite. A backend whose memory the host must wait for overrides it.
     */
    default void adamScaled(AdamSpec spec, NdArray rate, NdArray scale, NdArray g, NdArray p, NdArray m, NdArray v) {
        float[] factor = new float[1];
        float[] own = new float[1];
        download(scale, factor);
        download(rate, own);
        AdamSpec known = spec.withRate(own[0]);
        if (factor[0] == 1) {
            adam(known, g, p, m, v);
        } else if (Float.isFinite(factor[0])) {
            NdArray scaled = allocate(g.shape(), g.dtype(), g.layout());
            try {
                unary(new Unary(Unary.Kind.AFFINE, factor[0], 0), g, scaled);
                adam(known, scaled, p, m, v);
            } finally {
                scaled.memory().release();
            }
        }
    }

    /**
     * Runs work on this thread in which products and convolutions may round what they multiply to this precision; sums
     * stay float32. A backend without it computes in float32.
     */
    default <T extends @Nullable Object> T rounding(Precision precision, Supplier<T> work) {
        return work.get();
    }

    /** Something that records work; a backend that gains nothing by it does the work each time. */
    default Recorder recorder() {
        return work -> work;
    }
}
