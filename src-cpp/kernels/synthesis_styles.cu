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

namespace smb {

constexpr int MAX_STYLES = 32;
constexpr int WARPS = BLOCK / 32;
constexpr float EPSILON = 1e-8f;

// One layer's style; fields in the order of SMB_STYLE_FIELDS.
struct Style {
  int is_rgb, in, out, style_at, factor_at, row;
  const float *weight, *bias;
  const float *energy;  // [out, in]; the weights of a picture
  const float *norm;    // [out]; null for a picture
  float gain;
};

struct Styles {
  int count, batch, w_dim, num_ws, style_stride, factor_stride;
  float act_gain;
  Style of[MAX_STYLES];
};

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
  for (int n = 0; n < t.batch; n++) {
    const float *w = call->ws + (static_cast<int64_t>(n) * t.num_ws + s.row) * t.w_dim;
    float sum = 0;
    for (int j = lane; j < t.w_dim; j += 32) sum += a[j] * w[j];
    sum = warp_sum(sum);
    if (lane == 0) styles[static_cast<int64_t>(n) * t.style_stride + row] = (sum * scale + bias) * s.gain;
  }
}

__device__ void demodulate(const Styles &t, int k, int o, int lane, const float *styles, float *scaled, float *peaks,
                           float *factors) {
  const Style &s = t.of[k];
  const float *energy = s.energy + static_cast<int64_t>(o) * s.in;
  for (int n = 0; n < t.batch; n++) {
    const float *v = styles + static_cast<int64_t>(n) * t.style_stride + s.style_at;
    float sum = 0, peak = 0;
    for (int i = lane; i < s.in; i += 32) {
      sum += v[i] * v[i] * energy[i];
      peak = fmaxf(peak, fabsf(v[i]));
    }
    sum = warp_sum(sum);
    peak = warp_max(peak);
    if (!(peak > 0)) peak = 1;
    if (lane == 0)
      factors[static_cast<int64_t>(n) * t.factor_stride + s.factor_at + o] =
          rsqrtf(sum + EPSILON) * peak * s.norm[o] * t.act_gain;
    if (o > 0) continue;
    if (lane == 0) peaks[n * MAX_STYLES + k] = peak;
    float *to = scaled + static_cast<int64_t>(n) * t.style_stride + s.style_at;
    for (int i = lane; i < s.in; i += 32) to[i] = v[i] / peak;
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
  const int i = blockIdx.x * BLOCK + threadIdx.x;
  if (i >= n * 16 * c) return;
  const int channel = i % c, pixel = i / c % 16, image = i / c / 16;
  y[i] = static_cast<T>(start[channel * 16 + pixel] * scaled[static_cast<int64_t>(image) * stride + channel]);
}

__device__ inline uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

// Two neighbouring pixels of the map [n, size] per thread; see NormalNumbers.java.
__global__ void normal_kernel(const Call *call, int layer, int n, int size, float gain, float *map) {
  const uint64_t step = 0x9E3779B97F4A7C15ull;
  const int pairs = (size + 1) / 2;
  const int i = blockIdx.x * BLOCK + threadIdx.x;
  if (i >= n * pairs) return;
  const int image = i / pairs, k = i - image * pairs;
  const uint64_t sample = static_cast<uint64_t>(call->first + image);
  const uint64_t key = mix(mix(static_cast<uint64_t>(call->seed) * step + static_cast<uint64_t>(int64_t{layer})) +
                           sample * step);
  const uint64_t bits = mix(key + static_cast<uint64_t>(k + 1) * step);
  const double radius = sqrt(-2 * log((static_cast<double>(bits >> 32) + 0.5) * 0x1p-32));
  double sine, cosine;
  sincospi(2 * (static_cast<double>(bits & 0xFFFFFFFFull) * 0x1p-32), &sine, &cosine);
  float *to = map + static_cast<int64_t>(image) * size + 2 * k;
  to[0] = static_cast<float>(radius * cosine) * gain;
  if (2 * k + 1 < size) to[1] = static_cast<float>(radius * sine) * gain;
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

static int table(const int *sizes, const int64_t *fields, const float *gains, Styles *t) {
  if (sizes[0] < 1 || sizes[0] > MAX_STYLES) return refuse("smb_styles: the number of layers must be in [1, 32]");
  t->count = sizes[0];
  t->batch = sizes[1];
  t->w_dim = sizes[2];
  t->num_ws = sizes[3];
  t->style_stride = sizes[4];
  t->factor_stride = sizes[5];
  t->act_gain = gains[0];
  for (int k = 0; k < t->count; k++) {
    const int64_t *f = fields + k * SMB_STYLE_FIELDS;
    t->of[k] = {static_cast<int>(f[0]),
                static_cast<int>(f[1]),
                static_cast<int>(f[2]),
                static_cast<int>(f[3]),
                static_cast<int>(f[4]),
                static_cast<int>(f[5]),
                reinterpret_cast<const float *>(f[6]),
                reinterpret_cast<const float *>(f[7]),
                reinterpret_cast<const float *>(f[8]),
                reinterpret_cast<const float *>(f[9]),
                gains[1 + k]};
  }
  return 0;
}

}  // namespace smb

using smb::BLOCK;

extern "C" {

int smb_styles(void *stream, const int *sizes, const int64_t *fields, const float *gains, const void *call,
               float *styles, float *scaled, float *peaks, float *factors) {
  smb::Styles t;
  const int refused = smb::table(sizes, fields, gains, &t);
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
  smb::normal_kernel<<<smb::blocks(int64_t{n} * ((size + 1) / 2)), BLOCK, 0, smb::on(stream)>>>(
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
