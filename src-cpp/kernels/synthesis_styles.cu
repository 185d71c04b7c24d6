// What a planned synthesis computes before its first convolution, for all layers at once: styles, demodulation, the
// modulated start and random noise (Karras et al. 2020, section 2.2); and, once per plan, the packed weights.
//
// With w' = w / ||w||_o and s' = s / max|s|, d * conv(s x, w) = D * conv(s' x, w') for D = d max|s| ||w||_o, so that
// half-precision operands stay near one and the demodulation keeps its epsilon. The activation's gain is part of D.
// One warp per row of a matrix, 8 warps a block: bound by reading the matrices once per batch.
#include <cuda_runtime.h>

#include "device/synthesis.cuh"
#include "runtime.h"
#include "semblance_kernels.h"
#include "styles.h"

namespace smb {

constexpr int WARPS = BLOCK / 32;
constexpr float EPSILON = 1e-8f;
constexpr int GROUP = 4;  // samples that share a read of a matrix

__global__ void __launch_bounds__(BLOCK) styles_kernel(const __grid_constant__ Styles t, const Call *call,
                                                       float *styles) {
  const int lane = threadIdx.x % 32;
  const int row = blockIdx.x * WARPS + threadIdx.x / 32;
  if (row >= t.style_stride) return;
  int k = 0;
  while (k + 1 < t.count && row >= t.of[k + 1].style_at) k++;
  const Style &s = t.of[k];
  const int c = row - s.style_at;
  const float *a = s.weight + static_cast<int64_t>(c) * t.w_dim;
  const float bias = s.bias[c], scale = rsqrtf(static_cast<float>(t.w_dim));
  const int64_t step = static_cast<int64_t>(t.num_ws) * t.w_dim;
  for (int n = 0; n < t.batch; n += GROUP) {
    const int count = min(GROUP, t.batch - n);
    const float *w = call->ws + n * step + s.row * t.w_dim;
    float sum[GROUP] = {};
#pragma unroll 4
    for (int j = lane; j < t.w_dim; j += 32) {
      const float v = __ldg(a + j);
#pragma unroll
      for (int i = 0; i < GROUP; i++) sum[i] += v * __ldg(w + (i < count ? i : 0) * step + j);
    }
#pragma unroll
    for (int i = 0; i < GROUP; i++) {
      sum[i] = warp_sum(sum[i]);
      if (lane == i && i < count)
        styles[static_cast<int64_t>(n + i) * t.style_stride + row] = (sum[i] * scale + bias) * s.gain;
    }
  }
}

__device__ void demodulate(const Styles &t, int k, int o, int lane, const float *styles, float *scaled, float *peaks,
                           float *factors) {
  const Style &s = t.of[k];
  const float *energy = s.energy + static_cast<int64_t>(o) * s.in;
  for (int n = 0; n < t.batch; n += GROUP) {
    const int count = min(GROUP, t.batch - n);
    const float *v = styles + static_cast<int64_t>(n) * t.style_stride + s.style_at;
    float sum[GROUP] = {}, peak[GROUP] = {};
#pragma unroll 4
    for (int i = lane; i < s.in; i += 32) {
      const float e = __ldg(energy + i);
#pragma unroll
      for (int g = 0; g < GROUP; g++) {
        const float x = __ldg(v + (g < count ? g : 0) * t.style_stride + i);
        sum[g] += x * x * e;
        peak[g] = fmaxf(peak[g], fabsf(x));
      }
    }
#pragma unroll
    for (int g = 0; g < GROUP; g++) {
      if (g >= count) break;
      const float total = warp_sum(sum[g]);
      float most = warp_max(peak[g]);
      if (!(most > 0)) most = 1;
      if (lane == 0)
        factors[static_cast<int64_t>(n + g) * t.factor_stride + s.factor_at + o] =
            rsqrtf(total + EPSILON) * most * s.norm[o] * t.act_gain;
      if (o > 0) continue;
      if (lane == 0) peaks[(n + g) * MAX_STYLES + k] = most;
      float *to = scaled + static_cast<int64_t>(n + g) * t.style_stride + s.style_at;
      for (int i = lane; i < s.in; i += 32) to[i] = v[g * t.style_stride + i] / most;
    }
  }
}

// One warp per output channel of a layer.
__global__ void __launch_bounds__(BLOCK)
    factors_kernel(const __grid_constant__ Styles t, const float *styles, float *scaled, float *peaks, float *factors) {
  const int lane = threadIdx.x % 32;
  int o = blockIdx.x * WARPS + threadIdx.x / 32;
  int k = 0;
  while (k < t.count && o >= t.of[k].out) o -= t.of[k++].out;
  if (k == t.count) return;
  const Style &s = t.of[k];
  if (!s.is_rgb) {
    demodulate(t, k, o, lane, styles, scaled, peaks, factors);
    return;
  }
  for (int n = 0; n < t.batch; n++) {
    const float *v = styles + static_cast<int64_t>(n) * t.style_stride + s.style_at;
    float *to = factors + static_cast<int64_t>(n) * t.factor_stride + s.factor_at + o * s.in;
    for (int i = lane; i < s.in; i += 32) to[i] = v[i] * s.energy[o * s.in + i];
  }
}

// start [c, 4, 4] times scaled [n, c] as [n, 4, 4, c].
template <typename T>
__global__ void start_kernel(int n, int c, int stride, const float *start, const float *scaled, T *y) {
  const int step = gridDim.x * BLOCK;
  for (int i = blockIdx.x * BLOCK + threadIdx.x; i < n * 16 * c; i += step) {
    const int channel = i % c, pixel = i / c % 16, image = i / c / 16;
    y[i] = static_cast<T>(start[channel * 16 + pixel] * scaled[static_cast<int64_t>(image) * stride + channel]);
  }
}

__device__ inline uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

// Two neighbouring pixels of the map [n, size] per thread; see NormalNumbers.java.
__global__ void normal_kernel(const Call *call, int layer, int n, int size, float gain, float *map) {
  const uint64_t odd = 0x9E3779B97F4A7C15ull;
  const uint32_t pairs = (static_cast<uint32_t>(size) + 1) / 2, count = n * pairs, step = gridDim.x * BLOCK;
  for (uint32_t i = blockIdx.x * BLOCK + threadIdx.x; i < count; i += step) {
    const uint32_t image = i / pairs, k = i - image * pairs;
    const uint64_t sample = static_cast<uint64_t>(call->first + image);
    const uint64_t key =
        mix(mix(static_cast<uint64_t>(call->seed) * odd + static_cast<uint64_t>(int64_t{layer})) + sample * odd);
    const uint64_t bits = mix(key + static_cast<uint64_t>(k + 1) * odd);
    const double radius = sqrt(-2 * log((static_cast<double>(bits >> 32) + 0.5) * 0x1p-32));
    double sine, cosine;
    sincospi(2 * (static_cast<double>(bits & 0xFFFFFFFFull) * 0x1p-32), &sine, &cosine);
    float *to = map + static_cast<int64_t>(image) * size + 2 * k;
    to[0] = static_cast<float>(radius * cosine) * gain;
    if (2 * k + 1 < static_cast<uint32_t>(size)) to[1] = static_cast<float>(radius * sine) * gain;
  }
}

// One block per output channel: norm, energy and normalised weights, [o][tap][i], or [i][tap][o] for up-layers.
template <typename T>
__global__ void pack_kernel(int outs, int ins, int transposed, const float *w, T *packed, float *norm, float *energy) {
  __shared__ float partial[WARPS];
  const int o = blockIdx.x;
  const float *from = w + static_cast<int64_t>(o) * ins * 9;
  float sum = 0;
  for (int i = threadIdx.x; i < ins; i += BLOCK) {
    float e = 0;
    for (int k = 0; k < 9; k++) e += from[i * 9 + k] * from[i * 9 + k];
    energy[static_cast<int64_t>(o) * ins + i] = e;
    sum += e;
  }
  sum = warp_sum(sum);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = sum;
  __syncthreads();
  sum = 0;
  for (int i = 0; i < WARPS; i++) sum += partial[i];
  const float length = sum > 0 ? sqrtf(sum) : 1;
  if (threadIdx.x == 0) norm[o] = length;
  for (int j = threadIdx.x; j < ins * 9; j += BLOCK) {
    const int i = j / 9, tap = j % 9;
    const int64_t to = transposed ? (int64_t{i} * 9 + tap) * outs + o : (int64_t{o} * 9 + tap) * ins + i;
    packed[to] = static_cast<T>(from[j] / length);
  }
}

__global__ void call_kernel(Call values, Call *call) { *call = values; }

}  // namespace smb

using smb::BLOCK;

extern "C" {

int smb_styles(void *stream, const int *sizes, const int64_t *fields, const float *gains, const void *call,
               float *styles, float *scaled, float *peaks, float *factors) {
  smb::Styles t;
  const int refused = smb::styles_of(sizes, fields, gains, &t);
  if (refused) return refused;
  int outs = 0;
  for (int k = 0; k < t.count; k++) outs += t.of[k].out;
  smb::styles_kernel<<<(t.style_stride + smb::WARPS - 1) / smb::WARPS, BLOCK, 0, smb::on(stream)>>>(
      t, static_cast<const smb::Call *>(call), styles);
  const int failed = smb::launched();
  if (failed) return failed;
  smb::factors_kernel<<<(outs + smb::WARPS - 1) / smb::WARPS, BLOCK, 0, smb::on(stream)>>>(t, styles, scaled, peaks,
                                                                                           factors);
  return smb::launched();
}

int smb_modulated_start(void *stream, int dtype, int n, int c, int stride, const float *start, const float *scaled,
                        void *y) {
  const unsigned grid = smb::blocks(int64_t{n} * 16 * c);
  return smb::half_type(dtype, "smb_modulated_start: dtype must be 0 or 1", [&](auto zero) {
    using T = decltype(zero);
    smb::start_kernel<<<grid, BLOCK, 0, smb::on(stream)>>>(n, c, stride, start, scaled, static_cast<T *>(y));
  });
}

int smb_normal_maps(void *stream, const void *call, int layer, int n, int size, float gain, float *map) {
  const int64_t pairs = n * ((int64_t{size} + 1) / 2);
  if (!smb::fits_32_bits(pairs)) return smb::refuse("smb_normal_maps: too many pixels");
  smb::normal_kernel<<<smb::blocks(pairs), BLOCK, 0, smb::on(stream)>>>(
      static_cast<const smb::Call *>(call), layer, n, size, gain, map);
  return smb::launched();
}

int smb_pack_weights(void *stream, int dtype, int outs, int ins, int transposed, const float *w, void *packed,
                     float *norm, float *energy) {
  return smb::half_type(dtype, "smb_pack_weights: dtype must be 0 or 1", [&](auto zero) {
    using T = decltype(zero);
    smb::pack_kernel<<<outs, BLOCK, 0, smb::on(stream)>>>(outs, ins, transposed, w, static_cast<T *>(packed), norm,
                                                          energy);
  });
}

int smb_set_call(void *stream, const int64_t *values, void *call) {
  const smb::Call c = {reinterpret_cast<const float *>(values[0]),
                       reinterpret_cast<float *>(values[1]),
                       reinterpret_cast<uint8_t *>(values[2]),
                       reinterpret_cast<int *>(values[3]),
                       values[4],
                       values[5],
                       reinterpret_cast<const float *>(values[6]),
                       reinterpret_cast<float *>(values[7])};
  smb::call_kernel<<<1, 1, 0, smb::on(stream)>>>(c, static_cast<smb::Call *>(call));
  return smb::launched();
}

int smb_launch_graph(void *stream, void *graph, const int64_t *values, void *call) {
  const int failed = smb_set_call(stream, values, call);
  return failed ? failed : smb::check(cudaGraphLaunch(static_cast<cudaGraphExec_t>(graph), smb::on(stream)));
}
}
