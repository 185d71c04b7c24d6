// What a planned synthesis computes before its first convolution, for all layers at once: styles, demodulation, the
// modulated start and random noise (Karras et al. 2020, section 2.2); and, once per plan, the packed weights.
//
// With w' = w / ||w||_o and s' = s / max|s|, d * conv(s x, w) = D * conv(s' x, w') for D = d max|s| ||w||_o, so that
// half-precision operands stay near one and the demodulation keeps its epsilon. The activation's gain is part of D.
// One warp for a few rows of a matrix and a few samples, 8 warps a block: bound by reading the matrices.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include "dependent.h"
#include "device/cluster.cuh"
#include "device/synthesis.cuh"
#include "runtime.h"
#include "semblance_kernels.h"
#include "styles.h"

namespace smb {

constexpr int WARPS = BLOCK / 32;
constexpr float EPSILON = 1e-8f;

__host__ __device__ inline int units(int rows, int per_unit) { return (rows + per_unit - 1) / per_unit; }

// A warp's rows of one layer's matrix and its samples.
struct StyleUnit {
  int k = 0, first, rows, n, count;

  __device__ StyleUnit(const Styles &t, bool of_outputs, int per_unit, int group) {
    int unit = blockIdx.x * WARPS + threadIdx.x / 32, all = 0;
    for (; k < t.count; k++) {
      all = of_outputs ? t.of[k].out : t.of[k].in;
      if (unit < units(all, per_unit)) break;
      unit -= units(all, per_unit);
    }
    first = unit * per_unit;
    rows = min(per_unit, all - first);
    n = blockIdx.y * group;
    count = min(group, t.batch - n);
  }
};

// How many floats of a row a lane asks for at once: half a row of 512 where rows and samples share their reads, so that
// it waits for memory twice; fewer for one picture, whose warps all find a place then.
template <int ROWS, int GROUP>
constexpr int AHEAD = ROWS * GROUP == 1 ? 4 : 8;

// What a lane has of some rows, from `at` on: every 32nd of 32 COUNT floats, zeros beyond `length`. Rows that are not
// there are the first one.
template <int ROWS, int COUNT>
__device__ inline void read_rows(const float *a, int rows, int length, int at, float (&v)[ROWS][COUNT]) {
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    const float *row = a + (r < rows ? r : 0) * length;
#pragma unroll
    for (int i = 0; i < COUNT; i++) {
      const int j = at + 32 * i + threadIdx.x % 32;
      v[r][i] = j < length ? __ldg(row + j) : 0;
    }
  }
}

// Of COUNT sums (a power of two up to 32) over a warp's lanes, each lane has the one of its number; each half of the
// lanes gives the other half's away.
template <int COUNT>
__device__ inline float spread_sums(float (&v)[COUNT]) {
#pragma unroll
  for (int level = 0; level < 5; level++) {
    const int mask = 16 >> level;
    const bool upper = threadIdx.x & mask;
#pragma unroll
    for (int i = 0; i < COUNT; i++) {
      if (mask >= COUNT) {
        v[i] += __shfl_xor_sync(~0u, v[i], mask);
      } else if (i < mask) {
        const float given = upper ? v[i] : v[i + mask];
        v[i] = (upper ? v[i + mask] : v[i]) + __shfl_xor_sync(~0u, given, mask);
      }
    }
  }
  return v[0];
}

// Has the rows that factors_kernel's unit of this number will read on their way to the cache.
template <int ROWS, int GROUP>
__device__ inline void prefetch_energies(const Styles &t) {
  const StyleUnit u(t, true, ROWS, GROUP);
  if (u.k == t.count) return;
  const Style &s = t.of[u.k];
  const float *row = s.energy + static_cast<int64_t>(u.first) * s.in;
  for (int i = threadIdx.x % 32 * 32; i < u.rows * s.in; i += 32 * 32) prefetch(row + i);
}

template <int ROWS, int GROUP>
__global__ void __launch_bounds__(BLOCK, ROWS * GROUP == 1 ? 8 : 2)
    styles_kernel(const __grid_constant__ Styles t, const Call *call, float *styles) {
  constexpr int COUNT = AHEAD<ROWS, GROUP>;
  const int lane = threadIdx.x % 32;
  const StyleUnit u(t, false, ROWS, GROUP);
  const bool works = u.k < t.count;
  const Style &s = t.of[works ? u.k : 0];
  const float *a = s.weight + static_cast<int64_t>(works ? u.first : 0) * t.w_dim;
  float v[ROWS][COUNT], sum[ROWS * GROUP] = {};
  read_rows(a, u.rows, t.w_dim, 0, v);
  if (blockIdx.y == 0) prefetch_energies<ROWS, GROUP>(t);
  await_previous(styles);
  if (!works) return;
  const int64_t step = static_cast<int64_t>(t.num_ws) * t.w_dim;
  const float *w = call->ws + u.n * step + s.row * t.w_dim;
  for (int at = 0; at < t.w_dim; at += 32 * COUNT) {
    if (at > 0) read_rows(a, u.rows, t.w_dim, at, v);
#pragma unroll
    for (int j = 0; j < COUNT; j++) {
      const int place = min(at + 32 * j + lane, t.w_dim - 1);
#pragma unroll
      for (int i = 0; i < GROUP; i++) {
        const float x = __ldg(w + (i < u.count ? i : 0) * step + place);
#pragma unroll
        for (int r = 0; r < ROWS; r++) sum[r * GROUP + i] += v[r][j] * x;
      }
    }
  }
  const float mine = spread_sums(sum);
  const int r = lane / GROUP, i = lane % GROUP;
  if (r >= u.rows || i >= u.count) return;
  styles[static_cast<int64_t>(u.n + i) * t.style_stride + s.style_at + u.first + r] =
      (mine * rsqrtf(static_cast<float>(t.w_dim)) + s.bias[u.first + r]) * s.gain;
}

// What the first layer reads: y [n, 4, 4, c] of start [c, 4, 4] times its scaled style; y may be null.
struct Start {
  int dtype;
  const float *start;
  void *y;

  __device__ void put(int64_t n, int c, int channel, float by) const {
    const float *from = start + channel * 16;
    const int64_t at = n * 16 * c + channel;
#pragma unroll
    for (int i = 0; i < 16; i++) {
      const float v = __ldg(from + i) * by;
      if (dtype == 0) {
        static_cast<__half *>(y)[at + i * c] = static_cast<__half>(v);
      } else {
        static_cast<__nv_bfloat16 *>(y)[at + i * c] = static_cast<__nv_bfloat16>(v);
      }
    }
  }
};

// Each output channel's warp also writes its share of the scaled styles, and of the start. `e` is what the lane has of the first
// energies.
template <int ROWS, int GROUP>
__device__ void demodulate(const Styles &t, const StyleUnit &u, const Start &start, float (&e)[ROWS][AHEAD<ROWS, GROUP>],
                           const float *styles, float *scaled, float *peaks, float *factors) {
  constexpr int COUNT = AHEAD<ROWS, GROUP>;
  const Style &s = t.of[u.k];
  const int lane = threadIdx.x % 32;
  const float *energy = s.energy + static_cast<int64_t>(u.first) * s.in;
  const float *v = styles + static_cast<int64_t>(u.n) * t.style_stride + s.style_at;
  float sum[ROWS * GROUP] = {}, peak[GROUP] = {};
  for (int at = 0; at < s.in; at += 32 * COUNT) {
    if (at > 0) read_rows(energy, u.rows, s.in, at, e);
#pragma unroll
    for (int j = 0; j < COUNT; j++) {
      const int i = min(at + 32 * j + lane, s.in - 1);
#pragma unroll
      for (int g = 0; g < GROUP; g++) {
        const float x = v[(g < u.count ? g : 0) * t.style_stride + i];
#pragma unroll
        for (int r = 0; r < ROWS; r++) sum[r * GROUP + g] += x * x * e[r][j];
        peak[g] = fmaxf(peak[g], fabsf(x));
      }
    }
  }
  float most = 1;
#pragma unroll
  for (int g = 0; g < GROUP; g++) {
    const float top = warp_max(peak[g]);
    if (lane % GROUP == g && top > 0) most = top;
  }
  const float mine = spread_sums(sum);
  const int r = lane / GROUP, g = lane % GROUP, o = u.first + r;
  if (r >= u.rows || g >= u.count) return;
  const int64_t n = u.n + g;
  factors[n * t.factor_stride + s.factor_at + o] = rsqrtf(mine + EPSILON) * most * s.norm[o] * t.act_gain;
  if (o == 0) peaks[n * MAX_STYLES + u.k] = most;
  const int64_t row = n * t.style_stride + s.style_at;
  for (int i = o; i < s.in; i += s.out) {
    const float v = styles[row + i] / most;
    scaled[row + i] = v;
    if (start.y && s.style_at == 0) start.put(n, s.in, i, v);
  }
}

// Layers' factors, and pictures' weights.
template <int ROWS, int GROUP>
__global__ void __launch_bounds__(BLOCK, ROWS * GROUP == 1 ? 6 : 2)
    factors_kernel(const __grid_constant__ Styles t, const __grid_constant__ Start start, const float *styles,
                   float *scaled, float *peaks, float *factors) {
  const StyleUnit u(t, true, ROWS, GROUP);
  if (u.k == t.count) return;
  const Style &s = t.of[u.k];
  const float *row = s.energy + static_cast<int64_t>(u.first) * s.in;
  float e[ROWS][AHEAD<ROWS, GROUP>];
  read_rows(row, u.rows, s.in, 0, e);
  await_previous(styles);
  if (!s.is_rgb) {
    demodulate<ROWS, GROUP>(t, u, start, e, styles, scaled, peaks, factors);
    return;
  }
  const float *v = styles + static_cast<int64_t>(u.n) * t.style_stride + s.style_at;
  float *to = factors + static_cast<int64_t>(u.n) * t.factor_stride + s.factor_at + u.first * s.in;
#pragma unroll 4
  for (int i = threadIdx.x % 32; i < s.in; i += 32) {
    float x[GROUP];
#pragma unroll
    for (int g = 0; g < GROUP; g++) x[g] = v[(g < u.count ? g : 0) * t.style_stride + i];
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
      if (r >= u.rows) break;
      const float w = __ldg(row + r * s.in + i);
#pragma unroll
      for (int g = 0; g < GROUP; g++)
        if (g < u.count) to[static_cast<int64_t>(g) * t.factor_stride + r * s.in + i] = x[g] * w;
    }
  }
}

// Rows and samples that share each other's reads: more of both in larger batches, where reads from the cache count.
template <int ROWS, int GROUP>
int launch_styles(const Styles &t, const Call *call, float *styles, float *scaled, float *peaks, float *factors,
                  const Start &start, cudaStream_t stream) {
  int ins = 0, outs = 0;
  for (int k = 0; k < t.count; k++) ins += units(t.of[k].in, ROWS), outs += units(t.of[k].out, ROWS);
  const unsigned groups = units(t.batch, GROUP);
  const int failed = launch_dependent(styles_kernel<ROWS, GROUP>, dim3(units(ins, WARPS), groups), BLOCK, 0, stream, t,
                                      call, styles);
  return failed ? failed
                : launch_dependent(factors_kernel<ROWS, GROUP>, dim3(units(outs, WARPS), groups), BLOCK, 0, stream, t,
                                   start, static_cast<const float *>(styles), scaled, peaks, factors);
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

}  // namespace smb

using smb::BLOCK;

extern "C" {

int smb_styles(void *stream, const int *sizes, const int64_t *fields, const float *gains, const void *call,
               float *styles, float *scaled, float *peaks, float *factors, int dtype, const float *start, void *y) {
  smb::Styles t;
  const int refused = smb::styles_of(sizes, fields, gains, &t);
  if (refused) return refused;
  if (dtype != 0 && dtype != 1) return smb::refuse("smb_styles: dtype must be 0 or 1");
  const auto launch = t.batch == 1   ? smb::launch_styles<1, 1>
                      : t.batch <= 4 ? smb::launch_styles<2, 4>
                                     : smb::launch_styles<4, 8>;
  return launch(t, static_cast<const smb::Call *>(call), styles, scaled, peaks, factors, {dtype, start, y},
                smb::on(stream));
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
}
