// One Adam update in Keras' form (arXiv:1412.6980 with "epsilon hat"); blocks of 256 threads, one parameter each.
#include <cuda_runtime.h>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

struct AdamStep {
  float rate, share1, share2, epsilon;
};

template <typename T>
__global__ void adam_kernel(AdamStep s, int64_t n, const T *g, float *p, float *m, float *v) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < n; i += step) {
    const float d = static_cast<float>(g[i]);
    const float first = m[i] + (d - m[i]) * s.share1;
    const float second = v[i] + (d * d - v[i]) * s.share2;
    m[i] = first;
    v[i] = second;
    p[i] = p[i] - s.rate * first / (sqrtf(second) + s.epsilon);
  }
}

}  // namespace smb

extern "C" int smb_adam(void *stream, float rate, float share1, float share2, float epsilon, int64_t n, const float *g,
                        float *p, float *m, float *v) {
  if (n <= 0) return smb::check(cudaSuccess);
  smb::adam_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(smb::AdamStep{rate, share1, share2, epsilon}, n,
                                                                       g, p, m, v);
  return smb::launched();
}
