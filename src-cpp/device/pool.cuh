// The geometry that pools of planes and of channels-last images share.
#pragma once

#include <cstdint>

#include "semblance_kernels.h"

namespace smb {

struct Pool {
  int planes, h, w, oh, ow, kernel_y, kernel_x, stride_y, stride_x, pad_top, pad_bottom, pad_left, pad_right,
      count_padding;

  __host__ __device__ int64_t inputs() const { return int64_t{planes} * h * w; }
  __host__ __device__ int64_t outputs() const { return int64_t{planes} * oh * ow; }
};

static_assert(sizeof(Pool) == SMB_POOL_GEOMETRY * sizeof(int), "the header tells callers the order");

inline Pool pool_of(const int *g) {
  return {g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], g[8], g[9], g[10], g[11], g[12], g[13]};
}

struct Window {
  int top, bottom, left, right;
};

__device__ inline Window window_of(const Pool &p, int oy, int ox) {
  const int top = oy * p.stride_y - p.pad_top;
  const int left = ox * p.stride_x - p.pad_left;
  return {max(top, 0), min(top + p.kernel_y, p.h), max(left, 0), min(left + p.kernel_x, p.w)};
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

}  // namespace smb
