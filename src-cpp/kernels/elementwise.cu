// Functions of one element, and of two with broadcasting: y = f(x), y = f(a, b).
// Bound by memory; blocks of 256 threads, one element each.
#include <cuda_runtime.h>

#include "device/scalars.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

template <typename T>
__global__ void fill_kernel(int64_t n, T value, T *y) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < n; i += step) y[i] = value;
}

__device__ inline float power(float x, float a) { return x == 0 && a > 0 ? 0.0f : powf(x, a); }

__device__ inline float sign(float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; }

__device__ inline float unary(int f, float x, float a, float b) {
  switch (f) {
    case 0:
      return a * x + b;
    case 1:
      return expf(x);
    case 2:
      return logf(x);
    case 3:
      return sqrtf(x);
    case 4:
      return 1 / sqrtf(x);
    case 5:
      return tanhf(x);
    case 6:
      return sigmoid(x);
    case 7:
      return softplus(x);
    case 8:
      return fabsf(x);
    case 9:
      return sign(x);
    case 10:
      return power(x, a);
    case 11:
      return bounded(x, a, b);
    default:
      return a <= x && x <= b ? 1.0f : 0.0f;
  }
}

__device__ inline float binary(int f, float a, float b) {
  switch (f) {
    case 0:
      return a + b;
    case 1:
      return a - b;
    case 2:
      return a * b;
    case 3:
      return a / b;
    case 4:
      return larger(a, b);
    case 5:
      return smaller(a, b);
    default:
      return a >= b ? 1.0f : 0.0f;
  }
}

template <typename T>
__global__ void unary_kernel(int f, float a, float b, int64_t n, const T *x, T *y) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < n; i += step) {
    y[i] = static_cast<T>(unary(f, static_cast<float>(x[i]), a, b));
  }
}

template <typename T, typename I>
__global__ void binary_kernel(int f, Walk<I, 3> walk, const T *a, const T *b, T *y) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < walk.count; i += step) {
    const Offsets<3> at = offsets(walk, static_cast<I>(i));
    y[at.of[0]] = static_cast<T>(binary(f, static_cast<float>(a[at.of[1]]), static_cast<float>(b[at.of[2]])));
  }
}

}  // namespace smb

extern "C" {

int smb_fill(void *stream, int64_t n, float value, float *y) {
  if (n <= 0) return smb::check(cudaSuccess);
  smb::fill_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(n, value, y);
  return smb::launched();
}

int smb_unary(void *stream, int f, float a, float b, int64_t n, const float *x, float *y) {
  if (f < 0 || f > 12) return smb::refuse("smb_unary: f must be in [0, 12]");
  if (n <= 0) return smb::check(cudaSuccess);
  smb::unary_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(f, a, b, n, x, y);
  return smb::launched();
}

int smb_binary(void *stream, int f, int rank, const int64_t *walk, const float *a, const float *b, float *y) {
  if (f < 0 || f > 6) return smb::refuse("smb_binary: f must be in [0, 6]");
  if (!smb::fits_rank(rank)) return smb::refuse("smb_binary: rank must be in [0, 8]");
  const int64_t n = smb::product(rank, walk);
  if (n == 0) return smb::check(cudaSuccess);
  if (smb::fits_32_bits(n)) {
    smb::binary_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(f, smb::walk_of<uint32_t, 3>(rank, walk), a,
                                                                           b, y);
  } else {
    smb::binary_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(f, smb::walk_of<int64_t, 3>(rank, walk), a,
                                                                           b, y);
  }
  return smb::launched();
}
}
