// Sums over any set of axes, in two stages without atomics, so that the order of additions is fixed by the extents.
// A part of the reduced range goes to one thread where neighbouring outputs are neighbours in memory, and to a block
// where neighbouring terms are; threads add in double, so that long sums keep float's precision.
#include <cuda_runtime.h>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

// Terms per part: what one thread or one block adds before its result goes to memory.
constexpr int64_t THREAD_PART = 512;
constexpr int64_t BLOCK_PART = 16384;

struct Plan {
  bool by_block;
  int64_t part;
  int64_t parts;
};

static Plan plan_of(int64_t kept, int64_t reduced, bool terms_are_neighbours) {
  const bool by_block = reduced >= 64 && (terms_are_neighbours || kept < 1024);
  const int64_t part = by_block ? BLOCK_PART : THREAD_PART;
  return {by_block, part, reduced == 0 ? 1 : (reduced + part - 1) / part};
}

template <typename T>
__global__ void thread_sum_kernel(Walk<int64_t, 1> kept, Walk<int64_t, 1> reduced, int64_t part, int64_t parts,
                                  const T *x, T *y) {
  const int64_t n = kept.count * parts;
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < n; i += step) {
    const int64_t first = i / kept.count * part;
    const int64_t last = first + part < reduced.count ? first + part : reduced.count;
    const T *from = x + offsets(kept, i % kept.count).of[0];
    double sum = 0;
    for (int64_t r = first; r < last; r++) sum += static_cast<double>(from[offsets(reduced, r).of[0]]);
    y[i] = static_cast<T>(sum);
  }
}

// Sum over the block, valid in thread 0.
__device__ inline double block_sum(double value) {
  __shared__ double partial[BLOCK];
  partial[threadIdx.x] = value;
  for (int half = BLOCK / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) partial[threadIdx.x] += partial[threadIdx.x + half];
  }
  __syncthreads();
  return partial[0];
}

template <typename T>
__global__ void block_sum_kernel(Walk<int64_t, 1> kept, Walk<int64_t, 1> reduced, int64_t part, int64_t parts,
                                 const T *x, T *y) {
  const int64_t n = kept.count * parts;
  for (int64_t i = blockIdx.x; i < n; i += gridDim.x) {
    const int64_t first = i / kept.count * part;
    const int64_t last = first + part < reduced.count ? first + part : reduced.count;
    const T *from = x + offsets(kept, i % kept.count).of[0];
    double sum = 0;
    for (int64_t r = first + threadIdx.x; r < last; r += BLOCK) {
      sum += static_cast<double>(from[offsets(reduced, r).of[0]]);
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) y[i] = static_cast<T>(sum);
    __syncthreads();
  }
}

// Squares of a part of neighbours; each thread adds in double, four at a time.
__global__ void squares_kernel(int64_t n, const float *x, double *sums) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  double sum = 0;
#pragma unroll 4
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < n / 4; i += step) {
    const float4 v = reinterpret_cast<const float4 *>(x)[i];
    sum += static_cast<double>(v.x * v.x) + static_cast<double>(v.y * v.y) + static_cast<double>(v.z * v.z) +
           static_cast<double>(v.w * v.w);
  }
  if (blockIdx.x == 0 && threadIdx.x < n % 4) {
    const float v = x[n - n % 4 + threadIdx.x];
    sum += static_cast<double>(v * v);
  }
  sum = block_sum(sum);
  if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}

__global__ void squares_total_kernel(int parts, const double *sums, float *y) {
  double sum = 0;
  for (int i = threadIdx.x; i < parts; i += BLOCK) sum += sums[i];
  sum = block_sum(sum);
  if (threadIdx.x == 0) *y = static_cast<float>(sum);
}

static int launch(cudaStream_t stream, const Plan &plan, const Walk<int64_t, 1> &kept, const Walk<int64_t, 1> &reduced,
                  const float *x, float *y) {
  const int64_t n = kept.count * plan.parts;
  if (plan.by_block) {
    const unsigned grid = static_cast<unsigned>(n < MAX_BLOCKS ? n : MAX_BLOCKS);
    block_sum_kernel<<<grid, BLOCK, 0, stream>>>(kept, reduced, plan.part, plan.parts, x, y);
  } else {
    thread_sum_kernel<<<blocks(n), BLOCK, 0, stream>>>(kept, reduced, plan.part, plan.parts, x, y);
  }
  return launched();
}

}  // namespace smb

extern "C" {

int smb_sum_squares(void *stream, int64_t n, const float *x, float *y, float *scratch) {
  if (n < 0) return smb::refuse("smb_sum_squares: n must not be negative");
  double *sums = reinterpret_cast<double *>(scratch);
  const int64_t wanted = (n / 4 + smb::BLOCK - 1) / smb::BLOCK;
  const int parts = static_cast<int>(wanted < 1 ? 1 : wanted < SMB_SQUARES_PARTS ? wanted : SMB_SQUARES_PARTS);
  smb::squares_kernel<<<parts, smb::BLOCK, 0, smb::on(stream)>>>(n, x, sums);
  smb::squares_total_kernel<<<1, smb::BLOCK, 0, smb::on(stream)>>>(parts, sums, y);
  return smb::launched();
}

int64_t smb_sum_scratch(int64_t kept, int64_t reduced) {
  // Whichever way the terms lie: the finer cut is the larger need.
  const int64_t parts = (reduced + smb::THREAD_PART - 1) / smb::THREAD_PART;
  return parts <= 1 ? 0 : kept * parts;
}

int smb_sum(void *stream, int kept_rank, const int64_t *kept, int reduced_rank, const int64_t *reduced, const float *x,
            float *y, float *scratch) {
  if (!smb::fits_rank(kept_rank) || !smb::fits_rank(reduced_rank)) {
    return smb::refuse("smb_sum: ranks must be in [0, 8]");
  }
  const auto outer = smb::walk_of<int64_t, 1>(kept_rank, kept);
  const auto inner = smb::walk_of<int64_t, 1>(reduced_rank, reduced);
  if (outer.count == 0) return smb::check(cudaSuccess);
  const bool neighbours = reduced_rank > 0 && inner.strides[0][reduced_rank - 1] == 1;
  const smb::Plan plan = smb::plan_of(outer.count, inner.count, neighbours);
  if (plan.parts == 1) return smb::launch(smb::on(stream), plan, outer, inner, x, y);
  const int failed = smb::launch(smb::on(stream), plan, outer, inner, x, scratch);
  if (failed) return failed;
  const int64_t columns[] = {outer.count, 1};
  const int64_t rows[] = {plan.parts, outer.count};
  smb::Plan last = smb::plan_of(outer.count, plan.parts, false);
  last.part = plan.parts;
  last.parts = 1;
  return smb::launch(smb::on(stream), last, smb::walk_of<int64_t, 1>(1, columns), smb::walk_of<int64_t, 1>(1, rows),
                     scratch, y);
}
}
