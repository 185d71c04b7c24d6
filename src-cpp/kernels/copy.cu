// Strided copies: slices, permutations, flips, broadcasts and changes of layout.
// Bound by memory; blocks of 256 threads, one element each, in the order of the walk's last axis.
#include <cuda_runtime.h>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

template <typename T, typename I>
__global__ void copy_kernel(Walk<I, 2> walk, const T *x, T *y) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < walk.count; i += step) {
    const Offsets<2> at = offsets(walk, static_cast<I>(i));
    y[at.of[0]] = x[at.of[1]];
  }
}

}  // namespace smb

extern "C" int smb_copy(void *stream, int rank, const int64_t *walk, const float *x, int64_t x_offset, float *y,
                        int64_t y_offset) {
  if (!smb::fits_rank(rank)) return smb::refuse("smb_copy: rank must be in [0, 8]");
  const int64_t n = smb::product(rank, walk);
  if (n == 0) return smb::check(cudaSuccess);
  if (smb::fits_32_bits(n)) {
    smb::copy_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(smb::walk_of<uint32_t, 2>(rank, walk),
                                                                         x + x_offset, y + y_offset);
  } else {
    smb::copy_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(smb::walk_of<int64_t, 2>(rank, walk),
                                                                         x + x_offset, y + y_offset);
  }
  return smb::launched();
}
