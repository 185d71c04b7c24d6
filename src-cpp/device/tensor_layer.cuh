// What the kernels on Hopper's tensor cores (synthesis_resident.cu, synthesis_streamed.cu) share: the tile of pixels with
// its border, the order of output channels, and the end of a layer on a warpgroup's sums.
//
// A warpgroup has 16 columns by 8 rows of pixels as two products of 64 rows, each 8 by 8 pixels: lane l of warp w has the
// pixels (2 w + half, l / 4 + 8 m). Output channels are permuted in every 32, so that a lane has 8 neighbours and the
// four lanes of a pixel write 64 bytes at a time.
#pragma once

#include "device/layer.cuh"
#include "device/mma.cuh"
#include "device/tma.cuh"
#include "device/wgmma.cuh"

namespace smb {

constexpr int GROUP = 128, GROUP_W = 16, GROUP_H = 8, HALO_W = GROUP_W + 2;
constexpr int DEPTH = 64;  // channels of a box: one swizzled row
constexpr int TABLES = 6;  // factor, bias, next, three weights of the picture

// The output channel that column r of a product holds.
__device__ inline int channel_of(int r) { return r / 32 * 32 + r % 8 / 2 * 8 + r % 32 / 8 * 2 + r % 2; }

// The tiles of a layer's input: `count` of them, rows x columns pixels each.
struct Tiles {
  int count, across, down, rows, columns;

  Tiles(int n, int h, int w, int rows, int columns)
      : across((w + columns - 1) / columns), down((h + rows - 1) / rows), rows(rows), columns(columns) {
    count = n * across * down;
  }
};

struct Tile {
  int n, y, x;

  __device__ Tile(const Tiles &of, int index)
      : n(index / of.across / of.down), y(index / of.across % of.down * of.rows), x(index % of.across * of.columns) {}
};

// Pixels of a lane: rows top and top + 1, columns left and left + 8.
struct Place {
  int n, top, left;

  __device__ Place(const Tile &t, int row, int before = 0) : n(t.n) {
    const int thread = threadIdx.x % GROUP;
    top = t.y + row + thread / 32 * 2;
    left = t.x - before + thread % 32 / 4;
  }
  __device__ int y(int half) const { return top + half; }
  __device__ int x(int m) const { return left + 8 * m; }
};

// Tables of all channels of sample n; by `threads` threads.
__device__ inline void load_tables(const Layer &l, const float *rgb, int n, int thread, int threads, float *tables) {
  for (int i = thread; i < TABLES * l.c; i += threads) {
    const int c = i % l.c, k = i / l.c;
    const int64_t at = static_cast<int64_t>(n) * l.factor_stride;
    tables[i] = k == 0   ? l.factor[at + c]
                : k == 1 ? l.bias[c]
                : k == 2 ? (l.next ? l.next[static_cast<int64_t>(n) * l.style_stride + c] : 1)
                : rgb    ? rgb[at + (k - 3) * l.c + c]
                         : 0;
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
#pragma unroll
    for (int m = 0; m < 2; m++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        const int y = at.y(half), x = at.x(m);
        if (y < l.h && x < l.w) of[m][half] = __ldg(l.noise + at.n * l.noise_stride + y * l.w + x);
      }
    }
  }
};

// The picture before, enlarged, at a lane's pixels; lane k of the four of a pixel has channel k. Taps outside have weight
// 0 and not branches, so that all reads are under way at once.
struct Skip {
  float of[2][2] = {};

  __device__ Skip(const Layer &l, const Picture &p, const Place &at) {
    if (!p.before) return;
    const int h = l.h / 2, w = l.w / 2, k = min(static_cast<int>(threadIdx.x) % 4, 2);
    const float *plane = p.before + (static_cast<int64_t>(at.n) * 3 + k) * h * w;
#pragma unroll
    for (int m = 0; m < 2; m++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        const int odd_y = at.y(half) & 1, odd_x = at.x(m) & 1;
#pragma unroll
        for (int i = 0; i < 4; i++) {
          const int a = i / 2, b = i % 2;
          const int y = (at.y(half) >> 1) - 1 + odd_y + a, x = (at.x(m) >> 1) - 1 + odd_x + b;
          const bool inside = y >= 0 && y < h && x >= 0 && x < w;
          const float tap = (odd_y ? p.taps.h[2 * a + 1] : p.taps.h[2 * a]) *
                            (odd_x ? p.taps.h[2 * b + 1] : p.taps.h[2 * b]);
          of[m][half] += (inside ? tap : 0) * __ldg(plane + min(max(y, 0), h - 1) * w + min(max(x, 0), w - 1));
        }
      }
    }
  }
};

// Ends N channels from `first`: writes them and adds their part of the picture.
template <typename T, int N>
__device__ inline void end_layer(const Layer &l, const float *tables, int first, const Place &at, const Noise &noise,
                                 const float (&acc)[2][N / 2], float (&rgb)[2][2][3], T *out) {
#pragma unroll
  for (int chunk = 0; chunk < N / 32; chunk++) {
    const int c = first + chunk * 32 + threadIdx.x % 4 * VEC;
    float k[TABLES][VEC];
#pragma unroll
    for (int i = 0; i < TABLES; i++) read8(tables + i * l.c + c, k[i]);
#pragma unroll
    for (int m = 0; m < 2; m++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        float v[VEC];
#pragma unroll
        for (int j = 0; j < VEC; j++) {
          const float sum = acc[m][(4 * chunk + j / 2) * 4 + 2 * half + j % 2];
          v[j] = l.act.of(sum * k[0][j] + (noise.of[m][half] + k[1][j]));
#pragma unroll
          for (int q = 0; q < 3; q++) rgb[m][half][q] += v[j] * k[3 + q][j];
          v[j] *= k[2][j];
        }
        const int y = at.y(half), x = at.x(m);
        if (out && y < l.h && x < l.w)
          store16(out + ((static_cast<int64_t>(at.n) * l.h + y) * l.w + x) * l.c + c, pack8<T>(v));
      }
    }
  }
}

// Adds up the picture's sums of the four lanes of a pixel and writes them.
__device__ inline void end_picture(const Layer &l, const Picture &p, const Place &at, const Skip &skip,
                                   float (&rgb)[2][2][3]) {
  const int quad = threadIdx.x % 4;
#pragma unroll
  for (int m = 0; m < 2; m++) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
#pragma unroll
      for (int q = 0; q < 3; q++) {
        float &v = rgb[m][half][q];
        v += __shfl_xor_sync(~0u, v, 1);
        v += __shfl_xor_sync(~0u, v, 2);
      }
      const float *v = rgb[m][half];
      const float mine = quad == 0 ? v[0] : quad == 1 ? v[1] : v[2];
      const int y = at.y(half), x = at.x(m);
      if (quad < 3 && y < l.h && x < l.w) put(p, l, at.n, y * l.w + x, quad, mine, skip.of[m][half]);
    }
  }
}

}  // namespace smb
