// Descriptions of arrays in device memory for the bulk copies.
#pragma once

#include <cuda.h>

namespace smb {

// Boxes of rows x columns pixels x `bytes` (128 or 64) of channels of activations [n, h, w, c] in 16 bits, zeros
// outside.
int pixel_map(int dtype, const void *x, int n, int h, int w, int c, int bytes, int rows, int columns, CUtensorMap *map);

// Boxes of 64 elements x `columns` rows of weights [outs, 9, ins], output channels in the order of channel_of.
int weight_map(int dtype, const void *weights, int outs, int ins, int columns, CUtensorMap *map);

// Of the current device; kernels that walk over tiles have a block on each.
int multiprocessors();

// Whether the current device has what the kernels with these boxes need, and the library was built for it.
bool has_warpgroups();

// Whether it has clusters of blocks, and as much shared memory as Hopper.
bool has_clusters();

}  // namespace smb
