// Bilinear resizing of [planes, h, w] with half-pixel centres and no antialiasing, and its transpose, which gathers: an
// input element visits the outputs near it, in a fixed order. Positions are computed in double, as the CPU backend
// does, so that both choose the same taps. Blocks of 256 threads, one result each.
#include <cuda_runtime.h>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

struct Resize {
  int planes, h, w, oh, ow;
};

// The two input positions around an output position and the weight of the second.
struct Taps {
  int low, high;
  float weight;

  __device__ float at(int i) const { return (i == low ? 1 - weight : 0.0f) + (i == high ? weight : 0.0f); }
};

__device__ inline Taps taps_of(int i, int in, int out) {
  const double position = fmax(0.0, (i + 0.5) * in / out - 0.5);
  const int low = min(static_cast<int>(position), in - 1);
  return {low, min(low + 1, in - 1), static_cast<float>(position - low)};
}

// A range that holds every output that reads input i; the taps themselves decide.
__device__ inline void readers(int i, int in, int out, int *first, int *last) {
  const double scale = static_cast<double>(out) / in;
  *first = i == 0 ? 0 : max(0, static_cast<int>(floor((i - 0.5) * scale - 0.5)) - 1);
  *last = i == in - 1 ? out - 1 : min(out - 1, static_cast<int>(ceil((i + 1.5) * scale - 0.5)) + 1);
}

template <typename T>
__global__ void resize_kernel(Resize r, const T *x, T *y) {
  const int64_t n = int64_t{r.planes} * r.oh * r.ow;
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < n; i += step) {
    const Taps v = taps_of(static_cast<int>(i / r.ow % r.oh), r.h, r.oh);
    const Taps u = taps_of(static_cast<int>(i % r.ow), r.w, r.ow);
    const T *plane = x + i / r.ow / r.oh * r.h * r.w;
    const T *top = plane + int64_t{v.low} * r.w;
    const T *bottom = plane + int64_t{v.high} * r.w;
    const float above = (1 - u.weight) * static_cast<float>(top[u.low]) + u.weight * static_cast<float>(top[u.high]);
    const float below =
        (1 - u.weight) * static_cast<float>(bottom[u.low]) + u.weight * static_cast<float>(bottom[u.high]);
    y[i] = static_cast<T>((1 - v.weight) * above + v.weight * below);
  }
}

template <typename T>
__global__ void resize_grad_kernel(Resize r, const T *dy, T *dx) {
  const int64_t n = int64_t{r.planes} * r.h * r.w;
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < n; i += step) {
    const int ix = static_cast<int>(i % r.w);
    const int iy = static_cast<int>(i / r.w % r.h);
    const T *plane = dy + i / r.w / r.h * r.oh * r.ow;
    int top, bottom, left, right;
    readers(iy, r.h, r.oh, &top, &bottom);
    readers(ix, r.w, r.ow, &left, &right);
    float sum = 0;
    for (int oy = top; oy <= bottom; oy++) {
      const float v = taps_of(oy, r.h, r.oh).at(iy);
      if (v == 0) continue;
      for (int ox = left; ox <= right; ox++) {
        sum += v * taps_of(ox, r.w, r.ow).at(ix) * static_cast<float>(plane[int64_t{oy} * r.ow + ox]);
      }
    }
    dx[i] = static_cast<T>(sum);
  }
}

}  // namespace smb

extern "C" {

int smb_resize_bilinear(void *stream, int planes, int h, int w, int oh, int ow, const float *x, float *y) {
  const int64_t n = int64_t{planes} * oh * ow;
  if (n == 0) return smb::check(cudaSuccess);
  smb::resize_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(smb::Resize{planes, h, w, oh, ow}, x, y);
  return smb::launched();
}

int smb_resize_bilinear_grad(void *stream, int planes, int h, int w, int oh, int ow, const float *dy, float *dx) {
  const int64_t n = int64_t{planes} * h * w;
  if (n == 0) return smb::check(cudaSuccess);
  smb::resize_grad_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(smb::Resize{planes, h, w, oh, ow}, dy,
                                                                              dx);
  return smb::launched();
}
}
