// One Adam update in Keras' form (arXiv:1412.6980 with "epsilon hat"); blocks of 256 threads, one parameter each.
// Between loads and stores in double precision, as on the CPU: updates are small beside what they change.
#include <cuda_runtime.h>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

struct AdamStep {
  float rate, share1, share2, epsilon;
};

// The rate of the step, and the gradient's factor, may lie on the device; a factor that is not finite changes nothing.
__global__ void adam_kernel(AdamStep s, const float *rates, const float *scales, int64_t n, const float *g, float *p,
                            float *m, float *v) {
  const double scale = scales ? *scales : 1;
  if (!isfinite(scale)) return;
  const double rate = rates ? *rates : s.rate;
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < n; i += step) {
    // Rounded once to float32, as where the factor is multiplied in before.
    const double d = static_cast<float>(scale * g[i]);
    const double first = m[i] + (d - m[i]) * s.share1;
    const double second = v[i] + (d * d - v[i]) * s.share2;
    m[i] = static_cast<float>(first);
    v[i] = static_cast<float>(second);
    p[i] = static_cast<float>(p[i] - rate * first / (sqrt(second) + s.epsilon));
  }
}

}  // namespace smb

extern "C" int smb_adam(void *stream, float rate, float share1, float share2, float epsilon, const float *rates,
                        const float *scales, int64_t n, const float *g, float *p, float *m, float *v) {
  if (n <= 0) return smb::check(cudaSuccess);
  smb::adam_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(smb::AdamStep{rate, share1, share2, epsilon},
                                                                       rates, scales, n, g, p, m, v);
  return smb::launched();
}
