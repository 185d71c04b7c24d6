// Convolution, its data gradient and its weight gradient as plain loops over [n, c, h, w], for the geometries that
// cuDNN's deterministic algorithms refuse, and as the oracle of the others. Blocks of 256 threads: one result per
// thread, for the weight gradient one per block.
#include <cuda_runtime.h>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

struct Conv {
  int n, c, h, w, o, oh, ow, kh, kw, stride_y, stride_x, pad_top, pad_left, dilation_y, dilation_x, groups;

  __host__ __device__ int64_t inputs() const { return int64_t{n} * c * h * w; }
  __host__ __device__ int64_t outputs() const { return int64_t{n} * o * oh * ow; }
  __host__ __device__ int64_t weights() const { return int64_t{o} * (c / groups) * kh * kw; }
};

static_assert(sizeof(Conv) == SMB_CONV_GEOMETRY * sizeof(int), "the header tells callers the order");

template <typename T>
__global__ void conv2d_kernel(Conv g, const T *x, const T *w, T *y) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  const int per_group = g.c / g.groups;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < g.outputs(); i += step) {
    const int ox = static_cast<int>(i % g.ow);
    const int oy = static_cast<int>(i / g.ow % g.oh);
    const int o = static_cast<int>(i / g.ow / g.oh % g.o);
    const int64_t image = i / g.ow / g.oh / g.o;
    const T *from = x + (image * g.c + o / (g.o / g.groups) * per_group) * g.h * g.w;
    const T *taps = w + int64_t{o} * per_group * g.kh * g.kw;
    float sum = 0;
    for (int c = 0; c < per_group; c++) {
      for (int ky = 0; ky < g.kh; ky++) {
        const int iy = oy * g.stride_y + ky * g.dilation_y - g.pad_top;
        if (iy < 0 || iy >= g.h) continue;
        for (int kx = 0; kx < g.kw; kx++) {
          const int ix = ox * g.stride_x + kx * g.dilation_x - g.pad_left;
          if (ix < 0 || ix >= g.w) continue;
          sum += static_cast<float>(from[(int64_t{c} * g.h + iy) * g.w + ix]) *
                 static_cast<float>(taps[(c * g.kh + ky) * g.kw + kx]);
        }
      }
    }
    y[i] = static_cast<T>(sum);
  }
}

template <typename T>
__global__ void data_grad_kernel(Conv g, const T *dy, const T *w, T *dx) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  const int per_group = g.c / g.groups;
  const int outs = g.o / g.groups;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < g.inputs(); i += step) {
    const int ix = static_cast<int>(i % g.w);
    const int iy = static_cast<int>(i / g.w % g.h);
    const int c = static_cast<int>(i / g.w / g.h % g.c);
    const int64_t image = i / g.w / g.h / g.c;
    float sum = 0;
    for (int o = c / per_group * outs; o < (c / per_group + 1) * outs; o++) {
      const T *from = dy + (image * g.o + o) * g.oh * g.ow;
      const T *taps = w + (int64_t{o} * per_group + c % per_group) * g.kh * g.kw;
      for (int ky = 0; ky < g.kh; ky++) {
        const int v = iy + g.pad_top - ky * g.dilation_y;
        if (v < 0 || v % g.stride_y != 0 || v / g.stride_y >= g.oh) continue;
        for (int kx = 0; kx < g.kw; kx++) {
          const int u = ix + g.pad_left - kx * g.dilation_x;
          if (u < 0 || u % g.stride_x != 0 || u / g.stride_x >= g.ow) continue;
          sum += static_cast<float>(from[int64_t{v / g.stride_y} * g.ow + u / g.stride_x]) *
                 static_cast<float>(taps[ky * g.kw + kx]);
        }
      }
    }
    dx[i] = static_cast<T>(sum);
  }
}

// What thread t of a block adds to one weight.
template <typename T>
__device__ float weight_terms(const Conv &g, int o, int c, int ky, int kx, const T *x, const T *dy) {
  float sum = 0;
  const int64_t terms = int64_t{g.n} * g.oh * g.ow;
  for (int64_t i = threadIdx.x; i < terms; i += BLOCK) {
    const int ox = static_cast<int>(i % g.ow);
    const int oy = static_cast<int>(i / g.ow % g.oh);
    const int64_t image = i / g.ow / g.oh;
    const int iy = oy * g.stride_y + ky * g.dilation_y - g.pad_top;
    const int ix = ox * g.stride_x + kx * g.dilation_x - g.pad_left;
    if (iy < 0 || iy >= g.h || ix < 0 || ix >= g.w) continue;
    sum += static_cast<float>(x[((image * g.c + c) * g.h + iy) * g.w + ix]) *
           static_cast<float>(dy[((image * g.o + o) * g.oh + oy) * g.ow + ox]);
  }
  return sum;
}

template <typename T>
__global__ void weight_grad_kernel(Conv g, const T *x, const T *dy, T *dw) {
  __shared__ float partial[BLOCK];
  const int per_group = g.c / g.groups;
  for (int64_t i = blockIdx.x; i < g.weights(); i += gridDim.x) {
    const int kx = static_cast<int>(i % g.kw);
    const int ky = static_cast<int>(i / g.kw % g.kh);
    const int o = static_cast<int>(i / g.kw / g.kh / per_group);
    const int c = o / (g.o / g.groups) * per_group + static_cast<int>(i / g.kw / g.kh % per_group);
    partial[threadIdx.x] = weight_terms(g, o, c, ky, kx, x, dy);
    for (int half = BLOCK / 2; half > 0; half /= 2) {
      __syncthreads();
      if (threadIdx.x < half) partial[threadIdx.x] += partial[threadIdx.x + half];
    }
    if (threadIdx.x == 0) dw[i] = static_cast<T>(partial[0]);
    __syncthreads();
  }
}

static Conv conv_of(const int *g) {
  return {g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], g[8], g[9], g[10], g[11], g[12], g[13], g[14], g[15]};
}

}  // namespace smb

extern "C" {

int smb_conv2d(void *stream, const int *geometry, const float *x, const float *w, float *y) {
  const smb::Conv g = smb::conv_of(geometry);
  if (g.outputs() == 0) return smb::check(cudaSuccess);
  smb::conv2d_kernel<<<smb::blocks(g.outputs()), smb::BLOCK, 0, smb::on(stream)>>>(g, x, w, y);
  return smb::launched();
}

int smb_conv2d_data_grad(void *stream, const int *geometry, const float *dy, const float *w, float *dx) {
  const smb::Conv g = smb::conv_of(geometry);
  if (g.inputs() == 0) return smb::check(cudaSuccess);
  smb::data_grad_kernel<<<smb::blocks(g.inputs()), smb::BLOCK, 0, smb::on(stream)>>>(g, dy, w, dx);
  return smb::launched();
}

int smb_conv2d_weight_grad(void *stream, const int *geometry, const float *x, const float *dy, float *dw) {
  const smb::Conv g = smb::conv_of(geometry);
  if (g.weights() == 0) return smb::check(cudaSuccess);
  const unsigned grid = static_cast<unsigned>(g.weights() < smb::MAX_BLOCKS ? g.weights() : smb::MAX_BLOCKS);
  smb::weight_grad_kernel<<<grid, smb::BLOCK, 0, smb::on(stream)>>>(g, x, dy, dw);
  return smb::launched();
}
}
