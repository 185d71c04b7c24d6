package org.semblance.cuda;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The functions of {@code semblance_kernels.h}, one native each, but for those of planned syntheses, which are in
 * {@link SynthesisNatives}; addresses are longs, see the header for the rest. The first use loads the library from the
 * jar ({@link NativeFiles}) and throws a {@link LinkageError} where it is missing or of another version; it needs no
 * GPU and no driver.
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
    static final int ABI_VERSION = 8;

    /** {@code SMB_MAX_PARTS}. */
    static final int MAX_PARTS = 128;

    static {
        NativeFiles.load("libsemblance_kernels.so", "libjnisemblance_kernels.so");
        if (smb_abi_version() != ABI_VERSION) {
            throw new UnsatisfiedLinkError(
                    "semblance_kernels: expected ABI version " + ABI_VERSION + ", got " + smb_abi_version());
        }
    }

    private SemblanceKernels() {}

    /** Does nothing but what the first use does. */
    static void load() {
        // The static initialiser has loaded the library.
    }

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

    static native @Cast("int64_t") long smb_ssim_grad_scratch(int planes, int h, int w, int window);

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
}
