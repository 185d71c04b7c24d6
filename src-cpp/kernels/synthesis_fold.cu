// The weights of an enlarging layer with its filter in them, made once per plan. The transposed convolution
// t[2 a + k] += x[a] w[k] and the filter y[o] = sum h[b] t[o - 1 + b] are, for the output phase p = o % 2, a convolution of
// three taps d = -1, 0, 1 with weights sum over k of h[2 d + 1 - p + k] w[k], along each axis.
#include <cuda_runtime.h>

#include "device/synthesis.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

__device__ inline float tap_at(const Taps &taps, int phase, int d, int k) {
  const int i = 2 * d + 1 - phase + k;
  float tap = 0;
#pragma unroll
  for (int j = 0; j < 4; j++) tap = i == j ? taps.h[j] : tap;
  return tap;
}

// A thread per input channel; a block per output channel and phase.
template <typename T>
__global__ void fold_kernel(int outs, int ins, const __grid_constant__ Taps taps, const float *w, const float *norm,
                            T *folded) {
  const int o = blockIdx.x, phase = blockIdx.y;
  for (int i = threadIdx.x; i < ins; i += BLOCK) {
    const float *from = w + (static_cast<int64_t>(o) * ins + i) * 9;
    for (int tap = 0; tap < 9; tap++) {
      float sum = 0;
      for (int k = 0; k < 9; k++)
        sum += tap_at(taps, phase / 2, tap / 3 - 1, k / 3) * tap_at(taps, phase % 2, tap % 3 - 1, k % 3) * from[k];
      folded[((static_cast<int64_t>(phase) * outs + o) * 9 + tap) * ins + i] = static_cast<T>(sum / norm[o]);
    }
  }
}

}  // namespace smb

extern "C" int smb_fold_weights(void *stream, int dtype, int outs, int ins, const float *taps, const float *w,
                                const float *norm, void *folded) {
  const smb::Taps t = {{taps[0], taps[1], taps[2], taps[3]}};
  return smb::half_type(dtype, "smb_fold_weights: dtype must be 0 or 1", [&](auto zero) {
    using T = decltype(zero);
    smb::fold_kernel<<<dim3(outs, 4), smb::BLOCK, 0, smb::on(stream)>>>(outs, ins, t, w, norm,
                                                                        static_cast<T *>(folded));
  });
}
