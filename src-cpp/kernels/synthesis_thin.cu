// A whole same-size layer of few channels (32 or 64) of a planned synthesis in one kernel: the 3x3 convolution as an
// implicit product on tensor cores, then everything that smb_layer_rgb does, on the float32 sums.
//
// A block walks over tiles of 8 ROWS x 16 pixels, one warp per ROWS rows, with the weights of all taps resident in shared
// memory. A tile is loaded once with its border of one pixel, and each tap reads it shifted; the next tile arrives
// meanwhile. Rows of shared memory are one pixel (or output channel) each, their 16-byte pieces permuted so that eight
// neighbours never meet in a bank. Output channels are permuted too: a lane ends with C / 4 neighbouring ones, whole
// sectors to store. Chosen over cuDNN because that writes the sums and reads them again: at these widths bytes bound.
#include <cuda_runtime.h>

#include "device/layer.cuh"
#include "device/mma.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

constexpr int TILE_W = 16, PITCH = TILE_W + 2, TABLES = 6;

// Byte offset of a 16-byte piece in rows of C elements.
template <int C>
__device__ inline int piece_at(int row, int piece) {
  return C == 64 ? row * 128 + ((piece ^ (row & 7)) << 4)
                 : (row >> 1) * 128 + ((row & 1) << 6) + ((piece ^ ((row >> 1) & 3)) << 4);
}

template <int C, int ROWS>
struct Thin {
  static constexpr int TILE_H = 8 * ROWS, HALO = (TILE_H + 2) * PITCH, PIECES = C / VEC;
  static constexpr int WEIGHT_BYTES = 9 * C * C * 2, HALO_BYTES = (HALO * C * 2 + 127) / 128 * 128;
  static constexpr int BYTES = WEIGHT_BYTES + 2 * HALO_BYTES + TABLES * C * 4;
};

template <typename T, int C, int ROWS>
__device__ inline void load_tile(const Layer &l, const T *x, int n, int y0, int x0, uint32_t to) {
  using S = Thin<C, ROWS>;
  for (int i = threadIdx.x; i < S::HALO * S::PIECES; i += BLOCK) {
    const int piece = i % S::PIECES, row = i / S::PIECES;
    const int y = y0 - 1 + row / PITCH, xx = x0 - 1 + row % PITCH;
    const bool inside = y >= 0 && y < l.h && xx >= 0 && xx < l.w;
    const T *from = x + (inside ? ((static_cast<int64_t>(n) * l.h + y) * l.w + xx) * C + piece * VEC : 0);
    copy16_async(to + piece_at<C>(row, piece), from, inside);
  }
}

template <typename T, int C, int ROWS>
__global__ void __launch_bounds__(BLOCK, C == 32 ? 2 : 1)
    thin_layer_kernel(int tiles, const __grid_constant__ Layer l, const __grid_constant__ Picture p, const T *x,
                      const T *weights, T *out) {
  using S = Thin<C, ROWS>;
  extern __shared__ __align__(128) unsigned char shared[];
  float *tables = reinterpret_cast<float *>(shared + S::WEIGHT_BYTES + 2 * S::HALO_BYTES);
  const uint32_t w_at = shared_address(shared), halo_at = w_at + S::WEIGHT_BYTES;
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, quad = lane % 4;
  // Row r of a tap holds the output channel that makes each lane's columns neighbours.
  for (int i = threadIdx.x; i < 9 * C * S::PIECES; i += BLOCK) {
    const int piece = i % S::PIECES, r = i / S::PIECES % C, tap = i / S::PIECES / C;
    const int o = r % 8 / 2 * (C / 4) + r / 8 * 2 + r % 2;
    copy16_async(w_at + tap * C * C * 2 + piece_at<C>(r, piece), weights + (o * 9 + tap) * C + piece * VEC, true);
  }
  const int across = l.w / TILE_W, per_image = across * (l.h / S::TILE_H);
  int tile = blockIdx.x, loaded = -1, side = 0;
  if (tile < tiles)
    load_tile<T, C, ROWS>(l, x, tile / per_image, tile % per_image / across * S::TILE_H, tile % across * TILE_W,
                          halo_at);
  commit_copies();
  for (; tile < tiles; tile += gridDim.x, side ^= 1) {
    const int n = tile / per_image, y0 = tile % per_image / across * S::TILE_H, x0 = tile % across * TILE_W;
    const int next = tile + gridDim.x;
    if (next < tiles)
      load_tile<T, C, ROWS>(l, x, next / per_image, next % per_image / across * S::TILE_H, next % across * TILE_W,
                            halo_at + (side ^ 1) * S::HALO_BYTES);
    commit_copies();
    if (n != loaded) {
      for (int i = threadIdx.x; i < TABLES * C; i += BLOCK) {
        const int c = i % C, k = i / C;
        const int64_t at = static_cast<int64_t>(n) * l.factor_stride;
        tables[i] = k == 0   ? l.factor[at + c]
                    : k == 1 ? l.bias[c]
                    : k == 2 ? (l.next ? l.next[static_cast<int64_t>(n) * l.style_stride + c] : 1)
                             : p.weights[at + (k - 3) * C + c];
      }
      loaded = n;
    }
    wait_copies<1>();
    __syncthreads();
    const uint32_t halo = halo_at + side * S::HALO_BYTES;
    float acc[ROWS][C / 8][4] = {};
#pragma unroll 1
    for (int tap = 0; tap < 9; tap++) {
      const int base = (warp * ROWS + tap / 3) * PITCH + tap % 3 + lane % 16;
      const uint32_t w_tap = w_at + tap * C * C * 2;
#pragma unroll
      for (int k = 0; k < C / 16; k++) {
        uint32_t a[ROWS][4];
#pragma unroll
        for (int m = 0; m < ROWS; m++) load_matrices(halo + piece_at<C>(base + m * PITCH, 2 * k + lane / 16), a[m]);
#pragma unroll
        for (int j = 0; j < C / 16; j++) {
          uint32_t b[4];
          load_matrices(w_tap + piece_at<C>(j * 16 + lane / 16 * 8 + lane % 8, 2 * k + lane / 8 % 2), b);
#pragma unroll
          for (int m = 0; m < ROWS; m++) {
            multiply<T>(acc[m][2 * j], a[m], b[0], b[1]);
            multiply<T>(acc[m][2 * j + 1], a[m], b[2], b[3]);
          }
        }
      }
    }
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
          const int pixel = (y0 + warp * ROWS + m) * l.w + x0 + lane / 4 + 8 * half;
          const float noise = l.noise ? __ldg(l.noise + n * l.noise_stride + pixel) : 0;
          float v[VEC];
#pragma unroll
          for (int j = 0; j < VEC; j++) {
            const float sum = acc[m][chunk * 4 + j / 2][2 * half + j % 2];
            v[j] = l.act.of(sum * k[0][j] + (noise + k[1][j]));
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
        const int pixel = (y0 + warp * ROWS + m) * l.w + x0 + lane / 4 + 8 * half;
        const float *v = rgb[m][half];
        if (quad < 3) put(p, l, n, pixel, quad, quad == 0 ? v[0] : quad == 1 ? v[1] : v[2]);
      }
    }
    __syncthreads();
  }
}

template <typename T, int C, int ROWS>
int launch_thin(int n, const Layer &l, const Picture &p, const void *x, const void *weights, void *y,
                cudaStream_t stream) {
  using S = Thin<C, ROWS>;
  const auto kernel = thin_layer_kernel<T, C, ROWS>;
  const int failed = check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, S::BYTES));
  if (failed) return failed;
  const int tiles = n * (l.h / S::TILE_H) * (l.w / TILE_W), most = 132 * (C == 32 ? 2 : 1);
  kernel<<<tiles < most ? tiles : most, BLOCK, S::BYTES, stream>>>(tiles, l, p, static_cast<const T *>(x),
                                                                   static_cast<const T *>(weights),
                                                                   static_cast<T *>(y));
  return launched();
}

}  // namespace smb

extern "C" int smb_thin_layer(void *stream, int dtype, const int *sizes, const float *scalars, const void *x,
                              const void *weights, const float *factor, const float *bias, const float *noise,
                              const float *next, void *y, const float *rgb_weights, const float *rgb_bias,
                              const float *before, float *image, const void *call) {
  const bool wide = sizes[3] == 64;
  if ((sizes[3] != 32 && !wide) || sizes[1] % 32 != 0 || sizes[2] % smb::TILE_W != 0)
    return smb::refuse("smb_thin_layer: channels must be 32 or 64, rows a multiple of 32, columns of 16");
  const smb::Layer l = smb::layer_of(sizes, scalars, factor, bias, noise, next);
  const smb::Picture p = {scalars[2], smb::taps_of(scalars + 3),           rgb_weights, rgb_bias, before,
                          image,      static_cast<const smb::Call *>(call)};
  const cudaStream_t s = smb::on(stream);
  if (dtype == 0)
    return wide ? smb::launch_thin<__half, 64, 4>(sizes[0], l, p, x, weights, y, s)
                : smb::launch_thin<__half, 32, 2>(sizes[0], l, p, x, weights, y, s);
  if (dtype == 1)
    return wide ? smb::launch_thin<__nv_bfloat16, 64, 4>(sizes[0], l, p, x, weights, y, s)
                : smb::launch_thin<__nv_bfloat16, 32, 2>(sizes[0], l, p, x, weights, y, s);
  return smb::refuse("smb_thin_layer: dtype must be 0 or 1");
}
