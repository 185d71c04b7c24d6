// What the kernels of a planned synthesis share: the call's arguments, and the pointwise part of a layer.
#pragma once

#include <cstdint>

#include "device/half8.cuh"

namespace smb {

// Written before each replay of a captured graph; kernels that read or write what changes from call to call go through
// it. The order is SMB_CALL_*'s.
struct Call {
  const float *ws;
  float *image;
  uint8_t *pixels;
  int *bad;
  int64_t seed;
  int64_t first;
  const float *image_grad;
  float *ws_grad;
};

// x within [-bound, bound]; NaN stays NaN, so that a picture can tell.
__device__ inline float clamped(float x, float bound) {
  float low, y;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(low) : "f"(x), "f"(-bound));
  asm("min.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(low), "f"(bound));
  return y;
}

// y = clamp(lrelu(acc * factor + noise + bias)), the activation's gain being part of the three.
struct Act {
  float slope;
  float clamp;

  __device__ float bent(float z) const { return z > 0 ? z : z * slope; }
  __device__ float of(float z) const { return clamped(bent(z), clamp); }
};

// Four taps along each axis, turned and with the gain of the axis.
struct Taps {
  float h[4];
};

// The skip picture enlarged by two at (y, x): zero insertion, two before and one after, four taps.
__device__ inline float enlarged(const float *plane, int h, int w, int y, int x, const Taps &taps) {
  const int odd_y = y & 1, odd_x = x & 1;
  const int y0 = (y >> 1) - 1 + odd_y, x0 = (x >> 1) - 1 + odd_x;
  float sum = 0;
#pragma unroll
  for (int a = 0; a < 2; a++) {
    const int yy = y0 + a;
    if (yy < 0 || yy >= h) continue;
    float row = 0;
#pragma unroll
    for (int b = 0; b < 2; b++) {
      const int xx = x0 + b;
      if (xx >= 0 && xx < w) row += (odd_x ? taps.h[2 * b + 1] : taps.h[2 * b]) * __ldg(plane + yy * w + xx);
    }
    sum += (odd_y ? taps.h[2 * a + 1] : taps.h[2 * a]) * row;
  }
  return sum;
}

__device__ inline float warp_sum(float v) {
#pragma unroll
  for (int d = 16; d > 0; d >>= 1) v += __shfl_xor_sync(~0u, v, d);
  return v;
}

__device__ inline float warp_max(float v) {
#pragma unroll
  for (int d = 16; d > 0; d >>= 1) v = fmaxf(v, __shfl_xor_sync(~0u, v, d));
  return v;
}

}  // namespace smb
