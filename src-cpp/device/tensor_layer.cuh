// What the kernels on Hopper's tensor cores share: tiles of pixels with their borders, the order of output channels,
// and the end of a layer on a warpgroup's sums.
//
// A warpgroup has 16 columns by 8 rows of pixels as two products of 64 rows, each 8 by 8 pixels: lane l of warp w has
// the pixels (2 w + half, l / 4 + 8 m). Output channels are permuted in every 32 (weight_map), so that a lane has 8
// neighbours and the four lanes of a pixel write 64 bytes at a time. Two warps share a scheduler, so that every
// instruction of the end counts: addresses are made once for a tile, divisions are products, and what follows the
// activation is done on pairs.
#pragma once

#include "device/layer.cuh"
#include "device/mma.cuh"
#include "device/tma.cuh"
#include "device/wgmma.cuh"

namespace smb {

constexpr int GROUP = 128, GROUP_W = 16, GROUP_H = 8, HALO_W = GROUP_W + 2;
constexpr int TABLES = 6;  // factor, bias; in 16 bits: next, weights of the picture in two terms each, zeros

// The number of this thread's warpgroup, known to the compiler to be the same for the whole warp.
__device__ inline int group_of_thread() { return __shfl_sync(~0u, static_cast<int>(threadIdx.x) / GROUP, 0); }

// Quotients by a constant as products: exact while the dividend times the divisor is less than 2^32.
struct Divisor {
  uint32_t by, inverse;

  Divisor(int by) : by(by), inverse(static_cast<uint32_t>(((uint64_t{1} << 32) + by - 1) / by)) {}
  __device__ int of(int x) const { return by == 1 ? x : __umulhi(x, inverse); }
};

// The tiles of a layer's input: `count` of them, rows x columns pixels each.
struct Tiles {
  int count, rows, columns;
  Divisor across, down;

  Tiles(int n, int h, int w, int rows, int columns)
      : rows(rows), columns(columns), across((w + columns - 1) / columns), down((h + rows - 1) / rows) {
    count = n * across.by * down.by;
  }
  bool fits() const { return uint64_t(count) * (across.by > down.by ? across.by : down.by) < uint64_t{1} << 32; }
};

struct Tile {
  int n, y, x;

  __device__ Tile(const Tiles &of, int index) {
    const int row = of.across.of(index);
    n = of.down.of(row);
    y = (row - n * static_cast<int>(of.down.by)) * of.rows;
    x = (index - row * static_cast<int>(of.across.by)) * of.columns;
  }
};

// Pixels of a lane: rows top (even) and top + 1, columns left and left + 8.
struct Place {
  int n, top, left;

  __device__ Place(const Tile &t, int row) : n(t.n) {
    const int thread = threadIdx.x % GROUP;
    top = t.y + row + thread / 32 * 2;
    left = t.x + thread % 32 / 4;
  }
  __device__ int y(int half) const { return top + half; }
  __device__ int x(int m) const { return left + 8 * m; }
  __device__ int64_t first(int h, int w) const { return (static_cast<int64_t>(n) * h + top) * w + left; }
  __device__ bool inside(const Layer &l, int m, int half) const { return y(half) < l.h && x(m) < l.w; }
};

// Which place of a ring comes next, and the parity of its turn.
template <int PLACES>
struct Ring {
  int place = 0, parity = 0;

  __device__ void next() {
    if (++place < PLACES) return;
    place = 0;
    parity ^= 1;
  }
};

// Tables of all channels of sample n; by `threads` threads.
template <typename T>
__device__ inline void load_tables(const Layer &l, const float *rgb, int n, int thread, int threads, float *tables) {
  T *halves = reinterpret_cast<T *>(tables + 2 * l.c);
  const int64_t at = static_cast<int64_t>(n) * l.factor_stride, style_at = static_cast<int64_t>(n) * l.style_stride;
  for (int c = thread; c < l.c; c += threads) {
    tables[c] = l.factor[at + c];
    tables[l.c + c] = l.bias[c];
    halves[c] = static_cast<T>(l.next ? l.next[style_at + c] : 1.0f);
#pragma unroll
    for (int q = 0; q < 3; q++) {
      const float weight = rgb[at + q * l.c + c];
      const T rounded = static_cast<T>(weight);
      halves[(1 + 2 * q) * l.c + c] = rounded;
      halves[(2 + 2 * q) * l.c + c] = static_cast<T>(weight - static_cast<float>(rounded));
    }
    halves[7 * l.c + c] = static_cast<T>(0.0f);
  }
}

__device__ inline void read8(const float *table, float (&v)[VEC]) {
  const float4 a = *reinterpret_cast<const float4 *>(table), b = *reinterpret_cast<const float4 *>(table + 4);
  v[0] = a.x, v[1] = a.y, v[2] = a.z, v[3] = a.w, v[4] = b.x, v[5] = b.y, v[6] = b.z, v[7] = b.w;
}

// The noise of a lane's pixels of a layer of the same size.
struct Noise {
  float of[2][2] = {};

  __device__ Noise(const Layer &l, const Place &at) {
    if (!l.noise) return;
    const float *from = l.noise + at.n * l.noise_stride + at.top * l.w + at.left;
#pragma unroll
    for (int m = 0; m < 2; m++) {
#pragma unroll
      for (int half = 0; half < 2; half++)
        if (at.inside(l, m, half)) of[m][half] = __ldg(from + half * l.w + 8 * m);
    }
  }
};

// The picture before, enlarged, at a lane's pixels; lane k of the four of a pixel has channel k. Two rows of pixels
// need three of it. Taps outside have weight 0 and not branches, so that all reads are under way at once.
struct Skip {
  float of[2][2] = {};

  __device__ Skip(const Layer &l, const Picture &p, const Place &at) {
    if (!p.before) return;
    const int h = l.h / 2, w = l.w / 2, y = at.top / 2 - 1, odd = at.left & 1, x = at.left / 2 - 1 + odd;
    const int quad = min(static_cast<int>(threadIdx.x) % 4, 2);
    const float *plane = p.before + (static_cast<int64_t>(at.n) * 3 + quad) * h * w;
    const float near = odd ? p.taps.h[1] : p.taps.h[0], far = odd ? p.taps.h[3] : p.taps.h[2];
    float rows[3][2];
#pragma unroll
    for (int r = 0; r < 3; r++) {
      const float *row = plane + min(max(y + r, 0), h - 1) * w;
#pragma unroll
      for (int m = 0; m < 2; m++) {
        const int a = x + 4 * m;
        const float left = __ldg(row + min(max(a, 0), w - 1)), right = __ldg(row + min(a + 1, w - 1));
        rows[r][m] = (a >= 0 && a < w ? near : 0) * left + (a + 1 < w ? far : 0) * right;
      }
    }
    const float above = y >= 0 ? p.taps.h[0] : 0, below = y + 2 < h ? p.taps.h[3] : 0;
#pragma unroll
    for (int m = 0; m < 2; m++) {
      of[m][0] = above * rows[0][m] + p.taps.h[2] * rows[1][m];
      of[m][1] = p.taps.h[1] * rows[1][m] + below * rows[2][m];
    }
  }
};

// Sums of the picture at a lane's pixels, for each m as the products of mma.sync give them: lane k of the four of a
// pixel has both terms of channel k, the last nothing.
using PictureSums = float[2][4];

// Ends N channels from `first`: writes them and adds their part of the picture. What follows the activation is done on
// pairs in 16 bits, and the picture's sums are products of those with its weights: a lane's eight neighbours are what
// it holds of both operands.
template <typename T, int N>
__device__ inline void end_layer(const Layer &l, const float *tables, int first, const Place &at, const Noise &noise,
                                 const float (&acc)[2][N / 2], PictureSums &rgb, T *out) {
  using P = typename Pair<T>::type;
  const int lane = threadIdx.x % 32, quad = lane % 4 * VEC;
  const T *halves = reinterpret_cast<const T *>(tables + 2 * l.c) + first + quad;
  const T *weights = halves + (1 + min(lane / 4, 6)) * l.c;
  const P top = both<P>(l.act.clamp), bottom = both<P>(-l.act.clamp);
  T *to = out + at.first(l.h, l.w) * l.c + first + quad;
#pragma unroll
  for (int chunk = 0; chunk < N / 32; chunk++) {
    float factor[VEC], bias[VEC];
    read8(tables + first + chunk * 32 + quad, factor);
    read8(tables + l.c + first + chunk * 32 + quad, bias);
    const uint4 next = *reinterpret_cast<const uint4 *>(halves + chunk * 32);
    const uint4 w = *reinterpret_cast<const uint4 *>(weights + chunk * 32);
#pragma unroll
    for (int m = 0; m < 2; m++) {
      P y[2][VEC / 2];
#pragma unroll
      for (int half = 0; half < 2; half++) {
#pragma unroll
        for (int i = 0; i < VEC / 2; i++) {
          float v[2];
#pragma unroll
          for (int j = 0; j < 2; j++) {
            const float sum = acc[m][(4 * chunk + i) * 4 + 2 * half + j];
            v[j] = l.act.bent(sum * factor[2 * i + j] + (noise.of[m][half] + bias[2 * i + j]));
          }
          y[half][i] = bounded<T>(v[0], v[1], bottom, top);
        }
      }
#pragma unroll
      for (int i = 0; i < VEC / 2; i += 2) {
        const uint32_t a[4] = {bits(y[0][i]), bits(y[1][i]), bits(y[0][i + 1]), bits(y[1][i + 1])};
        multiply<T>(rgb[m], a, i == 0 ? w.x : w.z, i == 0 ? w.y : w.w);
      }
#pragma unroll
      for (int half = 0; half < 2; half++) {
        if (!out || !at.inside(l, m, half)) continue;
        const uint4 made = make_uint4(scaled(y[half][0], next.x), scaled(y[half][1], next.y),
                                      scaled(y[half][2], next.z), scaled(y[half][3], next.w));
        store16(to + (half * l.w + 8 * m) * l.c + chunk * 32, made);
      }
    }
  }
}

// Writes the picture's sums.
__device__ inline void end_picture(const Layer &l, const Picture &p, const Place &at, const Skip &skip,
                                   const PictureSums &rgb) {
  const int quad = threadIdx.x % 4;
  float *image = p.image ? p.image : p.call->pixels ? nullptr : p.call->image;
  const float bias = quad < 3 ? __ldg(p.bias + quad) : 0;
  float *to = image + at.first(l.h, l.w) + (2 * at.n + quad) * static_cast<int64_t>(l.h) * l.w;
#pragma unroll
  for (int m = 0; m < 2; m++) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const float mine = rgb[m][2 * half] + rgb[m][2 * half + 1];
      if (quad == 3 || !at.inside(l, m, half)) continue;
      if (image) {
        to[half * l.w + 8 * m] = clamped(mine + bias, p.clamp) + skip.of[m][half];
      } else {
        put(p, l, at.n, at.y(half) * l.w + at.x(m), quad, mine, skip.of[m][half]);
      }
    }
  }
}

}  // namespace smb
