// Small matrix products in double precision, rounded once: training steps divide by what such products leave of
// gradients, so that their rounding would show. y [m, n] = op(a) op(b); every element is added up in an order that
// depends on the number of its terms alone: a row does not depend on the rows beside it.
//
// One thread per element where terms are few, else one warp, its lanes taking every 32nd term. Both factors are small
// enough for the caches; bound by the launch.
#include <cuda_runtime.h>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

// Strides of the left factor over (row, term), and of the right one over (term, column).
struct Product {
  int n, k;
  int64_t a_row, a_term, b_term, b_column;
};

template <int LANES>
__global__ void __launch_bounds__(BLOCK)
    product_kernel(const __grid_constant__ Product p, int64_t count, const float *a, const float *b, float *y) {
  const int64_t step = int64_t{gridDim.x} * (BLOCK / LANES);
  const int lane = threadIdx.x % LANES;
  for (int64_t i = int64_t{blockIdx.x} * (BLOCK / LANES) + threadIdx.x / LANES; i < count; i += step) {
    const float *left = a + i / p.n * p.a_row, *right = b + i % p.n * p.b_column;
    double sum = 0;
    for (int l = lane; l < p.k; l += LANES) sum += double{left[l * p.a_term]} * double{right[l * p.b_term]};
#pragma unroll
    for (int d = LANES / 2; d > 0; d >>= 1) sum += __shfl_xor_sync(~0u, sum, d);
    if (lane == 0) y[i] = static_cast<float>(sum);
  }
}

constexpr int WARP_TERMS = 32;

}  // namespace smb

extern "C" int smb_small_product(void *stream, int m, int n, int k, int transpose_a, int transpose_b, const float *a,
                                 const float *b, float *y) {
  const int64_t count = int64_t{m} * n;
  if (count == 0) return smb::check(cudaSuccess);
  const smb::Product p = {n,
                          k,
                          transpose_a ? 1 : k,
                          transpose_a ? m : 1,
                          transpose_b ? 1 : n,
                          transpose_b ? k : 1};
  if (k < smb::WARP_TERMS) {
    smb::product_kernel<1><<<smb::blocks(count), smb::BLOCK, 0, smb::on(stream)>>>(p, count, a, b, y);
  } else {
    smb::product_kernel<32><<<smb::blocks(32 * count), smb::BLOCK, 0, smb::on(stream)>>>(p, count, a, b, y);
  }
  return smb::launched();
}
