// What follows a convolution in a planned synthesis, one pass over the activations each, NHWC in 16 bits, float32
// inside:
//   layer_rgb  of a layer of the same size: y = clamp(lrelu(acc D + noise + bias)), the picture's dot products on the
//              unrounded y with the skip picture enlarged on the fly, and y times the next layer's style, rounded once
//   up_layer   of an enlarging layer: the 4x4 filter over the transposed convolution's (2H+1)^2 map, then the same
// Bound by memory. A lane has 8 channels (16 bytes); LANES lanes share a pixel, and a warp walks over neighbouring
// pixels, so that every access is whole sectors.
#include <cuda_runtime.h>

#include "dependent.h"
#include "device/cluster.cuh"
#include "device/layer.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

struct Constants {
  float factor[VEC], bias[VEC], next[VEC];

  __device__ void load(const Layer &l, int n, int c) {
    load_floats8(l.factor + static_cast<int64_t>(n) * l.factor_stride + c, factor);
    load_floats8(l.bias + c, bias);
    if (l.next) {
      load_floats8(l.next + static_cast<int64_t>(n) * l.style_stride + c, next);
    } else {
#pragma unroll
      for (int j = 0; j < VEC; j++) next[j] = 1;
    }
  }
};

// A warp takes groups of PIXELS steps of 32 / LANES neighbouring pixels. WHOLE: the lanes cover all channels, so that
// their constants stay in registers; otherwise they go over the channels in chunks.
template <typename T, int LANES, int PIXELS, bool WHOLE>
__global__ void __launch_bounds__(BLOCK, 2)
    layer_rgb_kernel(const __grid_constant__ Layer l, const __grid_constant__ Picture p, const T *acc, T *y) {
  constexpr int WIDE = 32 / LANES;
  await_previous(acc);
  const int lane = threadIdx.x % LANES, n = blockIdx.y, size = l.h * l.w;
  const int64_t image = static_cast<int64_t>(n) * size;
  const float *weights = p.weights + static_cast<int64_t>(n) * l.factor_stride;
  Constants k;
  float w[3][VEC];
  auto load = [&](int c) {
    k.load(l, n, c);
#pragma unroll
    for (int q = 0; q < 3; q++) load_floats8(weights + q * l.c + c, w[q]);
  };
  if (WHOLE && lane * VEC < l.c) load(lane * VEC);
  const int warps = gridDim.x * (BLOCK / 32);
  for (int group = blockIdx.x * (BLOCK / 32) + threadIdx.x / 32; group * PIXELS * WIDE < size; group += warps) {
    const int first = group * PIXELS * WIDE + threadIdx.x % 32 / LANES;
    float rgb[PIXELS * 3] = {};
    for (int c = lane * VEC; c < l.c; c += LANES * VEC) {
      if (!WHOLE) load(c);
      uint4 raw[PIXELS];
      float noise[PIXELS];
#pragma unroll
      for (int i = 0; i < PIXELS; i++) {
        const int pixel = first + i * WIDE;
        const bool inside = pixel < size;
        raw[i] = inside ? load16(acc + (image + pixel) * l.c + c) : make_uint4(0, 0, 0, 0);
        noise[i] = l.noise && inside ? __ldg(l.noise + n * l.noise_stride + pixel) : 0;
      }
#pragma unroll
      for (int i = 0; i < PIXELS; i++) {
        float v[VEC];
        unpack8<T>(raw[i], v);
#pragma unroll
        for (int j = 0; j < VEC; j++) {
          v[j] = l.act.of(v[j] * k.factor[j] + (noise[i] + k.bias[j]));
#pragma unroll
          for (int q = 0; q < 3; q++) rgb[3 * i + q] += v[j] * w[q][j];
          v[j] *= k.next[j];
        }
        const int pixel = first + i * WIDE;
        if (y && pixel < size) store16(y + (image + pixel) * l.c + c, pack8<T>(v));
      }
    }
#pragma unroll
    for (int i = 0; i < PIXELS * 3; i++) {
#pragma unroll
      for (int d = LANES / 2; d > 0; d >>= 1) rgb[i] += __shfl_xor_sync(~0u, rgb[i], d);
    }
    // Every lane has all sums; each picks its own, so that the lanes finish them side by side.
#pragma unroll
    for (int base = 0; base < PIXELS * 3; base += LANES) {
      float mine = 0;
#pragma unroll
      for (int i = 0; i < LANES && base + i < PIXELS * 3; i++)
        if (lane == i) mine = rgb[base + i];
      const int at = base + lane, pixel = first + at / 3 * WIDE;
      if (at < PIXELS * 3 && pixel < size)
        put(p, l, n, pixel, at % 3, mine, skip_at(p, l, n, pixel / l.w, pixel % l.w, at % 3));
    }
  }
}

constexpr int UP_BLOCK = 128, UP_VEC = 4;

__device__ inline void load_floats4(const float *p, float (&v)[UP_VEC]) {
  const float4 a = __ldg(reinterpret_cast<const float4 *>(p));
  v[0] = a.x, v[1] = a.y, v[2] = a.z, v[3] = a.w;
}

// Each thread makes COLUMNS columns of ROWS rows, 4 channels deep, keeping the last three filtered rows in registers
// while the next AHEAD rows are on their way.
template <typename T, int ROWS, int COLUMNS, int AHEAD>
__global__ void __launch_bounds__(UP_BLOCK, COLUMNS == 4 ? 3 : 5)
    up_layer_kernel(const __grid_constant__ Layer l, const __grid_constant__ Taps taps, const T *t, T *y) {
  constexpr int READS = COLUMNS + 3, HELD = AHEAD + 1;
  await_previous(t);
  const int chunks = l.c / UP_VEC;
  const int i = blockIdx.x * UP_BLOCK + threadIdx.x;
  if (i >= l.w / COLUMNS * chunks) return;
  const int c = i % chunks * UP_VEC, x = i / chunks * COLUMNS, top = blockIdx.y * ROWS, n = blockIdx.z;
  const int tw = l.w + 1, th = l.h + 1;
  float factor[UP_VEC], bias[UP_VEC], next[UP_VEC] = {1, 1, 1, 1};
  load_floats4(l.factor + static_cast<int64_t>(n) * l.factor_stride + c, factor);
  load_floats4(l.bias + c, bias);
  if (l.next) load_floats4(l.next + static_cast<int64_t>(n) * l.style_stride + c, next);
  // Of the columns that are read only the first and the last may lie outside.
  const bool has_first = x > 0, has_last = x + COLUMNS < l.w;
  const T *from = t + (static_cast<int64_t>(n) * th * tw + x - 1) * l.c + c;
  Four<T> reads[HELD][READS];
  auto read = [&](int r, Four<T>(&row)[READS]) {
    const int ty = top - 1 + r;
    const bool inside = ty >= 0 && ty < th;
#pragma unroll
    for (int b = 0; b < READS; b++) {
      const bool wanted = inside && (b > 0 || has_first) && (b < READS - 1 || has_last);
      row[b].raw = wanted ? __ldg(reinterpret_cast<const uint2 *>(from + (ty * tw + b) * l.c)) : make_uint2(0, 0);
    }
  };
#pragma unroll
  for (int r = 0; r < AHEAD; r++) read(r, reads[r]);
  auto noise_at = [&](int oy, int b) {
    return l.noise && oy < l.h ? __ldg(l.noise + n * l.noise_stride + oy * l.w + x + b) : 0.0f;
  };
  float noises[AHEAD > 1 ? ROWS : 1][COLUMNS];
  if (AHEAD > 1) {
#pragma unroll
    for (int i = 0; i < ROWS * COLUMNS; i++)
      noises[i / COLUMNS][i % COLUMNS] = noise_at(top + i / COLUMNS, i % COLUMNS);
  }
  float rows[4][COLUMNS][UP_VEC];
#pragma unroll
  for (int r = 0; r < ROWS + 3; r++) {
    if (r + AHEAD < ROWS + 3) read(r + AHEAD, reads[(r + AHEAD) % HELD]);
    float v[READS][UP_VEC];
#pragma unroll
    for (int b = 0; b < READS; b++) reads[r % HELD][b].to(v[b]);
#pragma unroll
    for (int b = 0; b < COLUMNS; b++) {
#pragma unroll
      for (int j = 0; j < UP_VEC; j++)
        rows[r % 4][b][j] =
            taps.h[0] * v[b][j] + taps.h[1] * v[b + 1][j] + taps.h[2] * v[b + 2][j] + taps.h[3] * v[b + 3][j];
    }
    if (r < 3) continue;
    const int oy = top + r - 3;
    if (oy >= l.h) break;
    T *to = y + ((static_cast<int64_t>(n) * l.h + oy) * l.w + x) * l.c + c;
#pragma unroll
    for (int b = 0; b < COLUMNS; b++) {
      const float noise = AHEAD > 1 ? noises[r - 3][b] : noise_at(oy, b);
      float sums[UP_VEC];
#pragma unroll
      for (int j = 0; j < UP_VEC; j++) {
        float sum = 0;
#pragma unroll
        for (int a = 0; a < 4; a++) sum += taps.h[a] * rows[(r - 3 + a) % 4][b][j];
        sums[j] = l.act.of(sum * factor[j] + (noise + bias[j])) * next[j];
      }
      Four<T> made;
      made.from(sums);
      *reinterpret_cast<uint2 *>(to + b * l.c) = made.raw;
    }
  }
}

// Two per multiprocessor of the largest device at hand, and a few for balance.
constexpr int RESIDENT_BLOCKS = 132 * 4;

template <typename T, int LANES, int PIXELS, bool WHOLE>
int launch_groups(int n, const Layer &l, const Picture &p, const void *acc, void *y, cudaStream_t stream) {
  constexpr int PER_BLOCK = BLOCK / LANES * PIXELS;
  const int wanted = (l.h * l.w + PER_BLOCK - 1) / PER_BLOCK;
  const int useful = (RESIDENT_BLOCKS + n - 1) / n;
  const dim3 grid(wanted < useful ? wanted : useful, n);
  return launch_dependent(layer_rgb_kernel<T, LANES, PIXELS, WHOLE>, grid, BLOCK, 0, stream, l, p,
                          static_cast<const T *>(acc), static_cast<T *>(y));
}

template <typename T, int LANES>
int launch_rgb(int n, const Layer &l, const Picture &p, const void *acc, void *y, cudaStream_t stream) {
  if (int64_t{n} * l.h * l.w < 4 * 132 * BLOCK / LANES) {
    return launch_groups<T, LANES, 1, false>(n, l, p, acc, y, stream);
  }
  if (l.c <= LANES * VEC) return launch_groups<T, LANES, 4, true>(n, l, p, acc, y, stream);
  return launch_groups<T, LANES, 4, false>(n, l, p, acc, y, stream);
}

template <typename T>
int launch_rgb(int n, const Layer &l, const Picture &p, const void *acc, void *y, cudaStream_t stream) {
  const int chunks = l.c / VEC;
  if (chunks > 16) return launch_rgb<T, 32>(n, l, p, acc, y, stream);
  if (chunks > 8) return launch_rgb<T, 16>(n, l, p, acc, y, stream);
  if (chunks > 4) return launch_rgb<T, 8>(n, l, p, acc, y, stream);
  if (chunks > 2) return launch_rgb<T, 4>(n, l, p, acc, y, stream);
  return launch_rgb<T, 2>(n, l, p, acc, y, stream);
}

template <typename T, int ROWS, int COLUMNS, int AHEAD>
int launch_up(int n, const Layer &l, const Taps &taps, const void *t, void *y, cudaStream_t stream) {
  const dim3 grid((l.w / COLUMNS * (l.c / UP_VEC) + UP_BLOCK - 1) / UP_BLOCK, (l.h + ROWS - 1) / ROWS, n);
  return launch_dependent(up_layer_kernel<T, ROWS, COLUMNS, AHEAD>, grid, UP_BLOCK, 0, stream, l, taps,
                          static_cast<const T *>(t), static_cast<T *>(y));
}

}  // namespace smb

extern "C" {

int smb_layer_rgb(void *stream, int dtype, const int *sizes, const float *scalars, const void *acc,
                  const float *factor, const float *bias, const float *noise, const float *next, void *y,
                  const float *rgb_weights, const float *rgb_bias, const float *before, float *image,
                  const void *call) {
  if (sizes[3] % smb::VEC != 0) return smb::refuse("smb_layer_rgb: channels must be a multiple of 8");
  const smb::Layer l = smb::layer_of(sizes, scalars, factor, bias, noise, next);
  const smb::Picture p = {scalars[2], smb::taps_of(scalars + 3),           rgb_weights, rgb_bias, before,
                          image,      static_cast<const smb::Call *>(call)};
  return smb::half_type(dtype, "smb_layer_rgb: dtype must be 0 or 1", [&](auto zero) {
    return smb::launch_rgb<decltype(zero)>(sizes[0], l, p, acc, y, smb::on(stream));
  });
}

int smb_up_layer(void *stream, int dtype, const int *sizes, const float *scalars, const void *t, const float *factor,
                 const float *bias, const float *noise, const float *next, void *y) {
  if (sizes[3] % smb::VEC != 0 || sizes[2] % 2 != 0)
    return smb::refuse("smb_up_layer: channels must be a multiple of 8, columns of 2");
  const smb::Layer l = smb::layer_of(sizes, scalars, factor, bias, noise, next);
  const smb::Taps taps = smb::taps_of(scalars + 3);
  return smb::half_type(dtype, "smb_up_layer: dtype must be 0 or 1", [&](auto zero) {
    using T = decltype(zero);
    const int64_t count = int64_t{sizes[0]} * l.h * l.w * l.c;
    if (count > int64_t{1} << 22 && l.w % 4 == 0) {
      return smb::launch_up<T, 8, 4, 1>(sizes[0], l, taps, t, y, smb::on(stream));
    }
    if (count > int64_t{1} << 20) return smb::launch_up<T, 4, 2, 3>(sizes[0], l, taps, t, y, smb::on(stream));
    return smb::launch_up<T, 2, 2, 5>(sizes[0], l, taps, t, y, smb::on(stream));
  });
}
}
