// The backward pass of a planned synthesis to its style codes, weights frozen; what stands around the data gradients of
// the convolutions. Only each layer's scaled output ys = y s' is read: y comes back by division, and z, the activation's
// argument, from y, the leaky ReLU being invertible.
//
//   layer_grad   g = dys s' + picture's gradient; gz = g act'(z); dacc = gz D; sums over pixels of dys y, of
//                gz (z - noise - bias), which is D dL/dD, and of the picture's gradient times y
//   filter_grad  the transpose of the up-layer's filter
//   picture_grad the transpose of the skip picture's enlargement
//   style_grads  sums to gradients of styles, ds = ds' / m - s (q W2) with q = d^2 D dL/dD, and these to the codes
// Sums go in two stages whose cuts depend on the sizes only: the same bits every time. Bound by memory.
#include <cuda_runtime.h>

#include "device/synthesis.cuh"
#include "runtime.h"
#include "semblance_kernels.h"
#include "styles.h"

namespace smb {

constexpr int SUMS = 5;  // dys y; gz (z - noise - bias); picture's gradient times y, three channels

struct LayerGrad {
  int h, w, c;
  int factor_stride, style_stride;
  int64_t noise_stride;
  float slope, clamped;  // magnitude from which y counts as clamped
  const float *factor, *bias, *noise, *next;
  const float *rgb_weights;  // null: no picture
  const float *image_grad;   // null: where the call says
  const Call *call;
  float *partial;  // [n, blocks, SUMS, c]
};

template <typename T, int LANES>
__global__ void __launch_bounds__(BLOCK, 2)
    layer_grad_kernel(const __grid_constant__ LayerGrad l, const T *dys, const T *ys, T *dacc) {
  __shared__ float shared[BLOCK / 32][SUMS][LANES * VEC];
  constexpr int WIDE = 32 / LANES;
  const int lane = threadIdx.x % LANES, warp = threadIdx.x / 32, n = blockIdx.y, size = l.h * l.w;
  const int c = (blockIdx.z * LANES + lane) * VEC;
  const bool mine = c < l.c;
  const int64_t image = static_cast<int64_t>(n) * size;
  const float *grads = l.rgb_weights ? (l.image_grad ? l.image_grad : l.call->image_grad) + image * 3 : nullptr;
  float factor[VEC], bias[VEC], next[VEC], inverse[VEC], w[3][VEC], sum[SUMS][VEC] = {};
  if (mine) {
    load_floats8(l.factor + static_cast<int64_t>(n) * l.factor_stride + c, factor);
    load_floats8(l.bias + c, bias);
#pragma unroll
    for (int j = 0; j < VEC; j++) next[j] = 1;
    if (l.next) load_floats8(l.next + static_cast<int64_t>(n) * l.style_stride + c, next);
#pragma unroll
    for (int j = 0; j < VEC; j++) inverse[j] = 1 / (fabsf(next[j]) < 1e-6f ? copysignf(1e-6f, next[j]) : next[j]);
#pragma unroll
    for (int q = 0; q < 3; q++) {
#pragma unroll
      for (int j = 0; j < VEC; j++) w[q][j] = 0;
      if (grads) load_floats8(l.rgb_weights + static_cast<int64_t>(n) * l.factor_stride + q * l.c + c, w[q]);
    }
  }
  const int step = gridDim.x * (BLOCK / LANES);
  const int first = blockIdx.x * (BLOCK / LANES) + warp * WIDE + threadIdx.x % 32 / LANES;
  for (int pixel = first; mine && pixel < size; pixel += step) {
    const int64_t at = (image + pixel) * l.c + c;
    float y[VEC], d[VEC] = {}, g[3] = {};
    unpack8<T>(load16(ys + at), y);
    if (dys) unpack8<T>(load16(dys + at), d);
    if (grads) {
#pragma unroll
      for (int q = 0; q < 3; q++) g[q] = __ldg(grads + int64_t{q} * size + pixel);
    }
    const float noise = l.noise ? __ldg(l.noise + n * l.noise_stride + pixel) : 0;
    float out[VEC];
#pragma unroll
    for (int j = 0; j < VEC; j++) {
      y[j] *= inverse[j];
      const bool positive = y[j] > 0;
      float total = d[j] * next[j];
      sum[0][j] += d[j] * y[j];
#pragma unroll
      for (int q = 0; q < 3; q++) {
        total += g[q] * w[q][j];
        sum[2 + q][j] += g[q] * y[j];
      }
      const float gz = fabsf(y[j]) >= l.clamped ? 0 : positive ? total : total * l.slope;
      const float z = positive ? y[j] : y[j] / l.slope;
      sum[1][j] += gz * (z - noise - bias[j]);
      out[j] = gz * factor[j];
    }
    store16(dacc + at, pack8<T>(out));
  }
#pragma unroll
  for (int s = 0; s < SUMS; s++) {
#pragma unroll
    for (int j = 0; j < VEC; j++) {
#pragma unroll
      for (int d = LANES; d < 32; d <<= 1) sum[s][j] += __shfl_xor_sync(~0u, sum[s][j], d);
      if (threadIdx.x % 32 < LANES) shared[warp][s][lane * VEC + j] = sum[s][j];
    }
  }
  __syncthreads();
  for (int i = threadIdx.x; i < SUMS * LANES * VEC; i += BLOCK) {
    const int s = i / (LANES * VEC), k = i % (LANES * VEC), channel = blockIdx.z * LANES * VEC + k;
    float total = 0;
#pragma unroll
    for (int v = 0; v < BLOCK / 32; v++) total += shared[v][s][k];
    if (channel < l.c)
      l.partial[((static_cast<int64_t>(n) * gridDim.x + blockIdx.x) * SUMS + s) * l.c + channel] = total;
  }
}

constexpr int FILTER_BLOCK = 128;

// dt [n, h + 1, w + 1, c] of dacc [n, h, w, c]; 2 columns of ROWS rows, 8 channels deep, per thread.
template <typename T, int ROWS>
__global__ void __launch_bounds__(FILTER_BLOCK)
    filter_grad_kernel(int h, int w, int c, const __grid_constant__ Taps taps, const T *dacc, T *dt) {
  const int chunks = c / VEC;
  const int i = blockIdx.x * FILTER_BLOCK + threadIdx.x;
  if (i >= (w + 2) / 2 * chunks) return;
  const int channel = i % chunks * VEC, x = i / chunks * 2, top = blockIdx.y * ROWS;
  const int64_t n = blockIdx.z;
  const T *from = dacc + n * h * w * c + channel;
  T *to = dt + n * (h + 1) * (w + 1) * c + channel;
  float rows[4][2][VEC];
#pragma unroll
  for (int r = 0; r < ROWS + 3; r++) {
    const int y = top - 2 + r;
    float(&row)[2][VEC] = rows[r % 4];
#pragma unroll
    for (int j = 0; j < VEC; j++) row[0][j] = row[1][j] = 0;
    if (y >= 0 && y < h) {
      uint4 raw[5];
#pragma unroll
      for (int b = 0; b < 5; b++) {
        const int xx = x - 2 + b;
        raw[b] = xx >= 0 && xx < w ? load16(from + (int64_t{y} * w + xx) * c) : make_uint4(0, 0, 0, 0);
      }
#pragma unroll
      for (int b = 0; b < 5; b++) {
        float v[VEC];
        unpack8<T>(raw[b], v);
#pragma unroll
        for (int j = 0; j < VEC; j++) {
          if (b < 4) row[0][j] += taps.h[b < 4 ? 3 - b : 0] * v[j];
          if (b > 0) row[1][j] += taps.h[b > 0 ? 4 - b : 0] * v[j];
        }
      }
    }
    if (r < 3) continue;
    const int ty = top + r - 3;
    if (ty > h) break;
#pragma unroll
    for (int b = 0; b < 2; b++) {
      if (x + b > w) continue;
      float v[VEC];
#pragma unroll
      for (int j = 0; j < VEC; j++) {
        v[j] = 0;
#pragma unroll
        for (int a = 0; a < 4; a++) v[j] += taps.h[3 - a] * rows[(r - 3 + a) % 4][b][j];
      }
      store16(to + (int64_t{ty} * (w + 1) + x + b) * c, pack8<T>(v));
    }
  }
}

// to [planes, h, w] of from [planes, 2h, 2w]; from null: where the call says.
__global__ void picture_grad_kernel(int planes, int h, int w, const __grid_constant__ Taps taps, const float *from,
                                    const Call *call, float *to) {
  const int i = blockIdx.x * BLOCK + threadIdx.x;
  if (i >= planes * h * w) return;
  const int x = i % w, y = i / w % h, plane = i / w / h;
  const float *g = (from ? from : call->image_grad) + static_cast<int64_t>(plane) * 4 * h * w;
  float sum = 0;
#pragma unroll
  for (int a = 0; a < 4; a++) {
    const int yy = 2 * y - 1 + a;
    if (yy < 0 || yy >= 2 * h) continue;
    float row = 0;
#pragma unroll
    for (int b = 0; b < 4; b++) {
      const int xx = 2 * x - 1 + b;
      if (xx >= 0 && xx < 2 * w) row += taps.h[3 - b] * __ldg(g + int64_t{yy} * 2 * w + xx);
    }
    sum += taps.h[3 - a] * row;
  }
  to[i] = sum;
}

// The largest magnitude of each block's share.
__global__ void peak_kernel(int64_t count, const Call *call, float *peaks) {
  __shared__ float shared[BLOCK / 32];
  float most = 0;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < count; i += int64_t{gridDim.x} * BLOCK)
    most = fmaxf(most, fabsf(call->image_grad[i]));
  most = warp_max(most);
  if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = most;
  __syncthreads();
  if (threadIdx.x > 0) return;
  for (int i = 1; i < BLOCK / 32; i++) most = fmaxf(most, shared[i]);
  peaks[blockIdx.x] = most;
}

// to = the call's gradient times the power of two that brings the largest magnitude to [1, 2); *scale is its inverse.
__global__ void rescale_kernel(int64_t count, int blocks, const float *peaks, const Call *call, float *to,
                               float *scale) {
  float most = 0;
  for (int i = 0; i < blocks; i++) most = fmaxf(most, peaks[i]);
  const int exponent = most > 0 && isfinite(most) ? ilogbf(most) : 0;
  const float factor = exp2f(static_cast<float>(-exponent));
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < count; i += int64_t{gridDim.x} * BLOCK)
    to[i] = call->image_grad[i] * factor;
  if (blockIdx.x == 0 && threadIdx.x == 0) *scale = exp2f(static_cast<float>(exponent));
}

// ds' of the start: sum over pixels of dx [n, 16, c] start [c, 16], over m.
template <typename T>
__global__ void start_grad_kernel(int batch, int c, int style_stride, const float *start, const float *peaks,
                                  const T *dx, float *style_grads) {
  const int i = blockIdx.x * BLOCK + threadIdx.x;
  if (i >= batch * c) return;
  const int channel = i % c, n = i / c;
  float sum = 0;
  for (int p = 0; p < 16; p++)
    sum += static_cast<float>(dx[(static_cast<int64_t>(n) * 16 + p) * c + channel]) * start[channel * 16 + p];
  style_grads[static_cast<int64_t>(n) * style_stride + channel] = sum / peaks[n * MAX_STYLES];
}

struct Partials {
  int picture_of[MAX_STYLES];  // which style is the picture after a layer; -1 for none
  int blocks[MAX_STYLES];
  const float *partial[MAX_STYLES];
};

// Adds a layer's partial sums in order: q = d^2 D dL/dD of its own demodulation, ds' / m of the next layer's style and
// ds of its picture's. grid: (channels / BLOCK, layers, n)
__global__ void sums_kernel(const __grid_constant__ Styles t, const __grid_constant__ Partials p, int layers,
                            const float *peaks, const float *factors, float *q, float *style_grads) {
  const int k = blockIdx.y, n = blockIdx.z, c = blockIdx.x * BLOCK + threadIdx.x;
  const Style &s = t.of[k];
  if (c >= s.out) return;
  const int picture = p.picture_of[k];
  float sum[SUMS] = {};
  const float *from = p.partial[k] + static_cast<int64_t>(n) * p.blocks[k] * SUMS * s.out + c;
  for (int b = 0; b < p.blocks[k]; b++) {
#pragma unroll
    for (int i = 0; i < SUMS; i++) sum[i] += from[(b * SUMS + i) * s.out];
  }
  const int64_t factor_at = static_cast<int64_t>(n) * t.factor_stride + s.factor_at + c;
  const float d = factors[factor_at] / (peaks[n * MAX_STYLES + k] * s.norm[c] * t.act_gain);
  q[factor_at] = d * d * sum[1];
  float *grads = style_grads + static_cast<int64_t>(n) * t.style_stride;
  if (k + 1 < layers) grads[t.of[k + 1].style_at + c] = sum[0] / peaks[n * MAX_STYLES + k + 1];
  if (picture < 0) return;
  const Style &rgb = t.of[picture];
  float total = 0;
#pragma unroll
  for (int i = 0; i < 3; i++) total += sum[2 + i] * rgb.energy[i * rgb.in + c];
  grads[rgb.style_at + c] = total;
}

// style_grads -= s (q W2) for the layers' styles. grid: (channels / BLOCK, layers, n)
__global__ void demodulation_grad_kernel(const __grid_constant__ Styles t, const float *styles, const float *q,
                                         float *style_grads) {
  const int k = blockIdx.y, n = blockIdx.z, i = blockIdx.x * BLOCK + threadIdx.x;
  const Style &s = t.of[k];
  if (i >= s.in) return;
  const float *from = q + static_cast<int64_t>(n) * t.factor_stride + s.factor_at;
  float sum = 0;
#pragma unroll 8
  for (int o = 0; o < s.out; o++) sum += __ldg(from + o) * __ldg(s.energy + static_cast<int64_t>(o) * s.in + i);
  const int64_t at = static_cast<int64_t>(n) * t.style_stride + s.style_at + i;
  style_grads[at] -= styles[at] * sum;
}

constexpr int SLICES = 8;

// One row of the codes' gradient: sum over its styles of gain / sqrt(w_dim) A^T ds. Block: 32 columns by SLICES of
// channels. grid: (w_dim / 32, num_ws, n)
__global__ void __launch_bounds__(32 * SLICES)
    codes_grad_kernel(const __grid_constant__ Styles t, const float *style_grads, const float *scale, const Call *call) {
  __shared__ float shared[SLICES][32];
  const int j = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y, n = blockIdx.z;
  float sum = 0;
  for (int k = 0; k < t.count; k++) {
    const Style &s = t.of[k];
    if (s.row != row) continue;
    const float *ds = style_grads + static_cast<int64_t>(n) * t.style_stride + s.style_at;
    float part = 0;
    if (j < t.w_dim) {
#pragma unroll 4
      for (int c = threadIdx.y; c < s.in; c += SLICES)
        part += __ldg(ds + c) * __ldg(s.weight + static_cast<int64_t>(c) * t.w_dim + j);
    }
    sum += part * s.gain;
  }
  shared[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y > 0 || j >= t.w_dim) return;
  sum = 0;
#pragma unroll
  for (int i = 0; i < SLICES; i++) sum += shared[i][threadIdx.x];
  const float unit = scale ? *scale : 1;
  call->ws_grad[(static_cast<int64_t>(n) * t.num_ws + row) * t.w_dim + j] =
      sum * rsqrtf(static_cast<float>(t.w_dim)) * unit;
}

static Taps grad_taps(const float *taps) { return {{taps[0], taps[1], taps[2], taps[3]}}; }

static int lanes_of(int c) {
  int lanes = 2;
  while (lanes < 32 && lanes * VEC < c) lanes *= 2;
  return lanes;
}

template <typename T>
void launch_grad(int n, int blocks, const LayerGrad &l, const void *dys, const void *ys, void *dacc, cudaStream_t s) {
  const T *a = static_cast<const T *>(dys), *b = static_cast<const T *>(ys);
  T *to = static_cast<T *>(dacc);
  const int lanes = lanes_of(l.c);
  const dim3 grid(blocks, n, (l.c + lanes * VEC - 1) / (lanes * VEC));
  switch (lanes) {
    case 2:
      layer_grad_kernel<T, 2><<<grid, BLOCK, 0, s>>>(l, a, b, to);
      break;
    case 4:
      layer_grad_kernel<T, 4><<<grid, BLOCK, 0, s>>>(l, a, b, to);
      break;
    case 8:
      layer_grad_kernel<T, 8><<<grid, BLOCK, 0, s>>>(l, a, b, to);
      break;
    case 16:
      layer_grad_kernel<T, 16><<<grid, BLOCK, 0, s>>>(l, a, b, to);
      break;
    default:
      layer_grad_kernel<T, 32><<<grid, BLOCK, 0, s>>>(l, a, b, to);
  }
}

}  // namespace smb

using smb::BLOCK;

extern "C" {

int smb_layer_grad_blocks(int n, int h, int w, int c) {
  const int pixels = BLOCK / smb::lanes_of(c);
  const int most = (h * w + 4 * pixels - 1) / (4 * pixels), useful = (132 * 4 + n - 1) / n;
  return most < 1 ? 1 : most < useful ? most : useful;
}

int smb_layer_grad(void *stream, int dtype, const int *sizes, const float *scalars, const void *dys, const void *ys,
                   const float *factor, const float *bias, const float *noise, const float *next,
                   const float *rgb_weights, const float *image_grad, const void *call, void *dacc, float *partial) {
  if (sizes[3] % smb::VEC != 0) return smb::refuse("smb_layer_grad: channels must be a multiple of 8");
  const int n = sizes[0], h = sizes[1], w = sizes[2], c = sizes[3];
  const float rounding = dtype == 0 ? 1.0f / 1024 : 1.0f / 128;
  const smb::LayerGrad l = {h,
                            w,
                            c,
                            sizes[4],
                            sizes[5],
                            sizes[6] ? int64_t{h} * w : 0,
                            scalars[0],
                            scalars[1] * (1 - rounding),
                            factor,
                            bias,
                            noise,
                            next,
                            rgb_weights,
                            image_grad,
                            static_cast<const smb::Call *>(call),
                            partial};
  return smb::half_type(dtype, "smb_layer_grad: dtype must be 0 or 1", [&](auto zero) {
    smb::launch_grad<decltype(zero)>(n, smb_layer_grad_blocks(n, h, w, c), l, dys, ys, dacc, smb::on(stream));
  });
}

int smb_filter_grad(void *stream, int dtype, const int *sizes, const float *taps, const void *dacc, void *dt) {
  if (sizes[3] % smb::VEC != 0) return smb::refuse("smb_filter_grad: channels must be a multiple of 8");
  const int n = sizes[0], h = sizes[1], w = sizes[2], c = sizes[3];
  const int threads = (w + 2) / 2 * (c / smb::VEC);
  const unsigned columns = (threads + smb::FILTER_BLOCK - 1) / smb::FILTER_BLOCK;
  const smb::Taps t = smb::grad_taps(taps);
  return smb::half_type(dtype, "smb_filter_grad: dtype must be 0 or 1", [&](auto zero) {
    using T = decltype(zero);
    const T *from = static_cast<const T *>(dacc);
    T *to = static_cast<T *>(dt);
    if (int64_t{n} * h * w * c > int64_t{1} << 22) {
      smb::filter_grad_kernel<T, 16><<<dim3(columns, (h + 16) / 16, n), smb::FILTER_BLOCK, 0, smb::on(stream)>>>(
          h, w, c, t, from, to);
    } else {
      smb::filter_grad_kernel<T, 4><<<dim3(columns, (h + 4) / 4, n), smb::FILTER_BLOCK, 0, smb::on(stream)>>>(
          h, w, c, t, from, to);
    }
  });
}

int smb_picture_grad(void *stream, int planes, int h, int w, const float *taps, const float *from, const void *call,
                     float *to) {
  smb::picture_grad_kernel<<<smb::blocks(int64_t{planes} * h * w), BLOCK, 0, smb::on(stream)>>>(
      planes, h, w, smb::grad_taps(taps), from, static_cast<const smb::Call *>(call), to);
  return smb::launched();
}

int smb_rescale_grad(void *stream, int64_t count, const void *call, float *to, float *scale) {
  const smb::Call *c = static_cast<const smb::Call *>(call);
  float *peaks = scale + 1;
  smb::peak_kernel<<<SMB_SCALE_FLOATS - 1, BLOCK, 0, smb::on(stream)>>>(count, c, peaks);
  const int failed = smb::launched();
  if (failed) return failed;
  smb::rescale_kernel<<<132 * 8, BLOCK, 0, smb::on(stream)>>>(count, SMB_SCALE_FLOATS - 1, peaks, c, to, scale);
  return smb::launched();
}

int smb_style_grads(void *stream, int dtype, const int *sizes, const int64_t *fields, const float *gains, int layers,
                    const int *pictures, const int *blocks, const int64_t *partials, const float *start,
                    const void *start_grad, const float *styles, const float *peaks, const float *factors, float *q,
                    float *style_grads, const float *scale, const void *call) {
  smb::Styles t;
  const int refused = smb::styles_of(sizes, fields, gains, &t);
  if (refused) return refused;
  smb::Partials p = {};
  int ins = 0, outs = 0;
  for (int k = 0; k < layers; k++) {
    p.picture_of[k] = pictures[k];
    p.blocks[k] = blocks[k];
    p.partial[k] = reinterpret_cast<const float *>(partials[k]);
    ins = t.of[k].in > ins ? t.of[k].in : ins;
    outs = t.of[k].out > outs ? t.of[k].out : outs;
  }
  const smb::Call *c = static_cast<const smb::Call *>(call);
  const cudaStream_t s = smb::on(stream);
  const unsigned threads = smb::blocks(int64_t{t.batch} * t.of[0].in);
  int failed = smb::half_type(dtype, "smb_style_grads: dtype must be 0 or 1", [&](auto zero) {
    using T = decltype(zero);
    smb::start_grad_kernel<<<threads, BLOCK, 0, s>>>(t.batch, t.of[0].in, t.style_stride, start, peaks,
                                                     static_cast<const T *>(start_grad), style_grads);
  });
  if (failed) return failed;
  smb::sums_kernel<<<dim3((outs + BLOCK - 1) / BLOCK, layers, t.batch), BLOCK, 0, s>>>(t, p, layers, peaks, factors, q,
                                                                                        style_grads);
  failed = smb::launched();
  if (failed) return failed;
  smb::demodulation_grad_kernel<<<dim3((ins + BLOCK - 1) / BLOCK, layers, t.batch), BLOCK, 0, s>>>(t, styles, q,
                                                                                                    style_grads);
  failed = smb::launched();
  if (failed) return failed;
  smb::codes_grad_kernel<<<dim3((t.w_dim + 31) / 32, t.num_ws, t.batch), dim3(32, smb::SLICES), 0, s>>>(t, style_grads,
                                                                                                        scale, c);
  return smb::launched();
}
}
