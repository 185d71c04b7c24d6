// The weights of an enlarging layer with the columns of its filter in them, made once per plan. Along x, the transposed
// convolution t[2 a + k] += x[a] w[k] and the filter y[o] = sum h[b] t[o - 1 + b] are, for the phase p = o % 2 of
// output columns, a convolution of three taps d = -1, 0, 1 with weights sum over k of h[2 d + 1 - p + k] w[k].
#include <cuda_runtime.h>

#include "device/synthesis.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

constexpr int FOLDED_OUTS = 32, FOLDED_INS = 64;

__device__ inline float tap_at(const Taps &taps, int phase, int d, int k) {
  const int i = 2 * d + 1 - phase + k;
  float tap = 0;
#pragma unroll
  for (int j = 0; j < 4; j++) tap = i == j ? taps.h[j] : tap;
  return tap;
}

// folded: for every 32 output channels, 64 input channels and shift d what a block of synthesis_up.cu has in shared
// memory: three taps, of the weights' rows 1, 0 and 2, of 64 rows (channels of both phases) of 128 bytes in their
// swizzle. A block for each output channel, a thread for each input channel.
template <typename T>
__global__ void fold_kernel(int ins, const __grid_constant__ Taps taps, const float *w, const float *norm, T *folded) {
  const int o = blockIdx.x;
  for (int i = threadIdx.x; i < ins; i += BLOCK) {
    const float *from = w + (static_cast<int64_t>(o) * ins + i) * 9;
    for (int j = 0; j < 18; j++) {
      const int row = j / 6, phase = j / 3 % 2, d = j % 3 - 1;
      float sum = 0;
      for (int k = 0; k < 3; k++) sum += tap_at(taps, phase, d, k) * from[3 * row + k];
      const int box = (o / FOLDED_OUTS * (ins / FOLDED_INS) + i / FOLDED_INS) * 3 + d + 1;
      const int tap = row == 2 ? 2 : 1 - row, r = phase * FOLDED_OUTS + o % FOLDED_OUTS;
      const int at = ((box * 3 + tap) * 2 * FOLDED_OUTS + r) * FOLDED_INS;
      const int piece = i % FOLDED_INS / VEC ^ r % 8;
      folded[at + piece * VEC + i % VEC] = static_cast<T>(sum / norm[o]);
    }
  }
}

}  // namespace smb

extern "C" int smb_fold_weights(void *stream, int dtype, int outs, int ins, const float *taps, const float *w,
                                const float *norm, void *folded) {
  if (outs % smb::FOLDED_OUTS != 0 || ins % smb::FOLDED_INS != 0)
    return smb::refuse("smb_fold_weights: outs must be a multiple of 32, ins of 64");
  const smb::Taps t = {{taps[0], taps[1], taps[2], taps[3]}};
  return smb::half_type(dtype, "smb_fold_weights: dtype must be 0 or 1", [&](auto zero) {
    using T = decltype(zero);
    smb::fold_kernel<<<outs, smb::BLOCK, 0, smb::on(stream)>>>(ins, t, w, norm, static_cast<T *>(folded));
  });
}
