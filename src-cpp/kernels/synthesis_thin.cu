// A whole same-size layer of 32 channels of a planned synthesis in one kernel: the 3x3 convolution as an implicit
// product on tensor cores, then everything that smb_layer_rgb does, on the float32 sums.
//
// A block walks over tiles of WARPS ROWS x 16 pixels, one warp per ROWS rows, with the weights of all taps resident in
// shared memory. A tile is loaded once with its border of one pixel, and each tap reads it shifted, at addresses that
// differ by constants; the next tile arrives while this one's sums are finished. Rows of shared memory are one pixel
// (or output channel) each and 16 bytes longer than they need, so that eight neighbours never meet in a bank. Output
// channels are permuted so that a lane ends with C / 4 neighbouring ones, whole sectors to store. Chosen over cuDNN
// because that writes the sums and reads them again: 5.16 ms against 5.54 for a whole 1024x1024 synthesis, batch 8. At
// 64 channels, where this would need twice the registers, cuDNN and a pass over its sums were faster. Devices of
// capability 9.0 have synthesis_resident.cu, which needs two thirds of the time.
#include <cuda_runtime.h>

#include "device/layer.cuh"
#include "device/mma.cuh"
#include "whole_layer.h"

namespace smb {

constexpr int TILE_W = 16, PITCH = TILE_W + 2, TABLES = 6;

template <int C, int WARPS, int ROWS>
struct Thin {
  static constexpr int THREADS = 32 * WARPS, TILE_H = WARPS * ROWS, HALO = (TILE_H + 2) * PITCH, PIECES = C / VEC;
  static constexpr int ROW_BYTES = 2 * C + 16, TAP_BYTES = C * ROW_BYTES;
  static constexpr int WEIGHT_BYTES = 9 * TAP_BYTES, HALO_BYTES = HALO * ROW_BYTES;
  static constexpr int BYTES = WEIGHT_BYTES + HALO_BYTES + TABLES * C * 4;
};

template <typename T, typename S>
__device__ inline void load_tile(const Layer &l, const T *x, int n, int y0, int x0, uint32_t to) {
  constexpr int C = S::PIECES * VEC;
  for (int i = threadIdx.x; i < S::HALO * S::PIECES; i += S::THREADS) {
    const int piece = i % S::PIECES, row = i / S::PIECES;
    const int y = y0 - 1 + row / PITCH, xx = x0 - 1 + row % PITCH;
    const bool inside = y >= 0 && y < l.h && xx >= 0 && xx < l.w;
    const T *from = x + (inside ? ((static_cast<int64_t>(n) * l.h + y) * l.w + xx) * C + piece * VEC : 0);
    copy16_async(to + row * S::ROW_BYTES + piece * 16, from, inside);
  }
}

template <typename T, int C, int WARPS, int ROWS, int BLOCKS>
__global__ void __launch_bounds__(32 * WARPS, BLOCKS)
    thin_layer_kernel(int tiles, const __grid_constant__ Layer l, const __grid_constant__ Picture p, const T *x,
                      const T *weights, T *out) {
  using S = Thin<C, WARPS, ROWS>;
  extern __shared__ __align__(128) unsigned char shared[];
  float *tables = reinterpret_cast<float *>(shared + S::WEIGHT_BYTES + S::HALO_BYTES);
  const uint32_t w_at = shared_address(shared), halo_at = w_at + S::WEIGHT_BYTES;
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, quad = lane % 4;
  // Row r of a tap holds the output channel that makes each lane's columns neighbours.
  for (int i = threadIdx.x; i < 9 * C * S::PIECES; i += S::THREADS) {
    const int piece = i % S::PIECES, r = i / S::PIECES % C, tap = i / S::PIECES / C;
    const int o = r % 8 / 2 * (C / 4) + r / 8 * 2 + r % 2;
    copy16_async(w_at + tap * S::TAP_BYTES + r * S::ROW_BYTES + piece * 16, weights + (o * 9 + tap) * C + piece * VEC,
                 true);
  }
  const int across = l.w / TILE_W, per_image = across * (l.h / S::TILE_H);
  auto load = [&](int tile) {
    load_tile<T, S>(l, x, tile / per_image, tile % per_image / across * S::TILE_H, tile % across * TILE_W, halo_at);
    commit_copies();
  };
  const uint32_t a_at = halo_at + (warp * ROWS * PITCH + lane % 16) * S::ROW_BYTES + lane / 16 * 16;
  const uint32_t b_at = w_at + (lane / 16 * 8 + lane % 8) * S::ROW_BYTES + lane / 8 % 2 * 16;
  int loaded = -1;
  if (blockIdx.x < tiles) load(blockIdx.x);
  for (int tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
    const int n = tile / per_image, y0 = tile % per_image / across * S::TILE_H, x0 = tile % across * TILE_W;
    if (n != loaded) {
      __syncthreads();  // others may still read the last picture's
      for (int i = threadIdx.x; i < TABLES * C; i += S::THREADS) {
        const int c = i % C, k = i / C;
        const int64_t at = static_cast<int64_t>(n) * l.factor_stride;
        tables[i] = k == 0   ? l.factor[at + c]
                    : k == 1 ? l.bias[c]
                    : k == 2 ? (l.next ? l.next[static_cast<int64_t>(n) * l.style_stride + c] : 1)
                             : p.weights[at + (k - 3) * C + c];
      }
      loaded = n;
    }
    // What the end of the tile needs is on its way before the products.
    float noise[ROWS][2] = {}, skip[ROWS][2] = {};
    const int top = y0 + warp * ROWS, left = x0 + lane / 4;
#pragma unroll
    for (int m = 0; m < ROWS; m++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        if (l.noise) noise[m][half] = __ldg(l.noise + n * l.noise_stride + (top + m) * l.w + left + 8 * half);
        if (quad < 3) skip[m][half] = skip_at(p, l, n, top + m, left + 8 * half, quad);
      }
    }
    wait_copies<0>();
    __syncthreads();
    float acc[ROWS][C / 8][4] = {};
#pragma unroll
    for (int tap = 0; tap < 9; tap++) {
#pragma unroll
      for (int k = 0; k < C / 16; k++) {
        uint32_t a[ROWS][4];
#pragma unroll
        for (int m = 0; m < ROWS; m++)
          load_matrices(a_at + ((tap / 3 + m) * PITCH + tap % 3) * S::ROW_BYTES + k * 32, a[m]);
#pragma unroll
        for (int j = 0; j < C / 16; j++) {
          uint32_t b[4];
          load_matrices(b_at + tap * S::TAP_BYTES + j * 16 * S::ROW_BYTES + k * 32, b);
#pragma unroll
          for (int m = 0; m < ROWS; m++) {
            multiply<T>(acc[m][2 * j], a[m], b[0], b[1]);
            multiply<T>(acc[m][2 * j + 1], a[m], b[2], b[3]);
          }
        }
      }
    }
    __syncthreads();
    if (tile + gridDim.x < tiles) load(tile + gridDim.x);
    float rgb[ROWS][2][3] = {};
    const int64_t image = static_cast<int64_t>(n) * l.h * l.w;
#pragma unroll
    for (int chunk = 0; chunk < C / 32; chunk++) {
      const int c = quad * (C / 4) + chunk * VEC;
      float k[TABLES][VEC];
#pragma unroll
      for (int i = 0; i < TABLES; i++) {
#pragma unroll
        for (int j = 0; j < VEC; j++) k[i][j] = tables[i * C + c + j];
      }
#pragma unroll
      for (int m = 0; m < ROWS; m++) {
#pragma unroll
        for (int half = 0; half < 2; half++) {
          const int pixel = (top + m) * l.w + left + 8 * half;
          float v[VEC];
#pragma unroll
          for (int j = 0; j < VEC; j++) {
            const float sum = acc[m][chunk * 4 + j / 2][2 * half + j % 2];
            v[j] = l.act.of(sum * k[0][j] + (noise[m][half] + k[1][j]));
#pragma unroll
            for (int q = 0; q < 3; q++) rgb[m][half][q] += v[j] * k[3 + q][j];
            v[j] *= k[2][j];
          }
          if (out) store16(out + (image + pixel) * C + c, pack8<T>(v));
        }
      }
    }
#pragma unroll
    for (int m = 0; m < ROWS; m++) {
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
        if (quad < 3) put(p, l, n, (top + m) * l.w + left + 8 * half, quad, mine, skip[m][half]);
      }
    }
  }
}

template <typename T, int C, int WARPS, int ROWS, int BLOCKS>
int launch_thin(int n, const Layer &l, const Picture &p, const void *x, const void *weights, void *y,
                cudaStream_t stream) {
  using S = Thin<C, WARPS, ROWS>;
  const auto kernel = thin_layer_kernel<T, C, WARPS, ROWS, BLOCKS>;
  const int failed = check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, S::BYTES));
  if (failed) return failed;
  const int tiles = n * (l.h / S::TILE_H) * (l.w / TILE_W), most = 132 * BLOCKS;
  kernel<<<tiles < most ? tiles : most, S::THREADS, S::BYTES, stream>>>(
      tiles, l, p, static_cast<const T *>(x), static_cast<const T *>(weights), static_cast<T *>(y));
  return launched();
}

int thin_layer(const WholeLayer &k) {
  if (k.l.c != 32 || k.l.h % 16 != 0 || k.l.w % TILE_W != 0)
    return refuse("smb_whole_layer: thin layers have 32 channels, rows and columns multiples of 16");
  return k.dtype == 0 ? launch_thin<__half, 32, 8, 2, 2>(k.n, k.l, k.p, k.x, k.weights, k.y, k.stream)
                      : launch_thin<__nv_bfloat16, 32, 8, 2, 2>(k.n, k.l, k.p, k.x, k.weights, k.y, k.stream);
}

}  // namespace smb
