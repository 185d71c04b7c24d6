// A 3x3 convolution of few pixels, whose input channels are split over the blocks of a cluster, and over warps, so that
// all multiprocessors stream the weights; for synthesis_split.cu.
//
// A block takes M neighbouring pixels (of all samples, row after row), NB output channels and its share of the input
// channels, CH at a time: it copies those pixels with a row and one more on either side, and the weights of all taps,
// and a tap reads the pixels shifted, or a row of zeros where they lie outside their picture. Rows of shared memory are
// 16 bytes longer than what they hold, so that eight neighbours never meet in a bank. Weights, which no kernel of the
// pass writes, are on their way before the kernel ahead has ended. Sums go to shared memory and are added up over the
// cluster in one order, so that results are the same every time.
//
// An enlarging layer's block goes over (h + 1) x (w + 1) places (a, b) and makes all four pixels (2 a + p, 2 b + q) of
// the transposed convolution there: nine products of four shifted inputs.
#pragma once

#include "device/cluster.cuh"
#include "device/mma.cuh"

namespace smb {

template <bool UP_, int M_, int NB_, int CH_, int WM_, int WN_, int WK_, int BLOCKS_>
struct Split {
  static constexpr bool UP = UP_;
  static constexpr int M = M_, NB = NB_, CH = CH_, WM = WM_, WN = WN_, WK = WK_, BLOCKS = BLOCKS_;
  static constexpr int THREADS = 32 * WM * WN * WK, PHASES = UP ? 4 : 1, SHIFTS = UP ? 4 : 9;
  static constexpr int PIXEL = CH * 2 + 16;
  static constexpr int ROWS = UP ? CH : NB, COLUMNS = UP ? NB : CH, ROW = COLUMNS * 2 + 16, TAP = ROWS * ROW;
  static constexpr int SUMS = PHASES * NB, PITCH = SUMS + 8;
  static constexpr int MT = M / WM / 16, NT = NB / WN / 8;
  static_assert(MT * WM * 16 == M && NT * WN * 8 == NB && NT % 2 == 0 && CH / 16 % WK == 0, "warps cover the tile");

  // Pixels that a block copies, of rows of w pixels.
  __host__ __device__ static int copied(int w) { return UP ? M + w + 1 : M + 2 * w + 2; }
  __host__ __device__ static int stage_bytes(int w) { return 9 * TAP + copied(w) * PIXEL; }
  static int bytes(int w, int stages) {
    const int staged = stages * stage_bytes(w), summed = WK * M * PITCH * 4;
    return PIXEL + (staged > summed ? staged : summed);
  }
};

// x [n, h, w, ins]; weights [outs, 9, ins], of enlarging layers [ins, 9, outs].
template <typename T>
struct SplitInput {
  int n, h, w, ins, outs, chunks, stages;  // chunks of CH channels for each block
  const T *x, *weights;
};

// Where a lane's pixel stands in the copy, and which of its neighbours lie in its picture.
struct Shifted {
  uint32_t at;
  int inside;  // a bit for each shift
};

template <typename S, typename T>
struct SplitProduct {
  const SplitInput<T> &in;
  const int first, rank, tile;  // output channel, block of the cluster, tile of pixels
  const uint32_t shared;
  const T *x;
  int low;  // the first pixel of the copy

  __device__ SplitProduct(const SplitInput<T> &in, int rank, int slice, int tile, uint32_t shared)
      : in(in), first(slice * S::NB), rank(rank), tile(tile), shared(shared), x(in.x) {
    low = S::UP ? place(tile * S::M) - in.w - 1 : tile * S::M - in.w - 1;
  }

  // The input pixel at (a, b) of an enlarging layer's place p, which lies outside where a is h or b is w.
  __device__ int place(int p) const {
    const int row = p / (in.w + 1), sample = row / (in.h + 1);
    return (row - sample) * in.w + p - row * (in.w + 1);
  }

  __device__ uint32_t stage(int chunk) const { return shared + S::PIXEL + chunk % in.stages * S::stage_bytes(in.w); }
  __device__ int channel(int chunk) const { return (rank * in.chunks + chunk) * S::CH; }

  __device__ void load_weights(int chunk) const {
    constexpr int PIECES = S::COLUMNS / VEC;
    const uint32_t to = stage(chunk);
    const int c = channel(chunk);
    for (int i = threadIdx.x; i < 9 * S::ROWS * PIECES; i += S::THREADS) {
      const int piece = i % PIECES, r = i / PIECES % S::ROWS, tap = i / PIECES / S::ROWS;
      const int64_t row =
          S::UP ? (int64_t{c + r} * 9 + tap) * in.outs + first : (int64_t{first + r} * 9 + tap) * in.ins + c;
      copy16_async(to + tap * S::TAP + r * S::ROW + piece * 16, in.weights + row + piece * VEC, true);
    }
  }

  __device__ void load_pixels(int chunk) const {
    constexpr int PIECES = S::CH / VEC;
    const uint32_t to = stage(chunk) + 9 * S::TAP;
    const int c = channel(chunk), all = in.n * in.h * in.w;
    for (int i = threadIdx.x; i < S::copied(in.w) * PIECES; i += S::THREADS) {
      const int piece = i % PIECES, r = i / PIECES, pixel = low + r;
      const bool inside = pixel >= 0 && pixel < all;
      const T *from = x + (inside ? int64_t{pixel} * in.ins + c + piece * VEC : 0);
      copy16_async(to + r * S::PIXEL + piece * 16, from, inside);
    }
  }

  __device__ Shifted shifted(int m) const {
    const int p = tile * S::M + m, w = S::UP ? in.w + 1 : in.w, h = S::UP ? in.h + 1 : in.h;
    const int row = p / w, b = p - row * w, sample = row / h, a = row - sample * h;
    Shifted s = {static_cast<uint32_t>(((S::UP ? place(p) : p) - low) * S::PIXEL), 0};
    if (sample >= in.n) return {0, 0};
#pragma unroll
    for (int k = 0; k < S::SHIFTS; k++) {
      const int y = S::UP ? a - k / 2 : a + k / 3 - 1, xx = S::UP ? b - k % 2 : b + k % 3 - 1;
      if (y >= 0 && y < in.h && xx >= 0 && xx < in.w) s.inside |= 1 << k;
    }
    return s;
  }

  __device__ int offset(int shift) const {
    return S::PIXEL * (S::UP ? -(shift / 2 * in.w + shift % 2) : (shift / 3 - 1) * in.w + shift % 3 - 1);
  }

  // Adds the products of a tap with 16 channels of the shifted pixels.
  __device__ void multiply_tap(const uint32_t (&a)[S::MT][4], uint32_t taps, int tap, int k,
                               float (&acc)[S::PHASES][S::MT][S::NT][4]) const {
    const int phase = S::UP ? tap / 3 % 2 * 2 + tap % 3 % 2 : 0;
#pragma unroll
    for (int j = 0; j < S::NT / 2; j++) {
      uint32_t b[4];
      if constexpr (S::UP) {
        load_matrices_turned(taps + tap * S::TAP + k * 16 * S::ROW + j * 32, b);
      } else {
        load_matrices(taps + tap * S::TAP + j * 16 * S::ROW + k * 32, b);
      }
#pragma unroll
      for (int m = 0; m < S::MT; m++) {
        multiply<T>(acc[phase][m][2 * j], a[m], b[0], b[1]);
        multiply<T>(acc[phase][m][2 * j + 1], a[m], b[2], b[3]);
      }
    }
  }

  // This block's part of the sums, of its warp's pixels and channels.
  __device__ void run(float (&acc)[S::PHASES][S::MT][S::NT][4]) {
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const int wm = warp % S::WM, wn = warp / S::WM % S::WN, wk = warp / S::WM / S::WN;
    for (int i = 0; i < in.stages; i++) {
      load_weights(i);
      commit_copies();
    }
    if (threadIdx.x < S::PIXEL / 4) {
      asm volatile("st.shared.u32 [%0], %1;" ::"r"(shared + threadIdx.x * 4), "r"(0) : "memory");
    }
    Shifted pixel[S::MT];
#pragma unroll
    for (int m = 0; m < S::MT; m++) pixel[m] = shifted((wm * S::MT + m) * 16 + lane % 16);
    await_previous(x);
    for (int i = 0; i < in.stages; i++) {
      load_pixels(i);
      commit_copies();
    }
    if (in.stages == 1) commit_copies();
    const uint32_t across = lane / 16 * 16;
    const uint32_t b_at = S::UP ? (lane / 8 % 2 * 8 + lane % 8) * S::ROW + wn * S::NT * 16 + lane / 16 * 16
                                : (wn * S::NT * 8 + lane / 16 * 8 + lane % 8) * S::ROW + lane / 8 % 2 * 16;
    for (int chunk = 0; chunk < in.chunks; chunk++) {
      wait_copies<1>();
      __syncthreads();
      const uint32_t taps = stage(chunk) + b_at, pixels = stage(chunk) + 9 * S::TAP;
#pragma unroll
      for (int shift = 0; shift < S::SHIFTS; shift++) {
        uint32_t at[S::MT];
#pragma unroll
        for (int m = 0; m < S::MT; m++)
          at[m] = across + (pixel[m].inside >> shift & 1 ? pixels + pixel[m].at + offset(shift) : shared);
#pragma unroll
        for (int i = 0; i < S::CH / 16 / S::WK; i++) {
          const int k = i * S::WK + wk;
          uint32_t a[S::MT][4];
#pragma unroll
          for (int m = 0; m < S::MT; m++) load_matrices(at[m] + k * 32, a[m]);
          if constexpr (S::UP) {
#pragma unroll
            for (int tap = 0; tap < 9; tap++)
              if (tap / 6 * 2 + tap % 3 / 2 == shift) multiply_tap(a, taps, tap, k, acc);
          } else {
            multiply_tap(a, taps, shift, k, acc);
          }
        }
      }
      __syncthreads();
      if (chunk + in.stages < in.chunks) {
        load_weights(chunk + in.stages);
        load_pixels(chunk + in.stages);
      }
      commit_copies();
    }
    wait_copies<0>();
    store(acc, wm, wn, wk);
    meet_cluster();
  }

  // Sums to shared memory: [wk][pixel][phase, channel], where the copies were.
  __device__ void store(const float (&acc)[S::PHASES][S::MT][S::NT][4], int wm, int wn, int wk) const {
    const int lane = threadIdx.x % 32;
#pragma unroll
    for (int phase = 0; phase < S::PHASES; phase++) {
#pragma unroll
      for (int m = 0; m < S::MT; m++) {
#pragma unroll
        for (int j = 0; j < S::NT; j++) {
#pragma unroll
          for (int half = 0; half < 2; half++) {
            const int row = wk * S::M + (wm * S::MT + m) * 16 + half * 8 + lane / 4;
            const int column = phase * S::NB + (wn * S::NT + j) * 8 + lane % 4 * 2;
            asm volatile("st.shared.v2.f32 [%0], {%1, %2};" ::"r"(shared + S::PIXEL + (row * S::PITCH + column) * 4),
                         "f"(acc[phase][m][j][2 * half]), "f"(acc[phase][m][j][2 * half + 1])
                         : "memory");
          }
        }
      }
    }
  }

  // Sums of the whole cluster at a pixel of the tile, of eight neighbouring columns.
  __device__ void read(int m, int column, int blocks, float (&v)[VEC]) const {
#pragma unroll
    for (int j = 0; j < VEC; j++) v[j] = 0;
#pragma unroll 4
    for (int r = 0; r < blocks; r++) {
#pragma unroll
      for (int k = 0; k < S::WK; k++) {
        const uint32_t at = shared + S::PIXEL + ((k * S::M + m) * S::PITCH + column) * 4;
        const float4 a = read_shared_of(r, at), b = read_shared_of(r, at + 16);
        v[0] += a.x, v[1] += a.y, v[2] += a.z, v[3] += a.w, v[4] += b.x, v[5] += b.y, v[6] += b.z, v[7] += b.w;
      }
    }
  }
};

}  // namespace smb
