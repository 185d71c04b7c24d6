// Kernels that compute a whole same-size layer of a planned synthesis, for synthesis_whole.cu to choose from.
#pragma once

#include "device/layer.cuh"
#include "runtime.h"

namespace smb {

struct WholeLayer {
  int dtype, n;
  Layer l;
  Picture p;
  const void *x, *weights;
  void *y, *scratch;
  cudaStream_t stream;
};

int split_layer(const WholeLayer &layer);     // few pixels, channels by 64, capability 9.0
int thin_layer(const WholeLayer &layer);      // 32 channels, rows and columns multiples of 16
int resident_layer(const WholeLayer &layer);  // 32, 64 or 128 channels, rows and columns even, capability 9.0
int streamed_layer(const WholeLayer &layer);  // 128 to 512 channels by 128, capability 9.0

}  // namespace smb
