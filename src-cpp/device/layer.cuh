// What kernels that end a layer of a planned synthesis take, and how they write a picture.
#pragma once

#include "device/synthesis.cuh"

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

__device__ inline uint8_t level(float x, int *bad) {
  if (!isfinite(x)) *bad = 1;
  return static_cast<uint8_t>(fminf(fmaxf(floorf(x * 127.5f + 128.0f), 0.0f), 255.0f));
}

// Channel k of the picture before, enlarged, at (y, x).
__device__ inline float skip_at(const Picture &p, const Layer &l, int n, int y, int x, int k) {
  const int h = l.h / 2, w = l.w / 2;
  return p.before ? enlarged(p.before + (static_cast<int64_t>(n) * 3 + k) * h * w, h, w, y, x, p.taps) : 0;
}

// Writes channel k of a pixel: the sum of products v, bounded, and the picture before.
__device__ inline void put(const Picture &p, const Layer &l, int n, int pixel, int k, float v, float skip) {
  const float rgb = clamped(v + __ldg(p.bias + k), p.clamp) + skip;
  const int64_t size = int64_t{l.h} * l.w;
  if (p.image) {
    p.image[(int64_t{n} * 3 + k) * size + pixel] = rgb;
  } else if (p.call->pixels) {
    p.call->pixels[(n * size + pixel) * 3 + k] = level(rgb, p.call->bad);
  } else {
    p.call->image[(int64_t{n} * 3 + k) * size + pixel] = rgb;
  }
}

inline Layer layer_of(const int *sizes, const float *scalars, const float *factor, const float *bias,
                      const float *noise, const float *next) {
  const int64_t noise_stride = sizes[6] ? int64_t{sizes[1]} * sizes[2] : 0;
  return {sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], noise_stride, {scalars[0], scalars[1]},
          factor,   bias,     noise,    next};
}

inline Taps taps_of(const float *taps) { return {{taps[0], taps[1], taps[2], taps[3]}}; }

}  // namespace smb
