// Planes in float32 to channels-last in 16 bits and back, for convolutions on tensor cores. Rows in 16 bits may be
// longer than there are channels, with zeros behind; a factor per sample, as of weights by their output, may be
// multiplied in on the way. Bound by memory: tiles of 32 channels by 32 pixels pass through shared memory, so that both
// sides are read and written in rows; blocks of 32 x 8.
#include <cuda_runtime.h>

#include "device/scalars.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

constexpr int TILE = 32;
constexpr int ROWS = 8;

__device__ inline float factor(const float *scale, int64_t sample) { return scale ? scale[sample] : 1.0f; }

// x [n, c, size] to y [n, size, row].
template <typename T>
__global__ void to_halves_kernel(int c, int row, int size, const float *x, const float *scale, T *y) {
  __shared__ float tile[TILE][TILE + 1];
  const int64_t sample = int64_t{blockIdx.z} * c * size, made = int64_t{blockIdx.z} * row * size;
  const float by = factor(scale, blockIdx.z);
  const int pixel = blockIdx.x * TILE, channel = blockIdx.y * TILE;
  for (int k = threadIdx.y; k < TILE; k += ROWS) {
    const int i = channel + k, p = pixel + threadIdx.x;
    tile[k][threadIdx.x] = i < c && p < size ? x[sample + int64_t{i} * size + p] * by : 0;
  }
  __syncthreads();
  for (int k = threadIdx.y; k < TILE; k += ROWS) {
    const int i = channel + threadIdx.x, p = pixel + k;
    if (i < row && p < size) y[made + int64_t{p} * row + i] = static_cast<T>(tile[threadIdx.x][k]);
  }
}

// The same for few pixels, as weights have: each thread takes one element of y; reads stay within cached lines.
template <typename T>
__global__ void to_few_halves_kernel(int64_t total, int c, int row, int size, const float *x, const float *scale,
                                     T *y) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < total; i += step) {
    const int64_t place = i / row;
    const int channel = static_cast<int>(i - place * row), pixel = static_cast<int>(place % size);
    const int64_t sample = place / size;
    y[i] = static_cast<T>(channel < c ? x[(sample * c + channel) * size + pixel] * factor(scale, sample) : 0.0f);
  }
}

// x [n, size, row] to y [n, c, size].
template <typename T>
__global__ void from_halves_kernel(int c, int row, int size, const T *x, const float *scale, float *y) {
  __shared__ float tile[TILE][TILE + 1];
  const int64_t sample = int64_t{blockIdx.z} * c * size, from = int64_t{blockIdx.z} * row * size;
  const float by = factor(scale, blockIdx.z);
  const int pixel = blockIdx.x * TILE, channel = blockIdx.y * TILE;
  for (int k = threadIdx.y; k < TILE; k += ROWS) {
    const int i = channel + threadIdx.x, p = pixel + k;
    tile[k][threadIdx.x] = i < c && p < size ? static_cast<float>(x[from + int64_t{p} * row + i]) : 0;
  }
  __syncthreads();
  for (int k = threadIdx.y; k < TILE; k += ROWS) {
    const int i = channel + k, p = pixel + threadIdx.x;
    if (i < c && p < size) y[sample + int64_t{i} * size + p] = tile[threadIdx.x][k] * by;
  }
}

// The same for few pixels: each thread takes one element of y.
template <typename T>
__global__ void from_few_halves_kernel(int64_t total, int c, int row, int size, const T *x, const float *scale,
                                       float *y) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < total; i += step) {
    const int64_t plane = i / size;
    const int pixel = static_cast<int>(i - plane * size), channel = static_cast<int>(plane % c);
    const int64_t sample = plane / c;
    y[i] = static_cast<float>(x[(sample * size + pixel) * row + channel]) * factor(scale, sample);
  }
}

static dim3 tiles(int n, int c, int size) {
  return dim3((size + TILE - 1) / TILE, (c + TILE - 1) / TILE, n);
}

static bool fits(int n, int c) { return n <= 65535 && (c + TILE - 1) / TILE <= 65535; }

}  // namespace smb

extern "C" {

int smb_to_halves(void *stream, int dtype, int n, int c, int row, int size, const float *x,
                  const float *scale, void *y) {
  if (!smb::fits(n, row)) return smb::refuse("smb_to_halves: at most 65535 samples");
  if (row < c) return smb::refuse("smb_to_halves: rows must hold the channels");
  if (n <= 0 || c <= 0 || size <= 0) return smb::check(cudaSuccess);
  return smb::half_type(dtype, "smb_to_halves: dtype must be 0 or 1", [&](auto type) {
    using T = decltype(type);
    if (size < smb::TILE) {
      const int64_t total = int64_t{n} * row * size;
      smb::to_few_halves_kernel<<<smb::blocks(total), smb::BLOCK, 0, smb::on(stream)>>>(total, c, row, size, x,
                                                                                       scale, static_cast<T *>(y));
      return;
    }
    smb::to_halves_kernel<<<smb::tiles(n, row, size), dim3(smb::TILE, smb::ROWS), 0, smb::on(stream)>>>(
        c, row, size, x, scale, static_cast<T *>(y));
  });
}

int smb_from_halves(void *stream, int dtype, int n, int c, int row, int size, const void *x,
                    const float *scale, float *y) {
  if (!smb::fits(n, row)) return smb::refuse("smb_from_halves: at most 65535 samples");
  if (row < c) return smb::refuse("smb_from_halves: rows must hold the channels");
  if (n <= 0 || c <= 0 || size <= 0) return smb::check(cudaSuccess);
  return smb::half_type(dtype, "smb_from_halves: dtype must be 0 or 1", [&](auto type) {
    using T = decltype(type);
    if (size < smb::TILE) {
      const int64_t total = int64_t{n} * c * size;
      smb::from_few_halves_kernel<<<smb::blocks(total), smb::BLOCK, 0, smb::on(stream)>>>(
          total, c, row, size, static_cast<const T *>(x), scale, y);
      return;
    }
    smb::from_halves_kernel<<<smb::tiles(n, c, size), dim3(smb::TILE, smb::ROWS), 0, smb::on(stream)>>>(
        c, row, size, static_cast<const T *>(x), scale, y);
  });
}
}
