package org.semblance.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_OUT_OF_MEMORY;

import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Memory;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.AdamSpec;
import org.semblance.backend.BackendException;
import org.semblance.backend.Binary;
import org.semblance.backend.Fir;
import org.semblance.backend.PoolSpec;
import org.semblance.backend.Resample;
import org.semblance.backend.Unary;
import org.semblance.backend.View;

/** Takes arrays apart into addresses and extents for our own kernels, and checks what each launch says. */
final class Kernels {
    private final Driver driver;
    private final DevicePool pool;
    private long launches;

    Kernels(Driver driver, DevicePool pool) {
        this.driver = driver;
        this.pool = pool;
    }

    /** What the calling thread queues on. */
    long stream() {
        return driver.stream().handle();
    }

    /** Calls so far. */
    long launches() {
        return launches;
    }

    /**
     * @throws BackendException with the library's text, unless the code is 0
     * @throws OutOfMemory if it says that there is no device memory left, by the number that the driver has for that
     */
    static void check(String function, int code) {
        if (code != 0) {
            String failed = "cuda: semblance_kernels: " + function + " failed with " + code + " ("
                    + SemblanceKernels.smb_last_error() + ")";
            throw code == CUDA_ERROR_OUT_OF_MEMORY ? new OutOfMemory(failed) : new BackendException(failed);
        }
    }

    /** Counts a call and checks what it says. */
    void launched(String function, int code) {
        launches++;
        check(function, code);
    }

    void fill(NdArray y, float value) {
        launched("smb_fill", SemblanceKernels.smb_fill(stream(), y.shape().count(), value, y.address()));
    }

    /** Planes {@code [N, 3, H, W]} to pixels, and behind them a flag that is set if a value is not finite. */
    void pixels(NdArray image, Memory rgb, int length) {
        int size = image.shape().dim(2) * image.shape().dim(3);
        long bad = rgb.address() + PinnedBytes.flagAt(length);
        launched("smb_fill", SemblanceKernels.smb_fill(stream(), 1, 0, bad));
        launched(
                "smb_pixels",
                SemblanceKernels.smb_pixels(stream(), image.shape().dim(0), size, image.address(), rgb.address(), bad));
    }

    void unary(Unary f, NdArray x, NdArray y) {
        launched(
                "smb_unary",
                SemblanceKernels.smb_unary(
                        stream(), f.kind().ordinal(), f.a(), f.b(), y.shape().count(), x.address(), y.address()));
    }

    void binary(Binary f, NdArray a, NdArray b, NdArray y) {
        Walk walk = Walk.of(y, a, b);
        launched(
                "smb_binary",
                SemblanceKernels.smb_binary(
                        stream(), f.ordinal(), walk.rank(), walk.packed(), a.address(), b.address(), y.address()));
    }

    void gather(NdArray x, View view, NdArray y) {
        Walk walk = Walk.of(y.shape(), y.layout(), y.layout().strides(y.shape()), view.strides());
        copy(walk, x.address(), view.offset(), y.address(), 0);
    }

    void scatter(NdArray x, View view, NdArray y) {
        Walk walk = Walk.of(x.shape(), x.layout(), view.strides(), x.layout().strides(x.shape()));
        copy(walk, x.address(), 0, y.address(), view.offset());
    }

    private void copy(Walk walk, long x, long xOffset, long y, long yOffset) {
        launched("smb_copy", SemblanceKernels.smb_copy(stream(), walk.rank(), walk.packed(), x, xOffset, y, yOffset));
    }

    void sum(NdArray x, NdArray y) {
        Reduction reduction = Reduction.of(x, y);
        Walk kept = reduction.kept();
        Walk reduced = reduction.reduced();
        long scratch = SemblanceKernels.smb_sum_scratch(kept.count(), reduced.count());
        Memory memory = scratch == 0 ? null : pool.allocate(scratch * Float.BYTES);
        try {
            launched(
                    "smb_sum",
                    SemblanceKernels.smb_sum(
                            stream(),
                            kept.rank(),
                            kept.packed(),
                            reduced.rank(),
                            reduced.packed(),
                            x.address(),
                            y.address(),
                            memory == null ? 0 : memory.address()));
        } finally {
            if (memory != null) {
                memory.release();
            }
        }
    }

    void sumSquares(NdArray x, NdArray y) {
        try (Blocks scratch = new Blocks(pool)) {
            long sums = scratch.floats(2L * SemblanceKernels.SQUARES_PARTS);
            launched(
                    "smb_sum_squares",
                    SemblanceKernels.smb_sum_squares(stream(), x.shape().count(), x.address(), y.address(), sums));
        }
    }

    /** {@code y = op(a) op(b)} with k terms each, added in double precision. */
    void smallProduct(NdArray a, boolean transposeA, NdArray b, boolean transposeB, int k, NdArray y) {
        launched(
                "smb_small_product",
                SemblanceKernels.smb_small_product(
                        stream(),
                        y.shape().dim(0),
                        y.shape().dim(1),
                        k,
                        transposeA ? 1 : 0,
                        transposeB ? 1 : 0,
                        a.address(),
                        b.address(),
                        y.address()));
    }

    void upfirdn2d(Resample spec, Fir filter, NdArray x, NdArray y) {
        launched(
                "smb_upfirdn2d",
                SemblanceKernels.smb_upfirdn2d(
                        stream(),
                        planes(x.shape()),
                        x.shape().dim(2),
                        x.shape().dim(3),
                        y.shape().dim(2),
                        y.shape().dim(3),
                        spec.upY(),
                        spec.upX(),
                        spec.downY(),
                        spec.downX(),
                        spec.padTop(),
                        spec.padLeft(),
                        filter.height(),
                        filter.width(),
                        filter.prepared(!spec.flip(), spec.gain()).taps(),
                        x.address(),
                        y.address()));
    }

    void biasAct(Activation act, NdArray x, @Nullable NdArray b, int axis, NdArray y) {
        launched(
                "smb_bias_act",
                SemblanceKernels.smb_bias_act(
                        stream(),
                        act.kind().ordinal(),
                        act.alpha(),
                        act.gain(),
                        act.clamp(),
                        y.shape().count(),
                        step(x, b, axis),
                        channels(b),
                        x.address(),
                        b == null ? 0 : b.address(),
                        y.address()));
    }

    void biasActGrad(
            Activation act,
            int order,
            NdArray dy,
            NdArray x,
            @Nullable NdArray b,
            int axis,
            boolean xIsOutput,
            NdArray dx) {
        launched(
                "smb_bias_act_grad",
                SemblanceKernels.smb_bias_act_grad(
                        stream(),
                        act.kind().ordinal(),
                        act.alpha(),
                        act.gain(),
                        act.clamp(),
                        order,
                        xIsOutput ? 1 : 0,
                        dx.shape().count(),
                        step(x, b, axis),
                        channels(b),
                        dy.address(),
                        x.address(),
                        b == null ? 0 : b.address(),
                        dx.address()));
    }

    private static long step(NdArray x, @Nullable NdArray b, int axis) {
        return b == null ? 1 : Math.max(1, x.layout().strides(x.shape())[axis]);
    }

    private static int channels(@Nullable NdArray b) {
        return b == null ? 1 : b.shape().dim(0);
    }

    void maxPool(PoolSpec spec, NdArray x, NdArray y) {
        launched(
                "smb_max_pool",
                SemblanceKernels.smb_max_pool(stream(), geometry(spec, x, y), x.address(), y.address()));
    }

    void maxPoolScatter(PoolSpec spec, NdArray x, NdArray dy, NdArray dx) {
        launched(
                "smb_max_pool_scatter",
                SemblanceKernels.smb_max_pool_scatter(
                        stream(), geometry(spec, x, dy), x.address(), dy.address(), dx.address()));
    }

    void maxPoolGather(PoolSpec spec, NdArray x, NdArray g, NdArray y) {
        launched(
                "smb_max_pool_gather",
                SemblanceKernels.smb_max_pool_gather(
                        stream(), geometry(spec, x, y), x.address(), g.address(), y.address()));
    }

    void avgPool(PoolSpec spec, NdArray x, NdArray y) {
        launched(
                "smb_avg_pool",
                SemblanceKernels.smb_avg_pool(stream(), geometry(spec, x, y), x.address(), y.address()));
    }

    void avgPoolGrad(PoolSpec spec, NdArray dy, NdArray dx) {
        launched(
                "smb_avg_pool_grad",
                SemblanceKernels.smb_avg_pool_grad(stream(), geometry(spec, dx, dy), dy.address(), dx.address()));
    }

    /** The order that {@code SMB_POOL_GEOMETRY} documents. */
    static int[] geometry(PoolSpec s, NdArray big, NdArray small) {
        return new int[] {
            planes(big.shape()),
            big.shape().dim(2),
            big.shape().dim(3),
            small.shape().dim(2),
            small.shape().dim(3),
            s.kernelY(),
            s.kernelX(),
            s.strideY(),
            s.strideX(),
            s.padTop(),
            s.padBottom(),
            s.padLeft(),
            s.padRight(),
            s.countPadding() ? 1 : 0
        };
    }

    void resizeBilinear(NdArray x, NdArray y) {
        Shape in = x.shape();
        Shape out = y.shape();
        launched(
                "smb_resize_bilinear",
                SemblanceKernels.smb_resize_bilinear(
                        stream(), planes(in), in.dim(2), in.dim(3), out.dim(2), out.dim(3), x.address(), y.address()));
    }

    void resizeBilinearGrad(NdArray dy, NdArray dx) {
        Shape in = dx.shape();
        Shape out = dy.shape();
        launched(
                "smb_resize_bilinear_grad",
                SemblanceKernels.smb_resize_bilinear_grad(
                        stream(),
                        planes(in),
                        in.dim(2),
                        in.dim(3),
                        out.dim(2),
                        out.dim(3),
                        dy.address(),
                        dx.address()));
    }

    /** Arrays end to end into one, or back. */
    void join(List<NdArray> parts, NdArray all, boolean split) {
        long at = all.address();
        for (int first = 0; first < parts.size(); first += SemblanceKernels.MAX_PARTS) {
            int last = Math.min(parts.size(), first + SemblanceKernels.MAX_PARTS);
            List<NdArray> some = parts.subList(first, last);
            long[] addresses = some.stream().mapToLong(NdArray::address).toArray();
            long[] sizes = some.stream().mapToLong(p -> p.shape().count()).toArray();
            launched("smb_join", SemblanceKernels.smb_join(stream(), some.size(), addresses, sizes, split ? 1 : 0, at));
            at += LongStream.of(sizes).sum() * Float.BYTES;
        }
    }

    void conv2d(ConvKey key, long x, long w, long y) {
        launched("smb_conv2d", SemblanceKernels.smb_conv2d(stream(), key.geometry(), x, w, y));
    }

    void conv2dDataGrad(ConvKey key, long dy, long w, long dx) {
        launched("smb_conv2d_data_grad", SemblanceKernels.smb_conv2d_data_grad(stream(), key.geometry(), dy, w, dx));
    }

    void conv2dWeightGrad(ConvKey key, long x, long dy, long dw) {
        launched(
                "smb_conv2d_weight_grad", SemblanceKernels.smb_conv2d_weight_grad(stream(), key.geometry(), x, dy, dw));
    }

    /**
     * @param rate in place of the spec's, or null
     * @param scale of the gradient, or null for 1
     */
    void adam(
            AdamSpec spec,
            @Nullable NdArray rate,
            @Nullable NdArray scale,
            NdArray g,
            NdArray p,
            NdArray m,
            NdArray v) {
        launched(
                "smb_adam",
                SemblanceKernels.smb_adam(
                        stream(),
                        spec.rate(),
                        spec.share1(),
                        spec.share2(),
                        spec.epsilon(),
                        rate == null ? 0 : rate.address(),
                        scale == null ? 0 : scale.address(),
                        p.shape().count(),
                        g.address(),
                        p.address(),
                        m.address(),
                        v.address()));
    }

    private static int planes(Shape image) {
        return Math.multiplyExact(image.dim(0), image.dim(1));
    }
}
