// Maximum and average pools of [planes, h, w], their transposes, and the selection of a maximum pool applied to another
// array (its second order). Windows are clipped to the image. Transposes gather: each input element visits the windows
// that hold it, in a fixed order, so nothing is atomic. Blocks of 256 threads, one result each.
#include <cuda_runtime.h>

#include "device/scalars.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

struct Pool {
  int planes, h, w, oh, ow, kernel_y, kernel_x, stride_y, stride_x, pad_top, pad_bottom, pad_left, pad_right,
      count_padding;

  __host__ __device__ int64_t inputs() const { return int64_t{planes} * h * w; }
  __host__ __device__ int64_t outputs() const { return int64_t{planes} * oh * ow; }
};

static_assert(sizeof(Pool) == SMB_POOL_GEOMETRY * sizeof(int), "the header tells callers the order");

struct Window {
  int top, bottom, left, right;
};

__device__ inline Window window_of(const Pool &p, int oy, int ox) {
  const int top = oy * p.stride_y - p.pad_top;
  const int left = ox * p.stride_x - p.pad_left;
  return {max(top, 0), min(top + p.kernel_y, p.h), max(left, 0), min(left + p.kernel_x, p.w)};
}

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

// One over what a window counts: its pixels inside the image, or also those in the declared padding.
__device__ inline float share(const Pool &p, int oy, int ox) {
  const Window v = window_of(p, oy, ox);
  if (!p.count_padding) return 1.0f / ((v.bottom - v.top) * (v.right - v.left));
  const int top = oy * p.stride_y - p.pad_top;
  const int left = ox * p.stride_x - p.pad_left;
  const int rows = min(top + p.kernel_y, p.h + p.pad_bottom) - top;
  const int columns = min(left + p.kernel_x, p.w + p.pad_right) - left;
  return 1.0f / (rows * columns);
}

// The outputs whose windows hold position i of an axis.
__device__ inline void windows_over(int i, int pad, int kernel, int stride, int outputs, int *first, int *last) {
  const int lowest = i + pad - kernel + 1;
  *first = lowest <= 0 ? 0 : (lowest + stride - 1) / stride;
  *last = min((i + pad) / stride, outputs - 1);
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

static Pool pool_of(const int *g) {
  return {g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], g[8], g[9], g[10], g[11], g[12], g[13]};
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
