// upfirdn2d: zero insertion, padding or cropping, FIR filter, decimation, as in StyleGAN2 (arXiv:1912.04958, appendix
// B).
//   y[p, oy, ox] = sum over (ky, kx) of taps[ky, kx] * u[p, oy * down_y + ky - pad_top, ox * down_x + kx - pad_left],
//   u being x with up - 1 zeros after each sample. Only taps that meet a sample are visited.
// Images are [planes, h, w]; blocks of 256 threads, one output each. Its gradient is itself with adjoint parameters.
#include <cuda_runtime.h>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

// Taps travel as a kernel argument, that is, through the constant cache.
struct Resampling {
  int planes, h, w, oh, ow, up_y, up_x, down_y, down_x, pad_top, pad_left, fh, fw;
  float taps[SMB_MAX_TAPS];
};

// First tap at or above which `position + tap` is a multiple of up, for any sign of position.
__device__ inline int first_tap(int position, int up) {
  const int rest = position % up;
  return rest == 0 ? 0 : rest > 0 ? up - rest : -rest;
}

template <typename T>
__device__ inline float resampled(const Resampling &s, const T *plane, int oy, int ox) {
  const int v = oy * s.down_y - s.pad_top;
  const int u = ox * s.down_x - s.pad_left;
  const int first_x = first_tap(u, s.up_x);
  float sum = 0;
  for (int ky = first_tap(v, s.up_y); ky < s.fh; ky += s.up_y) {
    const int iy = (v + ky) / s.up_y;
    if (v + ky < 0 || iy >= s.h) continue;
    for (int kx = first_x; kx < s.fw; kx += s.up_x) {
      const int ix = (u + kx) / s.up_x;
      if (u + kx < 0 || ix >= s.w) continue;
      sum += s.taps[ky * s.fw + kx] * static_cast<float>(plane[int64_t{iy} * s.w + ix]);
    }
  }
  return sum;
}

// I is the type of output indices, 32 bits where they fit.
template <typename T, typename I>
__global__ void upfirdn2d_kernel(const __grid_constant__ Resampling s, I n, const T *x, T *y) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t at = int64_t{blockIdx.x} * BLOCK + threadIdx.x; at < n; at += step) {
    const I i = static_cast<I>(at);
    const I row = i / s.ow;
    const int ox = static_cast<int>(i - row * s.ow);
    const int oy = static_cast<int>(row % s.oh);
    const T *plane = x + int64_t{row / s.oh} * s.h * s.w;
    y[i] = static_cast<T>(resampled(s, plane, oy, ox));
  }
}

}  // namespace smb

extern "C" int smb_upfirdn2d(void *stream, int planes, int h, int w, int oh, int ow, int up_y, int up_x, int down_y,
                             int down_x, int pad_top, int pad_left, int fh, int fw, const float *taps, const float *x,
                             float *y) {
  if (fh < 1 || fw < 1 || int64_t{fh} * fw > SMB_MAX_TAPS) {
    return smb::refuse("smb_upfirdn2d: a filter must have 1 to 1024 taps");
  }
  smb::Resampling s = {planes, h, w, oh, ow, up_y, up_x, down_y, down_x, pad_top, pad_left, fh, fw, {}};
  for (int i = 0; i < fh * fw; i++) s.taps[i] = taps[i];
  const int64_t n = int64_t{planes} * oh * ow;
  if (n == 0) return smb::check(cudaSuccess);
  if (smb::fits_32_bits(n)) {
    smb::upfirdn2d_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(s, static_cast<uint32_t>(n), x, y);
  } else {
    smb::upfirdn2d_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(s, n, x, y);
  }
  return smb::launched();
}
