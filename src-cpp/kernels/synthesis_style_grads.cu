// The end of the backward pass of a planned synthesis: the sums of synthesis_grad.cu to gradients of styles,
// ds = ds' / m - s (q W2) with q = d^2 D dL/dD, and these to the codes. Everything is added in an order that depends on
// the sizes only. Small work: bound by its launches.
#include <cuda_runtime.h>

#include "device/synthesis.cuh"
#include "runtime.h"
#include "semblance_kernels.h"
#include "styles.h"

namespace smb {

constexpr int SUMS = SMB_GRAD_SUMS;

// ds' of the start: sum over pixels of dx [n, 16, c] start [c, 16], over m.
template <typename T>
__global__ void start_grad_kernel(int batch, int c, int style_stride, const float *start, const float *peaks,
                                  const T *dx, float *style_grads) {
  const int step = gridDim.x * BLOCK;
  for (int i = blockIdx.x * BLOCK + threadIdx.x; i < batch * c; i += step) {
    const int channel = i % c, n = i / c;
    float sum = 0;
    for (int p = 0; p < 16; p++)
      sum += static_cast<float>(dx[(static_cast<int64_t>(n) * 16 + p) * c + channel]) * start[channel * 16 + p];
    style_grads[static_cast<int64_t>(n) * style_stride + channel] = sum / peaks[n * MAX_STYLES];
  }
}

struct Partials {
  int picture_of[MAX_STYLES];  // which style is the picture after a layer; -1 for none
  int blocks[MAX_STYLES];
  const float *partial[MAX_STYLES];
};

constexpr int SUM_COLUMNS = 64, SUM_SLICES = BLOCK / SUM_COLUMNS;

// Adds a layer's partial sums, each slice of a block every SUM_SLICES-th row: q = d^2 D dL/dD of its own demodulation,
// ds' / m of the next layer's style and ds of its picture's. grid: (channels / SUM_COLUMNS, layers, n)
__global__ void __launch_bounds__(BLOCK)
    sums_kernel(const __grid_constant__ Styles t, const __grid_constant__ Partials p, int layers, const float *peaks,
                const float *factors, float *q, float *style_grads) {
  __shared__ float shared[SUM_SLICES][SUMS][SUM_COLUMNS];
  const int k = blockIdx.y, n = blockIdx.z, column = threadIdx.x % SUM_COLUMNS, slice = threadIdx.x / SUM_COLUMNS;
  const int c = blockIdx.x * SUM_COLUMNS + column;
  const Style &s = t.of[k];
  float sum[SUMS] = {};
  const float *from = p.partial[k] + static_cast<int64_t>(n) * p.blocks[k] * SUMS * s.out + min(c, s.out - 1);
#pragma unroll 4
  for (int b = slice; b < p.blocks[k]; b += SUM_SLICES) {
#pragma unroll
    for (int i = 0; i < SUMS; i++) sum[i] += from[(b * SUMS + i) * s.out];
  }
#pragma unroll
  for (int i = 0; i < SUMS; i++) shared[slice][i][column] = sum[i];
  __syncthreads();
  if (slice > 0 || c >= s.out) return;
#pragma unroll
  for (int i = 0; i < SUMS; i++) {
#pragma unroll
    for (int b = 1; b < SUM_SLICES; b++) sum[i] += shared[b][i][column];
  }
  const int picture = p.picture_of[k];
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

constexpr int SLICES = 8, SAMPLES = SLICES, TILE = 128;

// What a block of 32 columns by SLICES of rows shares, for SAMPLES samples that share its reads of a matrix.
struct alignas(16) Columns {
  float left[TILE][SAMPLES];
  float sums[SLICES][SAMPLES][32];
};

// sum[g] += this slice's part of left [g, rows] (rows of samples `stride` apart) times column j of matrix [rows,
// width].
__device__ inline void add_products(const float *left, int64_t stride, int count, const float *matrix, int rows,
                                    int width, int j, float gain, Columns &shared, float (&sum)[SAMPLES]) {
  float part[SAMPLES] = {};
  for (int first = 0; first < rows; first += TILE) {
    __syncthreads();
    for (int i = threadIdx.y * 32 + threadIdx.x; i < TILE * SAMPLES; i += 32 * SLICES) {
      const int r = i % TILE, g = i / TILE;
      shared.left[r][g] = g < count && first + r < rows ? left[g * stride + first + r] : 0;
    }
    __syncthreads();
    const int last = min(TILE, rows - first);
    const float *from = matrix + static_cast<int64_t>(first) * width + min(j, width - 1);
#pragma unroll 8
    for (int r = threadIdx.y; r < last; r += SLICES) {
      const float v = __ldg(from + static_cast<int64_t>(r) * width);
#pragma unroll
      for (int g = 0; g < SAMPLES; g++) part[g] += shared.left[r][g] * v;
    }
  }
#pragma unroll
  for (int g = 0; g < SAMPLES; g++) sum[g] += part[g] * gain;
}

// The sum over the slices at this thread's column, of sample threadIdx.y.
__device__ inline float sum_of_slices(const float (&sum)[SAMPLES], Columns &shared) {
#pragma unroll
  for (int g = 0; g < SAMPLES; g++) shared.sums[threadIdx.y][g][threadIdx.x] = sum[g];
  __syncthreads();
  float total = 0;
#pragma unroll
  for (int i = 0; i < SLICES; i++) total += shared.sums[i][threadIdx.y][threadIdx.x];
  return total;
}

// style_grads -= s (q W2) for the layers' styles. grid: (channels / 32, layers, n / SAMPLES)
__global__ void __launch_bounds__(32 * SLICES)
    demodulation_grad_kernel(const __grid_constant__ Styles t, const float *styles, const float *q,
                             float *style_grads) {
  __shared__ Columns shared;
  const int i = blockIdx.x * 32 + threadIdx.x, n = blockIdx.z * SAMPLES, count = min(SAMPLES, t.batch - n);
  const Style &s = t.of[blockIdx.y];
  if (blockIdx.x * 32 >= s.in) return;
  float sum[SAMPLES] = {};
  add_products(q + static_cast<int64_t>(n) * t.factor_stride + s.factor_at, t.factor_stride, count, s.energy, s.out,
               s.in, i, 1, shared, sum);
  const float total = sum_of_slices(sum, shared);
  if (i >= s.in || threadIdx.y >= count) return;
  const int64_t at = static_cast<int64_t>(n + threadIdx.y) * t.style_stride + s.style_at + i;
  style_grads[at] -= styles[at] * total;
}

// One row of the codes' gradient: sum over its styles of gain / sqrt(w_dim) A^T ds. grid: (w_dim / 32, num_ws,
// n / SAMPLES)
__global__ void __launch_bounds__(32 * SLICES)
    codes_grad_kernel(const __grid_constant__ Styles t, const float *style_grads, const float *scale,
                      const Call *call) {
  __shared__ Columns shared;
  const int j = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y, n = blockIdx.z * SAMPLES;
  const int count = min(SAMPLES, t.batch - n);
  float sum[SAMPLES] = {};
  for (int k = 0; k < t.count; k++) {
    const Style &s = t.of[k];
    if (s.row != row) continue;
    add_products(style_grads + static_cast<int64_t>(n) * t.style_stride + s.style_at, t.style_stride, count, s.weight,
                 s.in, t.w_dim, j, s.gain, shared, sum);
  }
  const float total = sum_of_slices(sum, shared);
  if (j >= t.w_dim || threadIdx.y >= count) return;
  const float unit = scale ? *scale : 1;
  call->ws_grad[(static_cast<int64_t>(n + threadIdx.y) * t.num_ws + row) * t.w_dim + j] =
      total * rsqrtf(static_cast<float>(t.w_dim)) * unit;
}

}  // namespace smb

using smb::BLOCK;

extern "C" int smb_style_grads(void *stream, int dtype, const int *sizes, const int64_t *fields, const float *gains,
                               int layers, const int *pictures, const int *blocks, const int64_t *partials,
                               const float *start, const void *start_grad, const float *styles, const float *peaks,
                               const float *factors, float *q, float *style_grads, const float *scale,
                               const void *call) {
  smb::Styles t;
  const int refused = smb::styles_of(sizes, fields, gains, &t);
  if (refused) return refused;
  if (layers < 1 || layers > t.count) return smb::refuse("smb_style_grads: layers must be among the styles");
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
  smb::sums_kernel<<<dim3((outs + smb::SUM_COLUMNS - 1) / smb::SUM_COLUMNS, layers, t.batch), BLOCK, 0, s>>>(
      t, p, layers, peaks, factors, q, style_grads);
  failed = smb::launched();
  if (failed) return failed;
  const dim3 block(32, smb::SLICES);
  const unsigned groups = (t.batch + smb::SAMPLES - 1) / smb::SAMPLES;
  smb::demodulation_grad_kernel<<<dim3((ins + 31) / 32, layers, groups), block, 0, s>>>(t, styles, q, style_grads);
  failed = smb::launched();
  if (failed) return failed;
  smb::codes_grad_kernel<<<dim3((t.w_dim + 31) / 32, t.num_ws, groups), block, 0, s>>>(t, style_grads, scale, c);
  return smb::launched();
}
