// Descriptions of arrays in device memory for the bulk copies.
#pragma once

#include <cuda.h>

namespace smb {

// Boxes of rows x columns pixels x `bytes` (128 or 64) of channels of activations [n, h, w, c] in 16 bits, zeros
// outside.
int pixel_map(int dtype, const void *x, int n, int h, int w, int c, int bytes, int rows, int columns, CUtensorMap *map);

// Boxes of rows x columns pixels x 16 channels of activations [n, h, w, c], of every second column from the first or
// the second: axes channels, first or second, pairs of columns, rows, samples.
int phase_map(int dtype, const void *y, int n, int h, int w, int c, int rows, int columns, CUtensorMap *map);

// Boxes of 64 elements x `columns` rows of weights [outs, 9, ins], eight neighbouring output channels
// of each 32 in the columns of a product that a lane holds.
int weight_map(int dtype, const void *weights, int outs, int ins, int columns, CUtensorMap *map);

// Of the current device; kernels that walk over tiles have a block on each.
int multiprocessors();

// Whether the current device has what the kernels with these boxes need, and the library was built for it.
bool has_warpgroups();

// Whether it has clusters of blocks, and as much shared memory as Hopper.
bool has_clusters();

}  // namespace smb
