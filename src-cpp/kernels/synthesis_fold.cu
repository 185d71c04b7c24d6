// The weights of an enlarging layer with the rows of its filter in them, made once per plan. Along y, the transposed
// convolution t[2 a + k] += x[a] w[k] and the filter y[o] = sum h[b] t[o - 1 + b] are, for the phase p = o % 2 of output
// rows, a convolution of three taps d = -1, 0, 1 with weights sum over k of h[2 d + 1 - p + k] w[k].
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

// The same along both axes: four 3x3 convolutions, folded [4, outs, 9, ins].
template <typename T>
__global__ void fold_all_kernel(int outs, int ins, const __grid_constant__ Taps taps, const float *w,
                                const float *norm, T *folded) {
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

// Rows alone: folded [outs, 3, 2, 3, ins]. A block for each output channel, a thread for each input channel.
template <typename T>
__global__ void fold_kernel(int ins, const __grid_constant__ Taps taps, const float *w, const float *norm, T *folded) {
  const int o = blockIdx.x;
  for (int i = threadIdx.x; i < ins; i += BLOCK) {
    const float *from = w + (static_cast<int64_t>(o) * ins + i) * 9;
    for (int j = 0; j < 18; j++) {
      const int column = j / 6, phase = j / 3 % 2, d = j % 3 - 1;
      float sum = 0;
      for (int k = 0; k < 3; k++) sum += tap_at(taps, phase, d, k) * from[3 * k + column];
      folded[(static_cast<int64_t>(o) * 18 + j) * ins + i] = static_cast<T>(sum / norm[o]);
    }
  }
}

}  // namespace smb

extern "C" int smb_fold_weights(void *stream, int dtype, int way, int outs, int ins, const float *taps,
                                const float *w, const float *norm, void *folded) {
  const smb::Taps t = {{taps[0], taps[1], taps[2], taps[3]}};
  const cudaStream_t s = smb::on(stream);
  if (way != 4 && way != 5) return smb::refuse("smb_fold_weights: way must be 4 or 5");
  return smb::half_type(dtype, "smb_fold_weights: dtype must be 0 or 1", [&](auto zero) {
    using T = decltype(zero);
    if (way == 4) {
      smb::fold_all_kernel<<<dim3(outs, 4), smb::BLOCK, 0, s>>>(outs, ins, t, w, norm, static_cast<T *>(folded));
    } else {
      smb::fold_kernel<<<outs, smb::BLOCK, 0, s>>>(ins, t, w, norm, static_cast<T *>(folded));
    }
  });
}
