// The backward pass of a planned synthesis to its style codes, weights frozen; what stands around the data gradients of
// the convolutions. Only each layer's scaled output ys = y s' is read: y comes back by division, and z, the
// activation's argument, from y, the leaky ReLU being invertible.
//
//   layer_grad   g = dys s' + picture's gradient; gz = g act'(z); dacc = gz D; sums over pixels of dys y, of
//                gz (z - noise - bias), which is D dL/dD, and of the picture's gradient times y
//
//   filter_grad  the transpose of the up-layer's filter
//
//   picture_grad the transpose of the skip picture's enlargement
//
// What the sums come to is synthesis_style_grads.cu's. They go in two stages whose cuts depend on the sizes only: the
// same bits every time. Bound by memory.
#include <cuda_runtime.h>

#include "device/synthesis.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

constexpr int SUMS = SMB_GRAD_SUMS;  // dys y; gz (z - noise - bias); picture's gradient times y, three channels

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

// RGB: the layer has a picture.
template <typename T, int LANES, bool RGB>
__global__ void __launch_bounds__(BLOCK, 2)
    layer_grad_kernel(const __grid_constant__ LayerGrad l, const T *dys, const T *ys, T *dacc) {
  __shared__ float shared[BLOCK / 32][SUMS][LANES * VEC];
  constexpr int WIDE = 32 / LANES;
  const int lane = threadIdx.x % LANES, warp = threadIdx.x / 32, n = blockIdx.y, size = l.h * l.w;
  const int c = (blockIdx.z * LANES + lane) * VEC;
  const bool mine = c < l.c;
  const int64_t image = static_cast<int64_t>(n) * size;
  const float *grads = RGB ? (l.image_grad ? l.image_grad : l.call->image_grad) + image * 3 : nullptr;
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
      if (RGB) load_floats8(l.rgb_weights + static_cast<int64_t>(n) * l.factor_stride + q * l.c + c, w[q]);
    }
  }
  const int step = gridDim.x * (BLOCK / LANES);
  const int first = blockIdx.x * (BLOCK / LANES) + warp * WIDE + threadIdx.x % 32 / LANES;
  const float steep = 1 / l.slope;
  // Without a picture there are registers for the next pixel, on its way while this one is computed.
  uint4 raw_y = {}, raw_d = {};
  auto read = [&](int pixel) {
    if (!mine || pixel >= size) return;
    const int64_t at = (image + pixel) * l.c + c;
    raw_y = load16(ys + at);
    if (dys) raw_d = load16(dys + at);
  };
  if (!RGB) read(first);
  for (int pixel = first; mine && pixel < size; pixel += step) {
    const int64_t at = (image + pixel) * l.c + c;
    float y[VEC], d[VEC], g[3] = {};
    if (RGB) read(pixel);
    unpack8<T>(raw_y, y);
    unpack8<T>(raw_d, d);
    if (!RGB) read(pixel + step);
    if (RGB) {
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
      for (int q = 0; RGB && q < 3; q++) {
        total += g[q] * w[q][j];
        sum[2 + q][j] += g[q] * y[j];
      }
      const float gz = fabsf(y[j]) >= l.clamped ? 0 : positive ? total : total * l.slope;
      const float z = positive ? y[j] : y[j] * steep;
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

// dt [n, h + 1, w + 1, c] of dacc [n, h, w, c]; COLUMNS columns of ROWS rows, 4 channels deep, per thread, while the
// next row is on its way.
template <typename T, int ROWS, int COLUMNS>
__global__ void __launch_bounds__(FILTER_BLOCK, 4)
    filter_grad_kernel(int h, int w, int c, const __grid_constant__ Taps taps, const T *dacc, T *dt) {
  constexpr int READS = COLUMNS + 3;
  const int chunks = c / 4;
  const int i = blockIdx.x * FILTER_BLOCK + threadIdx.x;
  if (i >= (w + COLUMNS) / COLUMNS * chunks) return;
  const int channel = i % chunks * 4, x = i / chunks * COLUMNS, top = blockIdx.y * ROWS;
  const int64_t n = blockIdx.z;
  const T *from = dacc + (n * h * w + x - 2) * c + channel;
  T *to = dt + (n * (h + 1) * (w + 1) + x) * c + channel;
  Four<T> reads[2][READS];
  auto read = [&](int r, Four<T>(&row)[READS]) {
    const int y = top - 2 + r;
    const bool inside = y >= 0 && y < h;
#pragma unroll
    for (int b = 0; b < READS; b++) {
      const bool wanted = inside && static_cast<unsigned>(x - 2 + b) < static_cast<unsigned>(w);
      row[b].raw = wanted ? __ldg(reinterpret_cast<const uint2 *>(from + (y * w + b) * c)) : make_uint2(0, 0);
    }
  };
  read(0, reads[0]);
  float rows[4][COLUMNS][4];
#pragma unroll
  for (int r = 0; r < ROWS + 3; r++) {
    if (r + 1 < ROWS + 3) read(r + 1, reads[(r + 1) % 2]);
    float v[READS][4];
#pragma unroll
    for (int b = 0; b < READS; b++) reads[r % 2][b].to(v[b]);
#pragma unroll
    for (int b = 0; b < COLUMNS; b++) {
#pragma unroll
      for (int j = 0; j < 4; j++)
        rows[r % 4][b][j] =
            taps.h[3] * v[b][j] + taps.h[2] * v[b + 1][j] + taps.h[1] * v[b + 2][j] + taps.h[0] * v[b + 3][j];
    }
    if (r < 3) continue;
    const int ty = top + r - 3;
    if (ty > h) break;
#pragma unroll
    for (int b = 0; b < COLUMNS; b++) {
      if (x + b > w) continue;
      float sums[4];
#pragma unroll
      for (int j = 0; j < 4; j++) {
        sums[j] = 0;
#pragma unroll
        for (int a = 0; a < 4; a++) sums[j] += taps.h[3 - a] * rows[(r - 3 + a) % 4][b][j];
      }
      Four<T> made;
      made.from(sums);
      *reinterpret_cast<uint2 *>(to + (ty * (w + 1) + b) * c) = made.raw;
    }
  }
}

// to [planes, h, w] of from [planes, 2h, 2w]; from null: where the call says.
__global__ void picture_grad_kernel(int planes, int h, int w, const __grid_constant__ Taps taps, const float *from,
                                    const Call *call, float *to) {
  const uint32_t count = static_cast<uint32_t>(planes) * h * w, step = gridDim.x * BLOCK;
  for (uint32_t i = blockIdx.x * BLOCK + threadIdx.x; i < count; i += step) {
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

// to = the call's gradient times the power of two that brings the largest magnitude to [1, 2), or of a magnitude that
// is no normal number below it; *scale is the inverse. Both stay finite, and neither is 0.
__global__ void rescale_kernel(int64_t count, int blocks, const float *peaks, const Call *call, float *to,
                               float *scale) {
  float most = 0;
  for (int i = 0; i < blocks; i++) most = fmaxf(most, peaks[i]);
  const int exponent = most > 0 && isfinite(most) ? max(ilogbf(most), -126) : 0;
  const float factor = scalbnf(1, -exponent);
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < count; i += int64_t{gridDim.x} * BLOCK)
    to[i] = call->image_grad[i] * factor;
  if (blockIdx.x == 0 && threadIdx.x == 0) *scale = scalbnf(1, exponent);
}

static Taps grad_taps(const float *taps) { return {{taps[0], taps[1], taps[2], taps[3]}}; }

static int lanes_of(int c) {
  int lanes = 2;
  while (lanes < 32 && lanes * VEC < c) lanes *= 2;
  return lanes;
}

template <typename T, bool RGB>
void launch_grad(int n, int blocks, const LayerGrad &l, const void *dys, const void *ys, void *dacc, cudaStream_t s) {
  const int lanes = lanes_of(l.c);
  const dim3 grid(blocks, n, (l.c + lanes * VEC - 1) / (lanes * VEC));
  const auto kernel = lanes == 2   ? layer_grad_kernel<T, 2, RGB>
                      : lanes == 4 ? layer_grad_kernel<T, 4, RGB>
                      : lanes == 8 ? layer_grad_kernel<T, 8, RGB>
                      : lanes == 16 ? layer_grad_kernel<T, 16, RGB>
                                    : layer_grad_kernel<T, 32, RGB>;
  kernel<<<grid, BLOCK, 0, s>>>(l, static_cast<const T *>(dys), static_cast<const T *>(ys), static_cast<T *>(dacc));
}

template <typename T, int ROWS, int COLUMNS>
void launch_filter(int n, int h, int w, int c, const Taps &taps, const T *dacc, T *dt, cudaStream_t stream) {
  const int threads = (w + COLUMNS) / COLUMNS * (c / 4);
  const dim3 grid((threads + FILTER_BLOCK - 1) / FILTER_BLOCK, (h + ROWS) / ROWS, n);
  filter_grad_kernel<T, ROWS, COLUMNS><<<grid, FILTER_BLOCK, 0, stream>>>(h, w, c, taps, dacc, dt);
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
    const auto launch = rgb_weights ? smb::launch_grad<decltype(zero), true> : smb::launch_grad<decltype(zero), false>;
    launch(n, smb_layer_grad_blocks(n, h, w, c), l, dys, ys, dacc, smb::on(stream));
  });
}

int smb_filter_grad(void *stream, int dtype, const int *sizes, const float *taps, const void *dacc, void *dt) {
  if (sizes[3] % smb::VEC != 0) return smb::refuse("smb_filter_grad: channels must be a multiple of 8");
  const int n = sizes[0], h = sizes[1], w = sizes[2], c = sizes[3];
  const smb::Taps t = smb::grad_taps(taps);
  return smb::half_type(dtype, "smb_filter_grad: dtype must be 0 or 1", [&](auto zero) {
    using T = decltype(zero);
    const T *from = static_cast<const T *>(dacc);
    T *to = static_cast<T *>(dt);
    if (int64_t{n} * h * w * c > int64_t{1} << 22) {
      smb::launch_filter<T, 16, 4>(n, h, w, c, t, from, to, smb::on(stream));
    } else {
      smb::launch_filter<T, 4, 2>(n, h, w, c, t, from, to, smb::on(stream));
    }
  });
}

int smb_picture_grad(void *stream, int planes, int h, int w, const float *taps, const float *from, const void *call,
                     float *to) {
  if (!smb::fits_32_bits(int64_t{planes} * h * w)) return smb::refuse("smb_picture_grad: too many pixels");
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
}
