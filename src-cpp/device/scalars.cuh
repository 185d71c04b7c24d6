// Functions of one or two floats that the families share. Comparisons let NaN through, as the CPU backend does.
#pragma once

namespace smb {

__device__ inline float larger(float a, float b) { return a > b || a != a ? a : b; }

__device__ inline float smaller(float a, float b) { return a < b || a != a ? a : b; }

__device__ inline float bounded(float x, float low, float high) { return smaller(larger(x, low), high); }

__device__ inline float sigmoid(float x) {
  const float e = expf(-fabsf(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

__device__ inline float softplus(float x) { return larger(x, 0.0f) + log1pf(expf(-fabsf(x))); }

}  // namespace smb
