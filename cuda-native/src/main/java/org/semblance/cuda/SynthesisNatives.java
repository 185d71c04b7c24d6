package org.semblance.cuda;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The functions of {@code semblance_kernels.h} that planned syntheses call, in the library of {@link SemblanceKernels}
 * and loaded with it.
 */
@Platform(
        value = "linux-x86_64",
        include = "semblance_kernels.h",
        link = "semblance_kernels",
        library = "jnisemblance_kernels")
final class SynthesisNatives {
    // The header's numbers of these names, SMB_ before them; HeaderTest compares the two.
    static final int CALL_FIELDS = 8;
    static final int MAX_STYLES = 32;
    static final int GRAD_SUMS = 5;
    static final int SCALE_FLOATS = 257;
    static final int SPLIT_TILES = 1024;

    static {
        SemblanceKernels.load();
    }

    private SynthesisNatives() {}

    static native int smb_set_call(
            @Cast("void*") long stream, @Cast("const int64_t*") long[] values, @Cast("void*") long call);

    static native int smb_begin_graph(
            @Cast("void*") long graph,
            @Cast("const void*") long from,
            @Cast("int64_t") long bytes,
            @Cast("void**") long[] beginning,
            int[] moved);

    static native void smb_end_graph(@Cast("void*") long beginning);

    static native int smb_launch_graph(
            @Cast("void*") long stream,
            @Cast("void*") long graph,
            @Cast("const void*") long beginning,
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
            @Cast("float*") long factors,
            int dtype,
            @Cast("const float*") long start,
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
            @Cast("const void*") long call,
            @Cast("void*") long scratch);

    static native int smb_split_up(
            @Cast("void*") long stream,
            int dtype,
            @Cast("const int*") int[] sizes,
            int ins,
            @Cast("const void*") long x,
            @Cast("const void*") long weights,
            @Cast("void*") long t);

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
