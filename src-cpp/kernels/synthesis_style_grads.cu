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
    codes_grad_kernel(const __grid_constant__ Styles t, const float *style_grads, const float *scale,
                      const Call *call) {
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
