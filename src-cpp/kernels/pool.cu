// Maximum and average pools of [planes, h, w], their transposes, and the selection of a maximum pool applied to another
// array (its second order). Windows are clipped to the image. Transposes gather: each input element visits the windows
// that hold it, in a fixed order, so nothing is atomic. Blocks of 256 threads, one result each.
#include <cuda_runtime.h>

#include "device/pool.cuh"
#include "device/scalars.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

// Offset in the plane of the first largest element of a window.
template <typename T>
__device__ int argmax(const Pool &p, const T *plane, const Window &v) {
  int best = v.top * p.w + v.left;
  for (int y = v.top; y < v.bottom; y++) {
    for (int x = v.left; x < v.right; x++) {
      if (plane[y * p.w + x] > plane[best]) best = y * p.w + x;
    }
  }
  return best;
}

template <typename T>
__device__ float largest(const Pool &p, const T *plane, const Window &v) {
  float best = -INFINITY;
  for (int y = v.top; y < v.bottom; y++) {
    for (int x = v.left; x < v.right; x++) best = larger(best, static_cast<float>(plane[y * p.w + x]));
  }
  return best;
}

template <typename T>
__global__ void max_pool_kernel(Pool p, const T *x, T *y) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < p.outputs(); i += step) {
    const Window v = window_of(p, static_cast<int>(i / p.ow % p.oh), static_cast<int>(i % p.ow));
    y[i] = static_cast<T>(largest(p, x + i / p.ow / p.oh * p.h * p.w, v));
  }
}

template <typename T>
__global__ void max_pool_gather_kernel(Pool p, const T *x, const T *g, T *y) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < p.outputs(); i += step) {
    const Window v = window_of(p, static_cast<int>(i / p.ow % p.oh), static_cast<int>(i % p.ow));
    const int64_t plane = i / p.ow / p.oh * p.h * p.w;
    y[i] = g[plane + argmax(p, x + plane, v)];
  }
}

template <typename T>
__global__ void avg_pool_kernel(Pool p, const T *x, T *y) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < p.outputs(); i += step) {
    const int oy = static_cast<int>(i / p.ow % p.oh);
    const int ox = static_cast<int>(i % p.ow);
    const Window v = window_of(p, oy, ox);
    const T *plane = x + i / p.ow / p.oh * p.h * p.w;
    float sum = 0;
    for (int iy = v.top; iy < v.bottom; iy++) {
      for (int ix = v.left; ix < v.right; ix++) sum += static_cast<float>(plane[iy * p.w + ix]);
    }
    y[i] = static_cast<T>(sum * share(p, oy, ox));
  }
}

// Sum of dy times weight(oy, ox) over the windows that hold element i of the input.
template <typename T, typename Weight>
__device__ float gathered(const Pool &p, int64_t i, const T *dy, Weight weight) {
  int top, bottom, left, right;
  windows_over(static_cast<int>(i / p.w % p.h), p.pad_top, p.kernel_y, p.stride_y, p.oh, &top, &bottom);
  windows_over(static_cast<int>(i % p.w), p.pad_left, p.kernel_x, p.stride_x, p.ow, &left, &right);
  const T *plane = dy + i / p.w / p.h * p.oh * p.ow;
  float sum = 0;
  for (int oy = top; oy <= bottom; oy++) {
    for (int ox = left; ox <= right; ox++) sum += static_cast<float>(plane[oy * p.ow + ox]) * weight(oy, ox);
  }
  return sum;
}

template <typename T>
__global__ void max_pool_scatter_kernel(Pool p, const T *x, const T *dy, T *dx) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < p.inputs(); i += step) {
    const int64_t plane = i / p.w / p.h * p.h * p.w;
    const int place = static_cast<int>(i - plane);
    dx[i] = static_cast<T>(gathered(
        p, i, dy, [&](int oy, int ox) { return argmax(p, x + plane, window_of(p, oy, ox)) == place ? 1.0f : 0.0f; }));
  }
}

template <typename T>
__global__ void avg_pool_grad_kernel(Pool p, const T *dy, T *dx) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < p.inputs(); i += step) {
    dx[i] = static_cast<T>(gathered(p, i, dy, [&](int oy, int ox) { return share(p, oy, ox); }));
  }
}

}  // namespace smb

extern "C" {

int smb_max_pool(void *stream, const int *geometry, const float *x, float *y) {
  const smb::Pool p = smb::pool_of(geometry);
  if (p.outputs() == 0) return smb::check(cudaSuccess);
  smb::max_pool_kernel<<<smb::blocks(p.outputs()), smb::BLOCK, 0, smb::on(stream)>>>(p, x, y);
  return smb::launched();
}

int smb_max_pool_scatter(void *stream, const int *geometry, const float *x, const float *dy, float *dx) {
  const smb::Pool p = smb::pool_of(geometry);
  if (p.inputs() == 0) return smb::check(cudaSuccess);
  smb::max_pool_scatter_kernel<<<smb::blocks(p.inputs()), smb::BLOCK, 0, smb::on(stream)>>>(p, x, dy, dx);
  return smb::launched();
}

int smb_max_pool_gather(void *stream, const int *geometry, const float *x, const float *g, float *y) {
  const smb::Pool p = smb::pool_of(geometry);
  if (p.outputs() == 0) return smb::check(cudaSuccess);
  smb::max_pool_gather_kernel<<<smb::blocks(p.outputs()), smb::BLOCK, 0, smb::on(stream)>>>(p, x, g, y);
  return smb::launched();
}

int smb_avg_pool(void *stream, const int *geometry, const float *x, float *y) {
  const smb::Pool p = smb::pool_of(geometry);
  if (p.outputs() == 0) return smb::check(cudaSuccess);
  smb::avg_pool_kernel<<<smb::blocks(p.outputs()), smb::BLOCK, 0, smb::on(stream)>>>(p, x, y);
  return smb::launched();
}

int smb_avg_pool_grad(void *stream, const int *geometry, const float *dy, float *dx) {
  const smb::Pool p = smb::pool_of(geometry);
  if (p.inputs() == 0) return smb::check(cudaSuccess);
  smb::avg_pool_grad_kernel<<<smb::blocks(p.inputs()), smb::BLOCK, 0, smb::on(stream)>>>(p, dy, dx);
  return smb::launched();
}
}
