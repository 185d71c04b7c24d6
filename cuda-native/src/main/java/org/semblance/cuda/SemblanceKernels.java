package org.semblance.cuda;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The functions of {@code semblance_kernels.h}, one native each; addresses are longs, see the header for the rest. The
 * first use loads the library from the jar ({@link NativeFiles}) and throws a {@link LinkageError} where it is missing
 * or of another version; it needs no GPU and no driver.
 */
@Platform(
        value = "linux-x86_64",
        include = "semblance_kernels.h",
        link = "semblance_kernels",
        library = "jnisemblance_kernels")
final class SemblanceKernels {
    /** {@code SMB_SQUARES_PARTS}. */
    static final int SQUARES_PARTS = 1056;

    /** {@code SMB_MAX_WINDOW}. */
    static final int MAX_WINDOW = 16;

    /** The {@code SMB_ABI_VERSION} that these declarations were written for. */
    static final int ABI_VERSION = 5;

    /** {@code SMB_MAX_PARTS}. */
    static final int MAX_PARTS = 128;

    // The header's numbers of these names, SMB_ before them; HeaderTest compares the two.
    static final int CALL_FIELDS = 8;
    static final int MAX_STYLES = 32;
    static final int GRAD_SUMS = 5;
    static final int SCALE_FLOATS = 257;

    static {
        NativeFiles.load("libsemblance_kernels.so", "libjnisemblance_kernels.so");
        if (smb_abi_version() != ABI_VERSION) {
            throw new UnsatisfiedLinkError(
                    "semblance_kernels: expected ABI version " + ABI_VERSION + ", got " + smb_abi_version());
        }
    }

    private SemblanceKernels() {}

    static native int smb_abi_version();

    static native @Cast("const char*") String smb_last_error();

    static native int smb_device_count();

    static native int smb_load_library(@Cast("const char*") String name);

    static native int smb_keep_memory(int device, @Cast("int64_t") long bytes);

    static native int smb_trim_memory(int device, @Cast("int64_t") long bytes);

    static native int smb_fill(
            @Cast("void*") long stream, @Cast("int64_t") long n, float value, @Cast("float*") long y);

    static native int smb_unary(
            @Cast("void*") long stream,
            int f,
            float a,
            float b,
            @Cast("int64_t") long n,
            @Cast("const float*") long x,
            @Cast("float*") long y);

    static native int smb_binary(
            @Cast("void*") long stream,
            int f,
            int rank,
            @Cast("const int64_t*") long[] walk,
            @Cast("const float*") long a,
            @Cast("const float*") long b,
            @Cast("float*") long y);

    static native int smb_copy(
            @Cast("void*") long stream,
            int rank,
            @Cast("const int64_t*") long[] walk,
            @Cast("const float*") long x,
            @Cast("int64_t") long xOffset,
            @Cast("float*") long y,
            @Cast("int64_t") long yOffset);

    static native int smb_sum_squares(
            @Cast("void*") long stream,
            @Cast("int64_t") long n,
            @Cast("const float*") long x,
            @Cast("float*") long y,
            @Cast("float*") long scratch);

    static native @Cast("int64_t") long smb_sum_scratch(@Cast("int64_t") long kept, @Cast("int64_t") long reduced);

    static native int smb_sum(
            @Cast("void*") long stream,
            int keptRank,
            @Cast("const int64_t*") long[] kept,
            int reducedRank,
            @Cast("const int64_t*") long[] reduced,
            @Cast("const float*") long x,
            @Cast("float*") long y,
            @Cast("float*") long scratch);

    static native int smb_small_product(
            @Cast("void*") long stream,
            int m,
            int n,
            int k,
            int transposeA,
            int transposeB,
            @Cast("const float*") long a,
            @Cast("const float*") long b,
            @Cast("float*") long y);

    static native int smb_upfirdn2d(
            @Cast("void*") long stream,
            int planes,
            int h,
            int w,
            int oh,
            int ow,
            int upY,
            int upX,
            int downY,
            int downX,
            int padTop,
            int padLeft,
            int fh,
            int fw,
            @Cast("const float*") float[] taps,
            @Cast("const float*") long x,
            @Cast("float*") long y);

    static native int smb_bias_act(
            @Cast("void*") long stream,
            int act,
            float alpha,
            float gain,
            float clamp,
            @Cast("int64_t") long n,
            @Cast("int64_t") long step,
            int channels,
            @Cast("const float*") long x,
            @Cast("const float*") long b,
            @Cast("float*") long y);

    static native int smb_bias_act_grad(
            @Cast("void*") long stream,
            int act,
            float alpha,
            float gain,
            float clamp,
            int order,
            int xIsOutput,
            @Cast("int64_t") long n,
            @Cast("int64_t") long step,
            int channels,
            @Cast("const float*") long dy,
            @Cast("const float*") long x,
            @Cast("const float*") long b,
            @Cast("float*") long dx);

    static native int smb_max_pool(
            @Cast("void*") long stream,
            @Cast("const int*") int[] geometry,
            @Cast("const float*") long x,
            @Cast("float*") long y);

    static native int smb_max_pool_scatter(
            @Cast("void*") long stream,
            @Cast("const int*") int[] geometry,
            @Cast("const float*") long x,
            @Cast("const float*") long dy,
            @Cast("float*") long dx);

    static native int smb_max_pool_gather(
            @Cast("void*") long stream,
            @Cast("const int*") int[] geometry,
            @Cast("const float*") long x,
            @Cast("const float*") long g,
            @Cast("float*") long y);

    static native int smb_avg_pool(
            @Cast("void*") long stream,
            @Cast("const int*") int[] geometry,
            @Cast("const float*") long x,
            @Cast("float*") long y);

    static native int smb_avg_pool_grad(
            @Cast("void*") long stream,
            @Cast("const int*") int[] geometry,
            @Cast("const float*") long dy,
            @Cast("float*") long dx);

    static native @Cast("int64_t") long smb_ssim_scratch(int planes, int h, int w, int window);

    static native int smb_ssim(
            @Cast("void*") long stream,
            int planes,
            int h,
            int w,
            int window,
            @Cast("const float*") float[] taps,
            float c1,
            float c2,
            int luminance,
            @Cast("const float*") long a,
            @Cast("const float*") long b,
            @Cast("float*") long y,
            @Cast("float*") long scratch);

    static native int smb_ssim_grad(
            @Cast("void*") long stream,
            int planes,
            int h,
            int w,
            int window,
            @Cast("const float*") float[] taps,
            float c1,
            float c2,
            int luminance,
            @Cast("const float*") long g,
            @Cast("const float*") long a,
            @Cast("const float*") long b,
            @Cast("float*") long da,
            @Cast("float*") long scratch);

    static native int smb_resize_bilinear(
            @Cast("void*") long stream,
            int planes,
            int h,
            int w,
            int oh,
            int ow,
            @Cast("const float*") long x,
            @Cast("float*") long y);

    static native int smb_resize_bilinear_grad(
            @Cast("void*") long stream,
            int planes,
            int h,
            int w,
            int oh,
            int ow,
            @Cast("const float*") long dy,
            @Cast("float*") long dx);

    static native int smb_conv2d(
            @Cast("void*") long stream,
            @Cast("const int*") int[] geometry,
            @Cast("const float*") long x,
            @Cast("const float*") long w,
            @Cast("float*") long y);

    static native int smb_conv2d_data_grad(
            @Cast("void*") long stream,
            @Cast("const int*") int[] geometry,
            @Cast("const float*") long dy,
            @Cast("const float*") long w,
            @Cast("float*") long dx);

    static native int smb_conv2d_weight_grad(
            @Cast("void*") long stream,
            @Cast("const int*") int[] geometry,
            @Cast("const float*") long x,
            @Cast("const float*") long dy,
            @Cast("float*") long dw);

    static native int smb_adam(
            @Cast("void*") long stream,
            float rate,
            float share1,
            float share2,
            float epsilon,
            @Cast("const float*") long deviceRate,
            @Cast("const float*") long scale,
            @Cast("int64_t") long n,
            @Cast("const float*") long g,
            @Cast("float*") long p,
            @Cast("float*") long m,
            @Cast("float*") long v);

    static native int smb_to_halves(
            @Cast("void*") long stream,
            int dtype,
            int n,
            int c,
            int row,
            int size,
            @Cast("const float*") long x,
            @Cast("const float*") long scale,
            @Cast("void*") long y);

    static native int smb_from_halves(
            @Cast("void*") long stream,
            int dtype,
            int n,
            int c,
            int row,
            int size,
            @Cast("const void*") long x,
            @Cast("const float*") long scale,
            @Cast("float*") long y);

    static native int smb_half_bias_act(
            @Cast("void*") long stream,
            @Cast("int64_t") long rows,
            int c,
            @Cast("const void*") long x,
            @Cast("const float*") long bias,
            float slope,
            @Cast("void*") long y);

    static native int smb_half_act_grad(
            @Cast("void*") long stream,
            @Cast("int64_t") long n,
            @Cast("const void*") long dy,
            @Cast("const void*") long y,
            float slope,
            @Cast("void*") long dx);

    static native int smb_half_add(
            @Cast("void*") long stream,
            @Cast("int64_t") long n,
            @Cast("const void*") long a,
            @Cast("const void*") long b,
            @Cast("void*") long y);

    static native int smb_half_channels(
            @Cast("void*") long stream,
            @Cast("int64_t") long rows,
            int c,
            @Cast("const void*") long x,
            int xRow,
            @Cast("void*") long y,
            int yRow);

    static native @Cast("int64_t") long smb_half_channel_sums_scratch(@Cast("int64_t") long rows, int c);

    static native int smb_half_channel_sums(
            @Cast("void*") long stream,
            @Cast("int64_t") long rows,
            int c,
            @Cast("const void*") long x,
            @Cast("float*") long y,
            @Cast("float*") long scratch);

    static native int smb_half_max_pool(
            @Cast("void*") long stream,
            @Cast("const int*") int[] geometry,
            int c,
            @Cast("const void*") long x,
            @Cast("void*") long y);

    static native int smb_half_max_pool_scatter(
            @Cast("void*") long stream,
            @Cast("const int*") int[] geometry,
            int c,
            @Cast("const void*") long x,
            @Cast("const void*") long dy,
            @Cast("void*") long dx,
            @Cast("void*") long scratch);

    static native int smb_half_avg_pool(
            @Cast("void*") long stream,
            @Cast("const int*") int[] geometry,
            int c,
            @Cast("const void*") long x,
            @Cast("void*") long y);

    static native int smb_half_avg_pool_grad(
            @Cast("void*") long stream,
            @Cast("const int*") int[] geometry,
            int c,
            @Cast("const void*") long dy,
            @Cast("void*") long dx);

    static native int smb_join(
            @Cast("void*") long stream,
            int count,
            @Cast("const int64_t*") long[] parts,
            @Cast("const int64_t*") long[] sizes,
            int split,
            @Cast("float*") long all);

    static native int smb_pixels(
            @Cast("void*") long stream,
            @Cast("int64_t") long n,
            int size,
            @Cast("const float*") long x,
            @Cast("uint8_t*") long rgb,
            @Cast("int*") long bad);

    static native int smb_set_call(
            @Cast("void*") long stream, @Cast("const int64_t*") long[] values, @Cast("void*") long call);

    static native int smb_launch_graph(
            @Cast("void*") long stream,
            @Cast("void*") long graph,
            @Cast("const int64_t*") long[] values,
            @Cast("void*") long call);

    static native int smb_styles(
            @Cast("void*") long stream,
            @Cast("const int*") int[] sizes,
            @Cast("const int64_t*") long[] fields,
            @Cast("const float*") float[] gains,
            @Cast("const void*") long call,
            @Cast("float*") long styles,
            @Cast("float*") long scaled,
            @Cast("float*") long peaks,
            @Cast("float*") long factors);

    static native int smb_modulated_start(
            @Cast("void*") long stream,
            int dtype,
            int n,
            int c,
            int stride,
            @Cast("const float*") long start,
            @Cast("const float*") long scaled,
            @Cast("void*") long y);

    static native int smb_normal_maps(
            @Cast("void*") long stream,
            @Cast("const void*") long call,
            int layer,
            int n,
            int size,
            float gain,
            @Cast("float*") long map);

    static native int smb_pack_weights(
            @Cast("void*") long stream,
            int dtype,
            int outs,
            int ins,
            int transposed,
            @Cast("const float*") long w,
            @Cast("void*") long packed,
            @Cast("float*") long norm,
            @Cast("float*") long energy);

    static native int smb_layer_rgb(
            @Cast("void*") long stream,
            int dtype,
            @Cast("const int*") int[] sizes,
            @Cast("const float*") float[] scalars,
            @Cast("const void*") long acc,
            @Cast("const float*") long factor,
            @Cast("const float*") long bias,
            @Cast("const float*") long noise,
            @Cast("const float*") long next,
            @Cast("void*") long y,
            @Cast("const float*") long rgbWeights,
            @Cast("const float*") long rgbBias,
            @Cast("const float*") long before,
            @Cast("float*") long image,
            @Cast("const void*") long call);

    static native int smb_up_layer(
            @Cast("void*") long stream,
            int dtype,
            @Cast("const int*") int[] sizes,
            @Cast("const float*") float[] scalars,
            @Cast("const void*") long t,
            @Cast("const float*") long factor,
            @Cast("const float*") long bias,
            @Cast("const float*") long noise,
            @Cast("const float*") long next,
            @Cast("void*") long y);

    static native int smb_layer_grad_blocks(int n, int h, int w, int c);

    static native int smb_layer_grad(
            @Cast("void*") long stream,
            int dtype,
            @Cast("const int*") int[] sizes,
            @Cast("const float*") float[] scalars,
            @Cast("const void*") long dys,
            @Cast("const void*") long ys,
            @Cast("const float*") long factor,
            @Cast("const float*") long bias,
            @Cast("const float*") long noise,
            @Cast("const float*") long next,
            @Cast("const float*") long rgbWeights,
            @Cast("const float*") long imageGrad,
            @Cast("const void*") long call,
            @Cast("void*") long dacc,
            @Cast("float*") long partial);

    static native int smb_filter_grad(
            @Cast("void*") long stream,
            int dtype,
            @Cast("const int*") int[] sizes,
            @Cast("const float*") float[] taps,
            @Cast("const void*") long dacc,
            @Cast("void*") long dt);

    static native int smb_picture_grad(
            @Cast("void*") long stream,
            int planes,
            int h,
            int w,
            @Cast("const float*") float[] taps,
            @Cast("const float*") long from,
            @Cast("const void*") long call,
            @Cast("float*") long to);

    static native int smb_rescale_grad(
            @Cast("void*") long stream,
            @Cast("int64_t") long count,
            @Cast("const void*") long call,
            @Cast("float*") long to,
            @Cast("float*") long scale);

    static native int smb_style_grads(
            @Cast("void*") long stream,
            int dtype,
            @Cast("const int*") int[] sizes,
            @Cast("const int64_t*") long[] fields,
            @Cast("const float*") float[] gains,
            int layers,
            @Cast("const int*") int[] pictures,
            @Cast("const int*") int[] blocks,
            @Cast("const int64_t*") long[] partials,
            @Cast("const float*") long start,
            @Cast("const void*") long startGrad,
            @Cast("const float*") long styles,
            @Cast("const float*") long peaks,
            @Cast("const float*") long factors,
            @Cast("float*") long q,
            @Cast("float*") long styleGrads,
            @Cast("const float*") long scale,
            @Cast("const void*") long call);

    static native int smb_layer_way(int n, int side, int ins, int outs, int up);

    static native int smb_whole_layer(
            @Cast("void*") long stream,
            int way,
            int dtype,
            @Cast("const int*") int[] sizes,
            @Cast("const float*") float[] scalars,
            @Cast("const void*") long x,
            @Cast("const void*") long weights,
            @Cast("const float*") long factor,
            @Cast("const float*") long bias,
            @Cast("const float*") long noise,
            @Cast("const float*") long next,
            @Cast("void*") long y,
            @Cast("const float*") long rgbWeights,
            @Cast("const float*") long rgbBias,
            @Cast("const float*") long before,
            @Cast("float*") long image,
            @Cast("const void*") long call);

    static native int smb_fused_up_layer(
            @Cast("void*") long stream,
            int dtype,
            @Cast("const int*") int[] sizes,
            @Cast("const float*") float[] scalars,
            int ins,
            @Cast("const void*") long x,
            @Cast("const void*") long folded,
            @Cast("const float*") long factor,
            @Cast("const float*") long bias,
            @Cast("const float*") long noise,
            @Cast("const float*") long next,
            @Cast("void*") long y);

    static native int smb_fold_weights(
            @Cast("void*") long stream,
            int dtype,
            int outs,
            int ins,
            @Cast("const float*") float[] taps,
            @Cast("const float*") long w,
            @Cast("const float*") long norm,
            @Cast("void*") long folded);
}
