/*
 * The C surface of Semblance's CUDA kernels.
 *
 * Arguments are scalars, raw device addresses and, where a comment says "host", small arrays on the host that are read
 * before the call returns. `stream` is a CUstream or cudaStream_t; work is queued on it in the context that is current.
 * A function that can fail returns 0 or the number of an error whose text smb_last_error() then gives. Nothing here
 * prints, exits or throws. Elements are float32; images are [N, C, H, W] in memory, and `planes` is N * C.
 *
 * A walk is the joint index space of several arrays: `rank` extents, then `rank` strides in elements for each operand,
 * outermost axis first, at most SMB_MAX_RANK axes; strides may be 0 or negative.
 */
#ifndef SEMBLANCE_KERNELS_H
#define SEMBLANCE_KERNELS_H

#include <stdint.h>

#ifdef SMB_BUILD
#define SMB_API __attribute__((visibility("default")))
#else
#define SMB_API
#endif

/* Raised with every change of this header that an older caller would misread. */
#define SMB_ABI_VERSION 8

#define SMB_MAX_RANK 8
/* Most taps of a filter. */
#define SMB_MAX_TAPS 1024
/* Most arrays of one smb_join. */
#define SMB_MAX_PARTS 128

#ifdef __cplusplus
extern "C" {
#endif

/* --- the library itself ------------------------------------------------------------------------------------------ */

/* The SMB_ABI_VERSION that the library was built with. */
SMB_API int smb_abi_version(void);

/* What went wrong in the calling thread's last failed call, or an empty string; valid until its next call. */
SMB_API const char *smb_last_error(void);

/* Number of CUDA devices that can be used; 0 also where there is no driver, and smb_last_error() then says so. */
SMB_API int smb_device_count(void);

/* Loads a shared library by its name and keeps it; 0, or -1 with the loader's reason. */
SMB_API int smb_load_library(const char *name);

/* Bytes that the default memory pool of a device keeps for later allocations when a stream is waited for. */
SMB_API int smb_keep_memory(int device, int64_t bytes);

/* Gives unused memory of that pool back to the system, down to this many bytes kept. */
SMB_API int smb_trim_memory(int device, int64_t bytes);

/* --- elementwise.cu ---------------------------------------------------------------------------------------------- */

/* y[i] = value for i < n. */
SMB_API int smb_fill(void *stream, int64_t n, float value, float *y);

/* y[i] = f(x[i]) for i < n; y may be x. f: 0 a*x+b, 1 exp, 2 log, 3 sqrt, 4 1/sqrt, 5 tanh, 6 sigmoid, 7 softplus, 8
 * abs, 9 sign, 10 x^a, 11 min(max(x, a), b), 12 whether a <= x <= b. */
SMB_API int smb_unary(void *stream, int f, float a, float b, int64_t n, const float *x, float *y);

/* y = f(a, b) over a walk of (y, a, b). f: 0 a+b, 1 a-b, 2 a*b, 3 a/b, 4 max, 5 min, 6 whether a >= b; y may be a or b
 * where their strides are the same. */
SMB_API int smb_binary(void *stream, int f, int rank, const int64_t *walk, const float *a, const float *b, float *y);

/* --- copy.cu ----------------------------------------------------------------------------------------------------- */

/* y[y_offset + ...] = x[x_offset + ...] over a walk of (y, x); offsets in elements. */
SMB_API int smb_copy(void *stream, int rank, const int64_t *walk, const float *x, int64_t x_offset, float *y,
                     int64_t y_offset);

/* --- sum.cu ------------------------------------------------------------------------------------------------------ */

/* Most partial sums of smb_sum_squares. */
#define SMB_SQUARES_PARTS 1056

/* *y = sum of the squares of x [n], in a fixed order; x aligned to 16 bytes, scratch of 2 SMB_SQUARES_PARTS elements,
 * aligned to 8 bytes. */
SMB_API int smb_sum_squares(void *stream, int64_t n, const float *x, float *y, float *scratch);

/* Elements of scratch that smb_sum wants for these counts; may be 0. */
SMB_API int64_t smb_sum_scratch(int64_t kept, int64_t reduced);

/* y[k] = sum of x over the reduced walk, for each k of the kept walk; both walks are of x alone. The order of additions
 * depends on the extents only, so results are the same every time. */
SMB_API int smb_sum(void *stream, int kept_rank, const int64_t *kept, int reduced_rank, const int64_t *reduced,
                    const float *x, float *y, float *scratch);

/* --- products.cu ------------------------------------------------------------------------------------------------- */

/* y [m, n] = op(a) op(b), sums in double; a [m, k] ([k, m] if transposed), b [k, n] ([n, k] if transposed). For small
 * factors: nothing is kept in shared memory. A row of y does not depend on m. */
SMB_API int smb_small_product(void *stream, int m, int n, int k, int transpose_a, int transpose_b, const float *a,
                              const float *b, float *y);

/* --- upfirdn2d.cu ------------------------------------------------------------------------------------------------ */

/* Zero insertion, padding or cropping, correlation with taps (host, [fh, fw]) and decimation of x [planes, h, w] into
 * y [planes, oh, ow]. */
SMB_API int smb_upfirdn2d(void *stream, int planes, int h, int w, int oh, int ow, int up_y, int up_x, int down_y,
                          int down_x, int pad_top, int pad_left, int fh, int fw, const float *taps, const float *x,
                          float *y);

/* --- bias_act.cu ------------------------------------------------------------------------------------------------- */

/* y = clamp(gain * act(x + b), -clamp, clamp); element i takes b[i / step % channels], b may be null, y may be x.
 * act: 0 linear, 1 relu, 2 leaky relu of slope alpha, 3 tanh, 4 sigmoid, 5 elu, 6 selu, 7 softplus, 8 swish. */
SMB_API int smb_bias_act(void *stream, int act, float alpha, float gain, float clamp, int64_t n, int64_t step,
                         int channels, const float *x, const float *b, float *y);

/* dx = dy times the derivative of that order (1 or 2) of the above at x + b, or, for act <= 2, at the output x. */
SMB_API int smb_bias_act_grad(void *stream, int act, float alpha, float gain, float clamp, int order, int x_is_output,
                              int64_t n, int64_t step, int channels, const float *dy, const float *x, const float *b,
                              float *dx);

/* --- pool.cu ----------------------------------------------------------------------------------------------------- */

/* Geometry of a pool (host): planes, h, w, oh, ow, kernel_y, kernel_x, stride_y, stride_x, pad_top, pad_bottom,
 * pad_left, pad_right, count_padding. Windows are clipped to the image. */
#define SMB_POOL_GEOMETRY 14

/* y [planes, oh, ow] = largest element of each window of x [planes, h, w]. */
SMB_API int smb_max_pool(void *stream, const int *geometry, const float *x, float *y);

/* dx [planes, h, w] = sum of dy over the windows of x whose first largest element is this one. */
SMB_API int smb_max_pool_scatter(void *stream, const int *geometry, const float *x, const float *dy, float *dx);

/* y [planes, oh, ow] = g at the first largest element of each window of x. */
SMB_API int smb_max_pool_gather(void *stream, const int *geometry, const float *x, const float *g, float *y);

/* y [planes, oh, ow] = mean of each window of x; padding counts in the divisor if count_padding. */
SMB_API int smb_avg_pool(void *stream, const int *geometry, const float *x, float *y);

/* The transpose of smb_avg_pool. */
SMB_API int smb_avg_pool_grad(void *stream, const int *geometry, const float *dy, float *dx);

/* --- ssim.cu ----------------------------------------------------------------------------------------------------- */

/* Most taps of a window. */
#define SMB_MAX_WINDOW 16

/* Elements of scratch for smb_ssim: a sum for each tile of windows; 0 where it refuses. */
SMB_API int64_t smb_ssim_scratch(int planes, int h, int w, int window);

/* Elements of scratch for smb_ssim_grad: three for each window; 0 where it refuses. */
SMB_API int64_t smb_ssim_grad_scratch(int planes, int h, int w, int window);

/* y [planes] = means over the windows inside of contrast and structure, times luminance if asked for, of a and b
 * [planes, h, w]; taps [window] (host) along both axes; at most 65535 planes. */
SMB_API int smb_ssim(void *stream, int planes, int h, int w, int window, const float *taps, float c1, float c2,
                     int luminance, const float *a, const float *b, float *y, float *scratch);

/* da = the gradient of the sum of g [planes] times the above at a. */
SMB_API int smb_ssim_grad(void *stream, int planes, int h, int w, int window, const float *taps, float c1, float c2,
                          int luminance, const float *g, const float *a, const float *b, float *da, float *scratch);

/* --- resize.cu --------------------------------------------------------------------------------------------------- */

/* Bilinear interpolation with half-pixel centres, no antialiasing, of x [planes, h, w] into y [planes, oh, ow]. */
SMB_API int smb_resize_bilinear(void *stream, int planes, int h, int w, int oh, int ow, const float *x, float *y);

/* Its transpose: dy [planes, oh, ow] into dx [planes, h, w]. */
SMB_API int smb_resize_bilinear_grad(void *stream, int planes, int h, int w, int oh, int ow, const float *dy,
                                     float *dx);

/* --- conv2d.cu: plain loops for the geometries that cuDNN's deterministic algorithms refuse ----------------------- */

/* Geometry of a convolution (host): n, c, h, w, o, oh, ow, kh, kw, stride_y, stride_x, pad_top, pad_left, dilation_y,
 * dilation_x, groups. x [n, c, h, w], w [o, c / groups, kh, kw], y [n, o, oh, ow]. */
#define SMB_CONV_GEOMETRY 16

/* y = correlation of x with w. */
SMB_API int smb_conv2d(void *stream, const int *geometry, const float *x, const float *w, float *y);

/* dx = transpose in x. */
SMB_API int smb_conv2d_data_grad(void *stream, const int *geometry, const float *dy, const float *w, float *dx);

/* dw = transpose in w; deterministic. */
SMB_API int smb_conv2d_weight_grad(void *stream, const int *geometry, const float *x, const float *dy, float *dw);

/* --- adam.cu ----------------------------------------------------------------------------------------------------- */

/* m += (s g - m) share1; v += ((s g)^2 - v) share2; p -= rate m / (sqrt(v) + epsilon), for i < n, in double. s is 1 or
 * *scale, and nothing changes if that is not finite; *device_rate, unless null, takes the place of rate. */
SMB_API int smb_adam(void *stream, float rate, float share1, float share2, float epsilon, const float *device_rate,
                     const float *scale, int64_t n, const float *g, float *p, float *m, float *v);

/* --- halves.cu: between planes in float32 and channels-last in 16 bits; dtype: 0 half, 1 bfloat16 ----------------- */

/* y [n, size, row] = x [n, c, size] times scale [n], or null for 1, with zeros behind c; at most 65535 samples, row at
 * least c. */
SMB_API int smb_to_halves(void *stream, int dtype, int n, int c, int row, int size, const float *x, const float *scale,
                          void *y);

/* y [n, c, size] = x [n, size, row] without what is behind c, times scale [n], or null for 1. */
SMB_API int smb_from_halves(void *stream, int dtype, int n, int c, int row, int size, const void *x, const float *scale,
                            float *y);

/* --- channels_last.cu: channels-last bfloat16 [rows, c], c a multiple of 8, results rounded once ------------------ */

/* y = act(x + bias), bias [c] or null for 0; act multiplies what is not above 0 by slope; y may be x. */
SMB_API int smb_half_bias_act(void *stream, int64_t rows, int c, const void *x, const float *bias, float slope,
                              void *y);

/* dx = dy, times slope where y is not above 0; n elements, a multiple of 8. */
SMB_API int smb_half_act_grad(void *stream, int64_t n, const void *dy, const void *y, float slope, void *dx);

/* y = a + b; n elements, a multiple of 8. */
SMB_API int smb_half_add(void *stream, int64_t n, const void *a, const void *b, void *y);

/* The first c of each row of x [rows, x_row] to those of y [rows, y_row]; row lengths are multiples of 8. */
SMB_API int smb_half_channels(void *stream, int64_t rows, int c, const void *x, int x_row, void *y, int y_row);

/* Elements of scratch that smb_half_channel_sums wants; may be 0. */
SMB_API int64_t smb_half_channel_sums_scratch(int64_t rows, int c);

/* y [c] (float32) = sums of the columns of x; the order of additions is fixed by the extents. */
SMB_API int smb_half_channel_sums(void *stream, int64_t rows, int c, const void *x, float *y, float *scratch);

/* The pools of pool.cu on [samples, h, w, c]; the geometry's planes are samples. The scatter wants a byte of scratch
 * for each element of dy, and windows of at most 256. */
SMB_API int smb_half_max_pool(void *stream, const int *geometry, int c, const void *x, void *y);
SMB_API int smb_half_max_pool_scatter(void *stream, const int *geometry, int c, const void *x, const void *dy,
                                      void *dx, void *scratch);
SMB_API int smb_half_avg_pool(void *stream, const int *geometry, int c, const void *x, void *y);
SMB_API int smb_half_avg_pool_grad(void *stream, const int *geometry, int c, const void *dy, void *dx);

/* --- join.cu ----------------------------------------------------------------------------------------------------- */

/* all = the arrays at the addresses parts [count] (host) of sizes [count] elements (host), end to end; if split, the
 * arrays = what all holds of each. At most SMB_MAX_PARTS. */
SMB_API int smb_join(void *stream, int count, const int64_t *parts, const int64_t *sizes, int split, float *all);

/* --- pixels.cu --------------------------------------------------------------------------------------------------- */

/* rgb [n, size, 3] = floor(127.5 x + 128) within [0, 255] of x [n, 3, size]; *bad = 1 if a value is not finite. */
SMB_API int smb_pixels(void *stream, int64_t n, int size, const float *x, uint8_t *rgb, int *bad);

/* --- synthesis_styles.cu: what comes before the first convolution of a planned synthesis ------------------------- */
/* dtype: 0 half, 1 bfloat16; void arrays are of it, activations are [n, h, w, c] in memory. */

/* The call's arguments on the device, one int64 each: style codes [n, num_ws, w_dim], picture [n, 3, r, r], 8-bit
 * pixels [n, r, r, 3] (not 0: written in place of the picture), flag set to 1 where these are not finite, seed and
 * first sample of random noise, gradient of the picture, gradient of the codes. */
#define SMB_CALL_FIELDS 8

/* Writes them (host) to the device. */
SMB_API int smb_set_call(void *stream, const int64_t *values, void *call);

/* Of a captured cudaGraph_t that begins with smb_set_call and is one line of nodes: what smb_launch_graph wants, to be
 * ended by smb_end_graph; the graph has to live as long. Clearings of a range of memory in it are taken out and made as
 * the graph begins; the caller promises that nothing of the graph's touches what is cleared before it is cleared.
 * *moved (host): how many. */
SMB_API int smb_begin_graph(void *graph, const void *from, int64_t bytes, void **beginning, int *moved);
SMB_API void smb_end_graph(void *beginning);

/* One replay of the cudaGraphExec_t that was made of the graph after smb_begin_graph, with these values. */
SMB_API int smb_launch_graph(void *stream, void *graph, const void *beginning, const int64_t *values, void *call);

/* A layer's style (host): is it a picture's, input channels, output channels, its place in styles and in factors, row
 * of the codes, affine weights [in, w_dim], bias [in], energy [out, in] (a picture's weights), norms [out]. */
#define SMB_STYLE_FIELDS 10
#define SMB_MAX_STYLES 32

/* sizes (host): layers, n, w_dim, num_ws, row length of styles, row length of factors; gains (host): the activation's,
 * then each layer's. styles [n, .] s = gain (A w / sqrt(w_dim) + b); peaks [n, SMB_MAX_STYLES] m = max |s|; scaled
 * [n, .] s / m; factors [n, .]: d m norm gain for d = 1 / sqrt(s^2 energy + 1e-8), or s times a picture's weights
 * [3, in]. y (may be null) [n, 4, 4, c] = start [c, 4, 4] times the scaled style that stands first. */
SMB_API int smb_styles(void *stream, const int *sizes, const int64_t *fields, const float *gains, const void *call,
                       float *styles, float *scaled, float *peaks, float *factors, int dtype, const float *start,
                       void *y);

/* map [n, size] = gain times normal numbers of the call's seed and samples for this layer. */
SMB_API int smb_normal_maps(void *stream, const void *call, int layer, int n, int size, float gain, float *map);

/* w [outs, ins, 3, 3]: norm [outs], energy [outs, ins] (sums of squares over the taps), and w / norm as
 * [outs, 9, ins], or [ins, 9, outs] if transposed. */
SMB_API int smb_pack_weights(void *stream, int dtype, int outs, int ins, int transposed, const float *w, void *packed,
                             float *norm, float *energy);

/* --- synthesis_layer.cu: what comes after a convolution ---------------------------------------------------------- */
/* sizes (host): n, h, w, c of the output, row lengths of factors and styles, whether noise is one map per sample;
 * scalars (host): slope, clamp, clamp of the picture, 4 taps of the filter along an axis, turned, with gain 2. factor
 * and next point to a layer's place in the first row of factors and scaled; noise and next may be null. */

/* y = clamp(lrelu(acc factor + noise + bias)) next, null to drop it; picture = rgb_weights y + rgb_bias, plus the one
 * before enlarged (may be null), into image, or, if that is null, where the call says. */
SMB_API int smb_layer_rgb(void *stream, int dtype, const int *sizes, const float *scalars, const void *acc,
                          const float *factor, const float *bias, const float *noise, const float *next, void *y,
                          const float *rgb_weights, const float *rgb_bias, const float *before, float *image,
                          const void *call);

/* The same without a picture, of t [n, h + 1, w + 1, c] filtered. */
SMB_API int smb_up_layer(void *stream, int dtype, const int *sizes, const float *scalars, const void *t,
                         const float *factor, const float *bias, const float *noise, const float *next, void *y);

/* --- synthesis_whole.cu: layers in one kernel --------------------------------------------------------------------- */

/* What computes a 3x3 layer with n outputs of side x side fastest on the current device: 0 a library's convolution and
 * smb_layer_rgb or smb_up_layer, 1 to 3 and 5 smb_whole_layer in this way, 4 smb_fused_up_layer, 6 smb_split_up and
 * smb_up_layer. up is 1 or 2. */
SMB_API int smb_layer_way(int n, int side, int ins, int outs, int up);

/* The 3x3 convolution of x [n, h, w, c] with packed weights [c, 9, c], and all that smb_layer_rgb does; y may not be x.
 * way 1: c is 32, h and w multiples of 16. For devices of capability 9.0 and even h, way 2, c is 32, 64 or 128, w even;
 * way 3, c is 128, 256, 384 or 512. For 9.0 and newer, way 5, c is a multiple of 64; scratch has SMB_SPLIT_TILES floats
 * that are zero before the first call and 3 n h w c / 32 more; other ways take no notice of it. Ways 2 and 3 make the
 * picture of activations as rounded to 16 bits. Weights may be read before the kernel ahead on the stream has ended,
 * here and below: that kernel may not be the one that makes them. */
#define SMB_SPLIT_TILES 1024

SMB_API int smb_whole_layer(void *stream, int way, int dtype, const int *sizes, const float *scalars, const void *x,
                            const void *weights, const float *factor, const float *bias, const float *noise,
                            const float *next, void *y, const float *rgb_weights, const float *rgb_bias,
                            const float *before, float *image, const void *call, void *scratch);

/* --- synthesis_split.cu: for devices of capability 9.0 and newer -------------------------------------------------- */

/* t [n, h + 1, w + 1, c], the transposed 3x3 convolution of x [n, h / 2, w / 2, ins] with packed weights [ins, 9, c];
 * sizes as above, ins and c multiples of 64. */
SMB_API int smb_split_up(void *stream, int dtype, const int *sizes, int ins, const void *x, const void *weights,
                         void *t);

/* --- synthesis_fold.cu ------------------------------------------------------------------------------------------- */

/* Weights [outs, ins, 3, 3] of an enlarging layer, divided by norm [outs], with the columns of the filter (taps as in
 * scalars) in them: 18 outs ins values in the order that smb_fused_up_layer wants; outs a multiple of 32, ins of 64. */
SMB_API int smb_fold_weights(void *stream, int dtype, int outs, int ins, const float *taps, const float *w,
                             const float *norm, void *folded);

/* --- synthesis_up.cu: for devices of capability 9.0 -------------------------------------------------------------- */

/* smb_up_layer and the transposed convolution of x [n, h / 2, w / 2, ins] in one kernel, with folded weights; ins is 64
 * or 128, c a multiple of 32; y may not be x. */
SMB_API int smb_fused_up_layer(void *stream, int dtype, const int *sizes, const float *scalars, int ins, const void *x,
                               const void *folded, const float *factor, const float *bias, const float *noise,
                               const float *next, void *y);

/* --- synthesis_grad.cu, synthesis_style_grads.cu: the backward pass to the codes ---------------------------------- */
/* sizes and scalars as above. */

/* Sums over pixels that smb_layer_grad makes for each channel. */
#define SMB_GRAD_SUMS 5

/* Rows of partial sums that smb_layer_grad writes for each sample. */
SMB_API int smb_layer_grad_blocks(int n, int h, int w, int c);

/* dacc [n, h, w, c], the gradient of acc in smb_layer_rgb or of the filtered t in smb_up_layer, from that of its result
 * (dys, may be null), the result itself (ys), and, where rgb_weights is not null, that of the picture [n, 3, h, w]
 * (image_grad, or, if that is null, where the call says); partial [n, blocks, SMB_GRAD_SUMS, c]. */
SMB_API int smb_layer_grad(void *stream, int dtype, const int *sizes, const float *scalars, const void *dys,
                           const void *ys, const float *factor, const float *bias, const float *noise,
                           const float *next, const float *rgb_weights, const float *image_grad, const void *call,
                           void *dacc, float *partial);

/* dt [n, h + 1, w + 1, c], the transpose of the filter in smb_up_layer on dacc [n, h, w, c]; taps (host): 4. */
SMB_API int smb_filter_grad(void *stream, int dtype, const int *sizes, const float *taps, const void *dacc, void *dt);

/* to [planes, h, w], the transpose of the enlargement of the picture before, on from [planes, 2h, 2w], or, if that is
 * null, on the call's gradient. */
SMB_API int smb_picture_grad(void *stream, int planes, int h, int w, const float *taps, const float *from,
                             const void *call, float *to);

/* to = the call's gradient of count elements times a power of two that brings its largest magnitude to [1, 2), if that
 * is a normal number; *scale = the inverse, followed by scratch, SMB_SCALE_FLOATS together. */
#define SMB_SCALE_FLOATS 257
SMB_API int smb_rescale_grad(void *stream, int64_t count, const void *call, float *to, float *scale);

/* The call's gradient of the codes from the layers' partial sums: sizes, fields, gains as in smb_styles; pictures
 * (host): which style is the picture after each layer, -1 for none; blocks, partials (host) of each layer; start_grad
 * [n, 16, c] of the modulated start; q and style_grads are scratch like factors and styles; scale may be null. */
SMB_API int smb_style_grads(void *stream, int dtype, const int *sizes, const int64_t *fields, const float *gains,
                            int layers, const int *pictures, const int *blocks, const int64_t *partials,
                            const float *start, const void *start_grad, const float *styles, const float *peaks,
                            const float *factors, float *q, float *style_grads, const float *scale, const void *call);

#ifdef __cplusplus
}
#endif

#endif
