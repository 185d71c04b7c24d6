// Float32 planes in [-1, 1] to interleaved 8-bit pixels. Bound by memory; one pixel per thread.
#include <cuda_runtime.h>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

__global__ void pixels_kernel(int64_t n, int size, const float *x, uint8_t *rgb, int *bad) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < n * size; i += step) {
    const int64_t image = i / size, pixel = i - image * size;
    for (int k = 0; k < 3; k++) {
      const float v = x[(image * 3 + k) * size + pixel];
      if (!isfinite(v)) *bad = 1;
      rgb[3 * i + k] = static_cast<uint8_t>(fminf(fmaxf(floorf(v * 127.5f + 128.0f), 0.0f), 255.0f));
    }
  }
}

}  // namespace smb

extern "C" int smb_pixels(void *stream, int64_t n, int size, const float *x, uint8_t *rgb, int *bad) {
  const int64_t count = n * size;
  if (count == 0) return smb::check(cudaSuccess);
  smb::pixels_kernel<<<smb::blocks(count), smb::BLOCK, 0, smb::on(stream)>>>(n, size, x, rgb, bad);
  return smb::launched();
}
