// How synthesis_up_streamed.cu lays out weights and shared memory, and which block makes which tile when. Its comment
// says why.
#pragma once

#include "device/half8.cuh"
#include "device/tensor_layer.cuh"

namespace smb {

struct UpStreamed {
  static constexpr int THREADS = 4 * GROUP, STAGES = 3, OUTS = 64, DEPTH = 32, ROW = 2 * DEPTH;
  static constexpr int COLUMNS = 16, ROWS = 8, COUNTED = COLUMNS - 2, APART = ROWS - 2;
  static constexpr int MADE_ROWS = 2 * ROWS, MADE_COLUMNS = 2 * COLUMNS;
  static constexpr int BOX_BYTES = HALO_W * (ROWS + 1) * ROW, TAP = OUTS * ROW, TAPS_BYTES = 9 * TAP;
  static constexpr int STAGE = TAPS_BYTES + (BOX_BYTES + 1023) / 1024 * 1024, MADE_AT = STAGES * STAGE;
  static constexpr int LINE = 2 * OUTS, MADE_ROW = MADE_COLUMNS * LINE, BARRIERS_AT = MADE_AT + MADE_ROWS * MADE_ROW;
  static constexpr int PARTS = 4, PART_ROWS = MADE_ROWS / PARTS;  // what a warp of each group makes
  static constexpr int BYTES = BARRIERS_AT + 2 * (STAGES + PARTS) * 8 + 1024;  // aligned to 1024
  static constexpr int PRODUCER_REGISTERS = 24, PRODUCT_REGISTERS = 176, FILTER_REGISTERS = 136;
  static_assert(STAGE % 1024 == 0 && BYTES <= 227 * 1024, "whole swizzles that find room");
  static_assert(PRODUCER_REGISTERS < 128 && FILTER_REGISTERS > 128 && PRODUCT_REGISTERS > 128, "from 128 at first");
  static_assert(PRODUCER_REGISTERS + FILTER_REGISTERS + 2 * PRODUCT_REGISTERS <= 512, "registers for all groups");

  // Which column of a product output channel o is, so that a lane that filters has 4 neighbours in two blocks of 8.
  __host__ __device__ static constexpr int place_of(int o) {
    return o / 16 * 16 + o % 4 / 2 * 8 + o % 16 / 4 * 2 + o % 2;
  }

  // Element of the packed weights for output channel o, input channel i.
  __host__ __device__ static constexpr int64_t packed_at(int ins, int o, int i, int tap) {
    const int row = place_of(o % OUTS), piece = i % DEPTH / VEC ^ (row >> 1 & 3);
    return ((int64_t{o / OUTS} * (ins / DEPTH) + i / DEPTH) * 9 + tap) * OUTS * DEPTH + row * DEPTH + piece * VEC +
           i % VEC;
  }

  // Bytes from a box to what a lane reads of its warp's 16 pixels, moved up by dy and left by dx: lanes 0 to 15 have 8
  // channels of a pixel each, the others the next 8.
  __host__ __device__ static constexpr int pixels_at(int group, int warp, int lane, int dy, int dx) {
    const int row = 2 * warp + lane / 8 % 2 + 1 - dy, column = group * (COLUMNS / 2) + lane % 8 + 1 - dx;
    const int pixel = row * HALO_W + column;
    return pixel * ROW + (lane / 16 ^ (pixel >> 1 & 3)) * 16;
  }

  // Bytes to 8 channels of what the convolution makes, at a row and column of the tile.
  __host__ __device__ static constexpr int made_at(int row, int column, int channels) {
    return row * MADE_ROW + column * LINE + (channels ^ (column >> 1 & 7)) * 16;
  }

  // Where a lane writes 8 channels of phase 0: of the two rows of pixels and the first two blocks of 8 channels.
  __host__ __device__ static constexpr int put_at(int group, int warp, int lane) {
    return made_at(2 * (2 * warp + lane / 8 % 2), 2 * (group * (COLUMNS / 2) + lane % 8), lane / 16);
  }

  // Where a lane reads a row to be filtered, for the first of its warp's two blocks of 8 channels: even columns, then
  // odd ones of the first 16, then of the last, so that 8 lanes read different banks.
  __host__ __device__ static constexpr int filter_at(int warp, int lane) {
    return made_at(0, lane / 16 * 16 + lane % 8 * 2 + lane / 8 % 2, 2 * warp);
  }

  // Which tap (0 to 3, or none) is element i of register r of the matrix that filters 16 columns of the result, of the
  // 16 columns of the convolution that begin where they do (step 0) or of the next.
  __host__ __device__ static constexpr int tap_at(int lane, int r, int i, int step) {
    return step * 16 + 2 * (lane % 4 * 2 + i) + r / 2 - (lane / 4 + r % 2 * 8) - 1;
  }
};

// All tiles of a layer in the order in which they are walked over: rows of a walk are neighbours, then come the slices
// of 64 output channels of the same strips, then the next strips. Where there are few, tiles are apart: each begins
// anew, so that its first three rows of results are another's and it advances by 6 rows only, but no tile is made for
// another's sake.
struct Walks {
  int n, across, slices, advance, rows, all;

  // For so many blocks at most.
  Walks(int n, int h, int w, int c, int places)
      : n(n), across((w + UpStreamed::COUNTED - 1) / UpStreamed::COUNTED), slices(c / UpStreamed::OUTS) {
    const int strips = n * across * slices, walked = h / UpStreamed::ROWS + 1;
    const int made_apart = (h + UpStreamed::APART - 1) / UpStreamed::APART;
    const auto turns = [&](int tiles) { return (strips * tiles + places - 1) / places; };
    const bool apart = turns(made_apart) < turns(walked) + 1;
    advance = apart ? UpStreamed::APART : UpStreamed::ROWS;
    rows = apart ? made_apart : walked;
    all = strips * rows;
  }

  __host__ __device__ bool apart() const { return advance < UpStreamed::ROWS; }
};

// The tile of a step: its sample, where its rows and counted columns of x begin, and the rows of the result from `first`
// to before `end` that it makes of a layer of so many rows.
struct Stride {
  int n, slice, y, x, first, end;

  __host__ __device__ Stride(const Walks &of, int step, int height) {
    const int walk = step / of.rows, strip = walk / of.slices;
    slice = walk % of.slices;
    y = (step - walk * of.rows) * of.advance;
    n = strip / of.across;
    x = (strip - n * of.across) * UpStreamed::COUNTED;
    first = of.apart() && y > 0 ? 2 * y + 1 : 0;
    end = of.apart() && 2 * y + 2 * of.advance + 1 < height ? 2 * y + 2 * of.advance + 1 : height;
  }

  // Whether nothing of the tile before is wanted.
  __host__ __device__ bool begins(const Walks &of) const { return of.apart() || y == 0; }
};

// The steps of a block: those from `counted` count, and one before them is made if the walk began earlier.
struct Steps {
  int begin, counted, end;

  __host__ __device__ Steps(const Walks &of, int block, int blocks)
      : counted(static_cast<int>(int64_t{of.all} * block / blocks)),
        end(static_cast<int>(int64_t{of.all} * (block + 1) / blocks)) {
    begin = !of.apart() && counted < end && counted % of.rows != 0 ? counted - 1 : counted;
  }
};

}  // namespace smb
