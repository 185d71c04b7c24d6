// What stands between convolutions on channels-last bfloat16: bias and activation and its derivative, sums, pools, and
// copies of channels. Bound by memory: each thread takes 8 channels, 16 bytes; arithmetic is float32 and each result is
// rounded once. Blocks of 256 threads.
#include <cuda_runtime.h>

#include "device/pool.cuh"
#include "device/scalars.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

constexpr int GROUP = 8;

struct Eight {
  float of[GROUP];
};

__device__ inline Eight eight(float value) {
  Eight v;
#pragma unroll
  for (int k = 0; k < GROUP; k++) v.of[k] = value;
  return v;
}

__device__ inline Eight load(const uint4 *from, int64_t i) {
  const uint4 bits = __ldg(from + i);
  const __nv_bfloat162 *pairs = reinterpret_cast<const __nv_bfloat162 *>(&bits);
  Eight v;
#pragma unroll
  for (int k = 0; k < GROUP / 2; k++) {
    const float2 pair = __bfloat1622float2(pairs[k]);
    v.of[2 * k] = pair.x;
    v.of[2 * k + 1] = pair.y;
  }
  return v;
}

__device__ inline void store(uint4 *to, int64_t i, const Eight &v) {
  uint4 bits;
  __nv_bfloat162 *pairs = reinterpret_cast<__nv_bfloat162 *>(&bits);
#pragma unroll
  for (int k = 0; k < GROUP / 2; k++) pairs[k] = __floats2bfloat162_rn(v.of[2 * k], v.of[2 * k + 1]);
  to[i] = bits;
}

// Calls body(i) for the groups of this thread.
template <typename Body>
__device__ inline void each(int64_t groups, Body body) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < groups; i += step) body(i);
}

// x may be y, so that it is not read through the read-only cache.
__global__ void half_bias_act_kernel(int64_t groups, int row, const uint4 *x, const float *bias, float slope,
                                     uint4 *y) {
  each(groups, [&](int64_t i) {
    const uint4 bits = x[i];
    const __nv_bfloat162 *pairs = reinterpret_cast<const __nv_bfloat162 *>(&bits);
    const int channel = static_cast<int>(i % row) * GROUP;
    Eight v;
#pragma unroll
    for (int k = 0; k < GROUP; k++) {
      const float2 pair = __bfloat1622float2(pairs[k / 2]);
      const float sum = (k % 2 ? pair.y : pair.x) + (bias ? bias[channel + k] : 0.0f);
      v.of[k] = sum > 0 ? sum : sum * slope;
    }
    store(y, i, v);
  });
}

__global__ void half_act_grad_kernel(int64_t groups, const uint4 *dy, const uint4 *y, float slope, uint4 *dx) {
  each(groups, [&](int64_t i) {
    Eight g = load(dy, i);
    const Eight at = load(y, i);
#pragma unroll
    for (int k = 0; k < GROUP; k++) g.of[k] = at.of[k] > 0 ? g.of[k] : g.of[k] * slope;
    store(dx, i, g);
  });
}

__global__ void half_add_kernel(int64_t groups, const uint4 *a, const uint4 *b, uint4 *y) {
  each(groups, [&](int64_t i) {
    Eight sum = load(a, i);
    const Eight more = load(b, i);
#pragma unroll
    for (int k = 0; k < GROUP; k++) sum.of[k] += more.of[k];
    store(y, i, sum);
  });
}

// width groups of each of `rows` rows, which lie x_row and y_row groups apart.
__global__ void half_channels_kernel(int64_t groups, int width, const uint4 *x, int x_row, uint4 *y, int y_row) {
  each(groups, [&](int64_t i) {
    const int64_t row = i / width, k = i - row * width;
    y[row * y_row + k] = x[row * x_row + k];
  });
}

// Sums of columns: a block adds the rows of its part for 8 neighbouring groups, 32 rows at a time.
constexpr int LANES = 8;
constexpr int ROWS = BLOCK / LANES;
constexpr int MOST_PARTS = 256;
constexpr int LEAST_ROWS = 256;

static int64_t part_of(int64_t rows) {
  const int64_t even = (rows + MOST_PARTS - 1) / MOST_PARTS;
  return even < LEAST_ROWS ? LEAST_ROWS : even;
}

__global__ void half_channel_sums_kernel(int64_t rows, int row, int64_t part, const uint4 *x, float *sums) {
  __shared__ float partial[ROWS][LANES * GROUP];
  const int lane = threadIdx.x % LANES, first = threadIdx.x / LANES;
  const int group = blockIdx.x * LANES + lane;
  const int64_t from = blockIdx.y * part, to = from + part < rows ? from + part : rows;
  Eight sum = eight(0);
  if (group < row) {
#pragma unroll 4
    for (int64_t r = from + first; r < to; r += ROWS) {
      const Eight v = load(x, r * row + group);
#pragma unroll
      for (int k = 0; k < GROUP; k++) sum.of[k] += v.of[k];
    }
  }
#pragma unroll
  for (int k = 0; k < GROUP; k++) partial[first][lane * GROUP + k] = sum.of[k];
  __syncthreads();
  const int channel = threadIdx.x;
  if (channel < LANES * GROUP && blockIdx.x * LANES + channel / GROUP < row) {
    double total = 0;
    for (int r = 0; r < ROWS; r++) total += static_cast<double>(partial[r][channel]);
    sums[int64_t{blockIdx.y} * row * GROUP + blockIdx.x * LANES * GROUP + channel] = static_cast<float>(total);
  }
}

// y [c] = sums of the columns of x [parts, c]; 32 columns a block, 8 rows at a time.
__global__ void column_sums_kernel(int parts, int c, const float *x, float *y) {
  __shared__ double partial[8][32];
  const int lane = threadIdx.x % 32, first = threadIdx.x / 32, channel = blockIdx.x * 32 + lane;
  double sum = 0;
  if (channel < c) {
#pragma unroll 4
    for (int p = first; p < parts; p += 8) sum += static_cast<double>(x[int64_t{p} * c + channel]);
  }
  partial[first][lane] = sum;
  __syncthreads();
  if (first == 0 && channel < c) {
    for (int r = 1; r < 8; r++) sum += partial[r][lane];
    y[channel] = static_cast<float>(sum);
  }
}

// --- pools: `planes` of the geometry are samples; a thread takes one place of 8 channels -----------------------------

struct Place {
  int64_t sample;
  int y, x, group;
};

__device__ inline Place place_of(int64_t i, int h, int w, int row) {
  const int group = static_cast<int>(i % row);
  const int64_t pixel = i / row;
  return {pixel / w / h, static_cast<int>(pixel / w % h), static_cast<int>(pixel % w), group};
}

__device__ inline int64_t at(int64_t sample, int y, int x, int h, int w, int row, int group) {
  return ((sample * h + y) * w + x) * row + group;
}

__global__ void half_max_pool_kernel(Pool p, int row, const uint4 *x, uint4 *y) {
  each(p.outputs() * row, [&](int64_t i) {
    const Place o = place_of(i, p.oh, p.ow, row);
    const Window v = window_of(p, o.y, o.x);
    Eight best = eight(-INFINITY);
    for (int iy = v.top; iy < v.bottom; iy++) {
      for (int ix = v.left; ix < v.right; ix++) {
        const Eight e = load(x, at(o.sample, iy, ix, p.h, p.w, row, o.group));
#pragma unroll
        for (int k = 0; k < GROUP; k++) best.of[k] = larger(best.of[k], e.of[k]);
      }
    }
    store(y, i, best);
  });
}

// Where in its window, rows of kernel_x, the first largest element stands; a byte for each channel.
__global__ void half_max_places_kernel(Pool p, int row, const uint4 *x, uint2 *places) {
  each(p.outputs() * row, [&](int64_t i) {
    const Place o = place_of(i, p.oh, p.ow, row);
    const Window v = window_of(p, o.y, o.x);
    const int top = o.y * p.stride_y - p.pad_top, left = o.x * p.stride_x - p.pad_left;
    Eight best = load(x, at(o.sample, v.top, v.left, p.h, p.w, row, o.group));
    int first[GROUP];
#pragma unroll
    for (int k = 0; k < GROUP; k++) first[k] = (v.top - top) * p.kernel_x + v.left - left;
    for (int iy = v.top; iy < v.bottom; iy++) {
      for (int ix = v.left; ix < v.right; ix++) {
        const Eight e = load(x, at(o.sample, iy, ix, p.h, p.w, row, o.group));
        const int place = (iy - top) * p.kernel_x + ix - left;
#pragma unroll
        for (int k = 0; k < GROUP; k++) {
          if (e.of[k] > best.of[k]) {
            best.of[k] = e.of[k];
            first[k] = place;
          }
        }
      }
    }
    places[i] = make_uint2(first[0] | first[1] << 8 | first[2] << 16 | first[3] << 24,
                           first[4] | first[5] << 8 | first[6] << 16 | first[7] << 24);
  });
}

__global__ void half_max_pool_scatter_kernel(Pool p, int row, const uint2 *places, const uint4 *dy, uint4 *dx) {
  each(p.inputs() * row, [&](int64_t i) {
    const Place in = place_of(i, p.h, p.w, row);
    int top, bottom, left, right;
    windows_over(in.y, p.pad_top, p.kernel_y, p.stride_y, p.oh, &top, &bottom);
    windows_over(in.x, p.pad_left, p.kernel_x, p.stride_x, p.ow, &left, &right);
    Eight sum = eight(0);
    for (int oy = top; oy <= bottom; oy++) {
      for (int ox = left; ox <= right; ox++) {
        const int64_t o = at(in.sample, oy, ox, p.oh, p.ow, row, in.group);
        const unsigned here = (in.y - oy * p.stride_y + p.pad_top) * p.kernel_x + in.x - ox * p.stride_x + p.pad_left;
        const uint2 first = __ldg(places + o);
        const Eight g = load(dy, o);
#pragma unroll
        for (int k = 0; k < GROUP; k++) {
          const unsigned place = (k < 4 ? first.x : first.y) >> 8 * (k % 4) & 0xff;
          sum.of[k] += place == here ? g.of[k] : 0.0f;
        }
      }
    }
    store(dx, i, sum);
  });
}

__global__ void half_avg_pool_kernel(Pool p, int row, const uint4 *x, uint4 *y) {
  each(p.outputs() * row, [&](int64_t i) {
    const Place o = place_of(i, p.oh, p.ow, row);
    const Window v = window_of(p, o.y, o.x);
    Eight sum = eight(0);
    for (int iy = v.top; iy < v.bottom; iy++) {
      for (int ix = v.left; ix < v.right; ix++) {
        const Eight e = load(x, at(o.sample, iy, ix, p.h, p.w, row, o.group));
#pragma unroll
        for (int k = 0; k < GROUP; k++) sum.of[k] += e.of[k];
      }
    }
    const float part = share(p, o.y, o.x);
#pragma unroll
    for (int k = 0; k < GROUP; k++) sum.of[k] *= part;
    store(y, i, sum);
  });
}

__global__ void half_avg_pool_grad_kernel(Pool p, int row, const uint4 *dy, uint4 *dx) {
  each(p.inputs() * row, [&](int64_t i) {
    const Place in = place_of(i, p.h, p.w, row);
    int top, bottom, left, right;
    windows_over(in.y, p.pad_top, p.kernel_y, p.stride_y, p.oh, &top, &bottom);
    windows_over(in.x, p.pad_left, p.kernel_x, p.stride_x, p.ow, &left, &right);
    Eight sum = eight(0);
    for (int oy = top; oy <= bottom; oy++) {
      for (int ox = left; ox <= right; ox++) {
        const Eight g = load(dy, at(in.sample, oy, ox, p.oh, p.ow, row, in.group));
        const float part = share(p, oy, ox);
#pragma unroll
        for (int k = 0; k < GROUP; k++) sum.of[k] += g.of[k] * part;
      }
    }
    store(dx, i, sum);
  });
}

static const uint4 *in(const void *x) { return static_cast<const uint4 *>(x); }

static uint4 *out(void *y) { return static_cast<uint4 *>(y); }

static bool in_groups(int c) { return c > 0 && c % GROUP == 0; }

}  // namespace smb

extern "C" {

int smb_half_bias_act(void *stream, int64_t rows, int c, const void *x, const float *bias, float slope, void *y) {
  if (!smb::in_groups(c)) return smb::refuse("smb_half_bias_act: c must be a multiple of 8");
  const int64_t n = rows * (c / smb::GROUP);
  if (n <= 0) return smb::check(cudaSuccess);
  smb::half_bias_act_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(n, c / smb::GROUP, smb::in(x), bias,
                                                                                slope, smb::out(y));
  return smb::launched();
}

int smb_half_act_grad(void *stream, int64_t n, const void *dy, const void *y, float slope, void *dx) {
  if (n % smb::GROUP != 0) return smb::refuse("smb_half_act_grad: n must be a multiple of 8");
  const int64_t groups = n / smb::GROUP;
  if (groups <= 0) return smb::check(cudaSuccess);
  smb::half_act_grad_kernel<<<smb::blocks(groups), smb::BLOCK, 0, smb::on(stream)>>>(groups, smb::in(dy), smb::in(y),
                                                                                     slope, smb::out(dx));
  return smb::launched();
}

int smb_half_add(void *stream, int64_t n, const void *a, const void *b, void *y) {
  if (n % smb::GROUP != 0) return smb::refuse("smb_half_add: n must be a multiple of 8");
  const int64_t groups = n / smb::GROUP;
  if (groups <= 0) return smb::check(cudaSuccess);
  smb::half_add_kernel<<<smb::blocks(groups), smb::BLOCK, 0, smb::on(stream)>>>(groups, smb::in(a), smb::in(b),
                                                                                smb::out(y));
  return smb::launched();
}

int smb_half_channels(void *stream, int64_t rows, int c, const void *x, int x_row, void *y, int y_row) {
  if (!smb::in_groups(c) || x_row % smb::GROUP || y_row % smb::GROUP) {
    return smb::refuse("smb_half_channels: c and rows must be multiples of 8");
  }
  const int width = c / smb::GROUP;
  const int64_t n = rows * width;
  if (n <= 0) return smb::check(cudaSuccess);
  smb::half_channels_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(
      n, width, smb::in(x), x_row / smb::GROUP, smb::out(y), y_row / smb::GROUP);
  return smb::launched();
}

int64_t smb_half_channel_sums_scratch(int64_t rows, int c) {
  const int64_t part = smb::part_of(rows);
  return rows <= part ? 0 : (rows + part - 1) / part * c;
}

int smb_half_channel_sums(void *stream, int64_t rows, int c, const void *x, float *y, float *scratch) {
  if (!smb::in_groups(c)) return smb::refuse("smb_half_channel_sums: c must be a multiple of 8");
  const int64_t part = smb::part_of(rows);
  const int parts = rows <= part ? 1 : static_cast<int>((rows + part - 1) / part);
  const int row = c / smb::GROUP;
  const dim3 grid((row + smb::LANES - 1) / smb::LANES, parts);
  smb::half_channel_sums_kernel<<<grid, smb::BLOCK, 0, smb::on(stream)>>>(rows, row, part, smb::in(x),
                                                                          parts == 1 ? y : scratch);
  if (parts > 1) smb::column_sums_kernel<<<(c + 31) / 32, smb::BLOCK, 0, smb::on(stream)>>>(parts, c, scratch, y);
  return smb::launched();
}

int smb_half_max_pool(void *stream, const int *geometry, int c, const void *x, void *y) {
  const smb::Pool p = smb::pool_of(geometry);
  if (!smb::in_groups(c)) return smb::refuse("smb_half_max_pool: c must be a multiple of 8");
  const int64_t n = p.outputs() * (c / smb::GROUP);
  if (n <= 0) return smb::check(cudaSuccess);
  smb::half_max_pool_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(p, c / smb::GROUP, smb::in(x),
                                                                                smb::out(y));
  return smb::launched();
}

int smb_half_max_pool_scatter(void *stream, const int *geometry, int c, const void *x, const void *dy, void *dx,
                              void *scratch) {
  const smb::Pool p = smb::pool_of(geometry);
  if (!smb::in_groups(c)) return smb::refuse("smb_half_max_pool_scatter: c must be a multiple of 8");
  if (int64_t{p.kernel_y} * p.kernel_x > 256) return smb::refuse("smb_half_max_pool_scatter: windows of at most 256");
  const int row = c / smb::GROUP;
  const int64_t n = p.inputs() * row, windows = p.outputs() * row;
  if (n <= 0) return smb::check(cudaSuccess);
  uint2 *places = static_cast<uint2 *>(scratch);
  if (windows > 0) {
    smb::half_max_places_kernel<<<smb::blocks(windows), smb::BLOCK, 0, smb::on(stream)>>>(p, row, smb::in(x), places);
  }
  smb::half_max_pool_scatter_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(p, row, places, smb::in(dy),
                                                                                        smb::out(dx));
  return smb::launched();
}

int smb_half_avg_pool(void *stream, const int *geometry, int c, const void *x, void *y) {
  const smb::Pool p = smb::pool_of(geometry);
  if (!smb::in_groups(c)) return smb::refuse("smb_half_avg_pool: c must be a multiple of 8");
  const int64_t n = p.outputs() * (c / smb::GROUP);
  if (n <= 0) return smb::check(cudaSuccess);
  smb::half_avg_pool_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(p, c / smb::GROUP, smb::in(x),
                                                                                smb::out(y));
  return smb::launched();
}

int smb_half_avg_pool_grad(void *stream, const int *geometry, int c, const void *dy, void *dx) {
  const smb::Pool p = smb::pool_of(geometry);
  if (!smb::in_groups(c)) return smb::refuse("smb_half_avg_pool_grad: c must be a multiple of 8");
  const int64_t n = p.inputs() * (c / smb::GROUP);
  if (n <= 0) return smb::check(cudaSuccess);
  smb::half_avg_pool_grad_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(p, c / smb::GROUP, smb::in(dy),
                                                                                     smb::out(dx));
  return smb::launched();
}
}
