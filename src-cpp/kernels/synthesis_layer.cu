// What follows a convolution in a planned synthesis, one pass over the activations each, NHWC in 16 bits, float32 inside:
//   layer_rgb  of a layer of the same size: y = clamp(lrelu(acc D + noise + bias)), the picture's dot products on the
//              unrounded y with the skip picture enlarged on the fly, and y times the next layer's style, rounded once
//   up_layer   of an enlarging layer: the 4x4 filter over the transposed convolution's (2H+1)^2 map, then the same
// Bound by memory. A lane has 8 channels (16 bytes); LANES lanes share a pixel, and a warp walks over neighbouring
// pixels, so that every access is whole sectors.
#include <cuda_runtime.h>

#include "device/synthesis.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

// Strides are between samples, in elements; noise may be null, a map for all samples (stride 0) or one each.
struct Layer {
  int h, w, c;
  int factor_stride, style_stride;
  int64_t noise_stride;
  Act act;
  const float *factor, *bias, *noise, *next;  // next: the following layer's scaled style, null for 1
};

struct Picture {
  float clamp;
  Taps taps;
  const float *weights;  // [n] of [3, c], stride factor_stride
  const float *bias;
  const float *before;   // [n, 3, h / 2, w / 2] or null
  float *image;          // [n, 3, h, w], or null: where the call says, in 8 bits if it says so
  const Call *call;
};

struct Constants {
  float factor[VEC], bias[VEC], next[VEC];

  __device__ Constants(const Layer &l, int n, int c) {
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

__device__ inline uint8_t level(float x, int *bad) {
  if (!isfinite(x)) *bad = 1;
  return static_cast<uint8_t>(fminf(fmaxf(floorf(x * 127.5f + 128.0f), 0.0f), 255.0f));
}

__device__ inline void put(const Picture &p, const Layer &l, int n, int pixel, int k, float v) {
  const int y = pixel / l.w, x = pixel - y * l.w;
  float rgb = fminf(fmaxf(v + __ldg(p.bias + k), -p.clamp), p.clamp);
  const int h2 = l.h / 2, w2 = l.w / 2;
  if (p.before) rgb += enlarged(p.before + (static_cast<int64_t>(n) * 3 + k) * h2 * w2, h2, w2, y, x, p.taps);
  const int64_t size = int64_t{l.h} * l.w;
  if (p.image) {
    p.image[(int64_t{n} * 3 + k) * size + pixel] = rgb;
  } else if (p.call->pixels) {
    p.call->pixels[(n * size + pixel) * 3 + k] = level(rgb, p.call->bad);
  } else {
    p.call->image[(int64_t{n} * 3 + k) * size + pixel] = rgb;
  }
}

// A warp takes PIXELS steps of 32 / LANES neighbouring pixels.
template <typename T, int LANES, int PIXELS>
__global__ void __launch_bounds__(BLOCK, 2)
    layer_rgb_kernel(const __grid_constant__ Layer l, const __grid_constant__ Picture p, const T *acc, T *y) {
  constexpr int WIDE = 32 / LANES;
  const int lane = threadIdx.x % LANES, n = blockIdx.y, size = l.h * l.w;
  const int warp = blockIdx.x * (BLOCK / 32) + threadIdx.x / 32;
  const int first = warp * PIXELS * WIDE + threadIdx.x % 32 / LANES;
  if (warp * PIXELS * WIDE >= size) return;
  float rgb[PIXELS][3] = {};
  for (int c = lane * VEC; c < l.c; c += LANES * VEC) {
    const Constants k(l, n, c);
    float weights[3][VEC];
#pragma unroll
    for (int j = 0; j < 3; j++)
      load_floats8(p.weights + static_cast<int64_t>(n) * l.factor_stride + j * l.c + c, weights[j]);
    uint4 raw[PIXELS];
    float noise[PIXELS];
#pragma unroll
    for (int i = 0; i < PIXELS; i++) {
      const int pixel = first + i * WIDE;
      const bool inside = pixel < size;
      raw[i] = inside ? load16(acc + (static_cast<int64_t>(n) * size + pixel) * l.c + c) : make_uint4(0, 0, 0, 0);
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
        for (int q = 0; q < 3; q++) rgb[i][q] += v[j] * weights[q][j];
        v[j] *= k.next[j];
      }
      const int pixel = first + i * WIDE;
      if (y && pixel < size) store16(y + (static_cast<int64_t>(n) * size + pixel) * l.c + c, pack8<T>(v));
    }
  }
#pragma unroll
  for (int i = 0; i < PIXELS; i++) {
#pragma unroll
    for (int q = 0; q < 3; q++) {
#pragma unroll
      for (int d = LANES / 2; d > 0; d >>= 1) rgb[i][q] += __shfl_xor_sync(~0u, rgb[i][q], d);
    }
  }
#pragma unroll
  for (int i = 0; i < PIXELS; i++) {
    const int pixel = first + i * WIDE;
#pragma unroll
    for (int q = 0; q < 3; q++)
      if ((i * 3 + q) % LANES == lane && pixel < size) put(p, l, n, pixel, q, rgb[i][q]);
  }
}

constexpr int UP_BLOCK = 128;

// Each thread makes 2 columns of ROWS rows, 8 channels deep, keeping the last three filtered rows in registers.
template <typename T, int ROWS>
__global__ void __launch_bounds__(UP_BLOCK)
    up_layer_kernel(const __grid_constant__ Layer l, const __grid_constant__ Taps taps, const T *t, T *y) {
  const int chunks = l.c / VEC;
  const int i = blockIdx.x * UP_BLOCK + threadIdx.x;
  if (i >= l.w / 2 * chunks) return;
  const int c = i % chunks * VEC, x = i / chunks * 2, top = blockIdx.y * ROWS, n = blockIdx.z;
  const int tw = l.w + 1, th = l.h + 1;
  const Constants k(l, n, c);
  const T *from = t + static_cast<int64_t>(n) * th * tw * l.c + c;
  float rows[4][2][VEC];
#pragma unroll
  for (int r = 0; r < ROWS + 3; r++) {
    const int ty = top - 1 + r;
    float(&row)[2][VEC] = rows[r % 4];
#pragma unroll
    for (int j = 0; j < VEC; j++) row[0][j] = row[1][j] = 0;
    if (ty >= 0 && ty < th) {
      uint4 raw[5];
#pragma unroll
      for (int b = 0; b < 5; b++) {
        const int tx = x - 1 + b;
        raw[b] = tx >= 0 && tx < tw ? load16(from + (int64_t{ty} * tw + tx) * l.c) : make_uint4(0, 0, 0, 0);
      }
#pragma unroll
      for (int b = 0; b < 5; b++) {
        float v[VEC];
        unpack8<T>(raw[b], v);
#pragma unroll
        for (int j = 0; j < VEC; j++) {
          if (b < 4) row[0][j] += taps.h[b < 4 ? b : 0] * v[j];
          if (b > 0) row[1][j] += taps.h[b > 0 ? b - 1 : 0] * v[j];
        }
      }
    }
    if (r < 3) continue;
    const int oy = top + r - 3;
    if (oy >= l.h) break;
#pragma unroll
    for (int b = 0; b < 2; b++) {
      const int pixel = oy * l.w + x + b;
      const float noise = l.noise ? __ldg(l.noise + n * l.noise_stride + pixel) : 0;
      float v[VEC];
#pragma unroll
      for (int j = 0; j < VEC; j++) {
        float sum = 0;
#pragma unroll
        for (int a = 0; a < 4; a++) sum += taps.h[a] * rows[(r - 3 + a) % 4][b][j];
        v[j] = l.act.of(sum * k.factor[j] + (noise + k.bias[j])) * k.next[j];
      }
      store16(y + (static_cast<int64_t>(n) * l.h * l.w + pixel) * l.c + c, pack8<T>(v));
    }
  }
}

static Layer layer_of(const int *sizes, const float *scalars, const float *factor, const float *bias,
                      const float *noise, const float *next) {
  const int64_t noise_stride = sizes[6] ? int64_t{sizes[1]} * sizes[2] : 0;
  return {sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], noise_stride, {scalars[0], scalars[1]},
          factor,   bias,     noise,    next};
}

static Taps taps_of(const float *taps) { return {{taps[0], taps[1], taps[2], taps[3]}}; }

template <typename T, int LANES>
void launch_rgb(int n, const Layer &l, const Picture &p, const void *acc, void *y, cudaStream_t stream) {
  constexpr int WIDE = BLOCK / LANES;
  const int size = l.h * l.w;
  const T *from = static_cast<const T *>(acc);
  T *to = static_cast<T *>(y);
  if (int64_t{n} * size >= 4 * 132 * WIDE) {
    const dim3 grid((size + 4 * WIDE - 1) / (4 * WIDE), n);
    layer_rgb_kernel<T, LANES, 4><<<grid, BLOCK, 0, stream>>>(l, p, from, to);
  } else {
    const dim3 grid((size + WIDE - 1) / WIDE, n);
    layer_rgb_kernel<T, LANES, 1><<<grid, BLOCK, 0, stream>>>(l, p, from, to);
  }
}

template <typename T>
void launch_rgb(int n, const Layer &l, const Picture &p, const void *acc, void *y, cudaStream_t stream) {
  const int chunks = l.c / VEC;
  if (chunks > 16) {
    launch_rgb<T, 32>(n, l, p, acc, y, stream);
  } else if (chunks > 8) {
    launch_rgb<T, 16>(n, l, p, acc, y, stream);
  } else if (chunks > 4) {
    launch_rgb<T, 8>(n, l, p, acc, y, stream);
  } else if (chunks > 2) {
    launch_rgb<T, 4>(n, l, p, acc, y, stream);
  } else {
    launch_rgb<T, 2>(n, l, p, acc, y, stream);
  }
}

template <typename T, int ROWS>
void launch_up(int n, const Layer &l, const Taps &taps, const void *t, void *y, cudaStream_t stream) {
  const dim3 grid((l.w / 2 * (l.c / VEC) + UP_BLOCK - 1) / UP_BLOCK, (l.h + ROWS - 1) / ROWS, n);
  up_layer_kernel<T, ROWS><<<grid, UP_BLOCK, 0, stream>>>(l, taps, static_cast<const T *>(t), static_cast<T *>(y));
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
    smb::launch_rgb<decltype(zero)>(sizes[0], l, p, acc, y, smb::on(stream));
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
    if (int64_t{sizes[0]} * l.h * l.w * l.c > int64_t{1} << 22) {
      smb::launch_up<T, 16>(sizes[0], l, taps, t, y, smb::on(stream));
    } else {
      smb::launch_up<T, 4>(sizes[0], l, taps, t, y, smb::on(stream));
    }
  });
}
}
