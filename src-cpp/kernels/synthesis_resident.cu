// Layers of a planned synthesis in one kernel each, on Hopper's tensor cores, where the weights of all taps fit into
// shared memory: 64 channels at the same size, and 64 to 32 enlarging (the 3x3 transposed convolution and the filter
// folded into four 3x3 convolutions, one for each output phase, 2.25 times the products that need be but no second pass).
//
// A block keeps all weights (74 or 147 KB) and walks over tiles of 16x8 pixels. A producer warp copies each tile with its
// border of one pixel as one box (23 KB; zeros outside are the padding); the nine taps are nine shifted descriptors of
// the same box, so that activations cross the L2 cache 1.4 times instead of 9. Two warpgroups take turns: while one
// multiplies, the other ends its tile, which costs 500 to 1500 instructions a thread against 1700 to 3100 cycles of
// products.
#include <cuda_runtime.h>

#include "device/tensor_layer.cuh"
#include "runtime.h"
#include "semblance_kernels.h"
#include "tensor_maps.h"

namespace smb {

template <int DEPTHS, int N>
struct Resident {
  static constexpr int THREADS = 3 * GROUP;
  static constexpr int BOX_ROWS = HALO_W * (GROUP_H + 2), BOX_BYTES = BOX_ROWS * SWIZZLED_ROW;
  static constexpr int STAGE_BYTES = (BOX_BYTES + 1023) / 1024 * 1024;
  static constexpr int TAP_BYTES = N * SWIZZLED_ROW, WEIGHT_BYTES = DEPTHS * 9 * TAP_BYTES;
  static constexpr int STAGES = WEIGHT_BYTES > 100000 ? 3 : 4;
  static constexpr int TABLE_FLOATS = TABLES * N;
  static constexpr int TABLE_AT = WEIGHT_BYTES + STAGES * STAGE_BYTES;
  static constexpr int BARRIERS_AT = TABLE_AT + 2 * TABLE_FLOATS * 4;
  static constexpr int BYTES = BARRIERS_AT + 2 * STAGES * 8 + 1024;  // the start is aligned to 1024
};

// Weights [outs, 9, 64 DEPTHS] into swizzled rows, all taps of the first 64 channels first.
template <typename T, typename S, int DEPTHS, int N>
__device__ inline void load_weights(const T *weights, unsigned char *to) {
  constexpr int PIECES = DEPTH / VEC;
  for (int i = threadIdx.x; i < DEPTHS * 9 * N * PIECES; i += S::THREADS) {
    const int piece = i % PIECES, r = i / PIECES % N, tap = i / PIECES / N % 9, depth = i / PIECES / N / 9;
    const T *from = weights + (channel_of(r) * 9 + tap) * DEPTHS * DEPTH + depth * DEPTH + piece * VEC;
    store16(to + ((depth * 9 + tap) * N + r) * SWIZZLED_ROW + (piece ^ (r & 7)) * 16, load16(from));
  }
}

template <typename T, int N>
__device__ inline void multiply_box(float (&acc)[2][N / 2], uint64_t a, uint64_t b, bool first) {
#pragma unroll
  for (int tap = 0; tap < 9; tap++) {
#pragma unroll
    for (int k = 0; k < DEPTH / 16; k++) {
#pragma unroll
      for (int m = 0; m < 2; m++)
        Products<T, N>::run(acc[m], moved(a, rows_on(tap / 3 * HALO_W + tap % 3 + 8 * m) + elements_on(16 * k)),
                            moved(b, rows_on(tap * N) + elements_on(16 * k)), !(first && tap == 0 && k == 0));
    }
  }
}

// UP: h and w of the layer are the output's, twice the input's, and N is four phases of all channels.
template <typename T, int DEPTHS, int N, bool UP>
__global__ void __launch_bounds__(3 * GROUP, 1)
    resident_kernel(int tiles, int across, int down, const __grid_constant__ CUtensorMap map,
                    const __grid_constant__ Layer l, const __grid_constant__ Picture p, const T *weights, T *out) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  using S = Resident<DEPTHS, N>;
  extern __shared__ unsigned char raw[];
  unsigned char *shared = raw + (1024 - shared_address(raw) % 1024) % 1024;
  const uint32_t weights_at = shared_address(shared), boxes_at = weights_at + S::WEIGHT_BYTES;
  const uint32_t full = weights_at + S::BARRIERS_AT, empty = full + 8 * S::STAGES;
  if (threadIdx.x == 0) {
    for (int i = 0; i < S::STAGES; i++) {
      init_barrier(full + 8 * i, 1);
      init_barrier(empty + 8 * i, GROUP / 32);
    }
    publish_barriers();
  }
  load_weights<T, S, DEPTHS, N>(weights, shared);
  publish_shared();
  __syncthreads();
  const int group = threadIdx.x / GROUP - 1;
  if (group < 0) {
    give_registers<40>();
    if (threadIdx.x != 0) return;
    int box = 0;
    for (int index = blockIdx.x; index < tiles; index += gridDim.x) {
      const Tile t = tile_at(index, across, down, GROUP_H);
      for (int depth = 0; depth < DEPTHS; depth++, box++) {
        const int stage = box % S::STAGES;
        wait_phase(empty + 8 * stage, box / S::STAGES % 2 ^ 1);
        arrive_expecting(full + 8 * stage, S::BOX_BYTES);
        copy_box(boxes_at + stage * S::STAGE_BYTES, &map, full + 8 * stage, depth * DEPTH, t.x - 1, t.y - 1, t.n);
      }
    }
  } else {
    take_registers<232>();
    const int thread = threadIdx.x % GROUP, lane = thread % 32;
    float *tables = reinterpret_cast<float *>(shared + S::TABLE_AT) + group * S::TABLE_FLOATS;
    const uint64_t b = descriptor(weights_at, 8);
    int loaded = -1, box = group * DEPTHS;
    if (group == 1) announce(1, 2 * GROUP);
    for (int index = blockIdx.x + group * gridDim.x; index < tiles; index += 2 * gridDim.x, box += DEPTHS) {
      const Tile t = tile_at(index, across, down, GROUP_H);
      if (t.n != loaded) {
        meet(3 + group, GROUP);  // others may still read the last sample's
        load_tables(l, UP ? nullptr : p.weights, t.n, thread, GROUP, tables);
        meet(3 + group, GROUP);
        loaded = t.n;
      }
      const Place at(t, 0);
      float acc[2][N / 2];
      auto multiply = [&] {
        meet(1 + group, 2 * GROUP);
#pragma unroll
        for (int depth = 0; depth < DEPTHS; depth++, box++) {
          const int stage = box % S::STAGES;
          wait_phase(full + 8 * stage, box / S::STAGES % 2);
          begin_products();
          multiply_box<T, N>(acc, descriptor(boxes_at + stage * S::STAGE_BYTES, HALO_W), moved(b, rows_on(depth * 9 * N)),
                             depth == 0);
          commit_products();
          if (depth > 0) {
            wait_products<1>();
            if (lane == 0) arrive(empty + 8 * ((box - 1) % S::STAGES));
          }
        }
        announce(2 - group, 2 * GROUP);
        wait_products<0>();
        if (lane == 0) arrive(empty + 8 * ((box - 1) % S::STAGES));
        settle(acc[0]);
        settle(acc[1]);
      };
      if constexpr (UP) {
        const UpNoise noise(l, at);
        multiply();
        end_phases<T>(l, tables, 0, at, noise, acc, out);
      } else {
        const Noise noise(l, at);
        const Skip skip(l, p, at);
        multiply();
        float rgb[2][2][3] = {};
        end_layer<T, N>(l, tables, 0, at, noise, acc, rgb, out);
        end_picture(l, p, at, skip, rgb);
      }
    }
  }
#else
  __trap();
#endif
}

template <typename T, int DEPTHS, int N, bool UP>
int launch_resident(int dtype, int n, const Layer &l, const Picture &p, const void *x, const void *weights, void *y,
                    cudaStream_t stream) {
  using S = Resident<DEPTHS, N>;
  const auto kernel = resident_kernel<T, DEPTHS, N, UP>;
  const int h = UP ? l.h / 2 : l.h, w = UP ? l.w / 2 : l.w;
  CUtensorMap map;
  int failed = pixel_map(dtype, x, n, h, w, DEPTHS * DEPTH, GROUP_H + 2, HALO_W, &map);
  if (failed) return failed;
  failed = check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, S::BYTES));
  if (failed) return failed;
  const int across = (w + GROUP_W - 1) / GROUP_W, down = (h + GROUP_H - 1) / GROUP_H, tiles = n * across * down;
  kernel<<<tiles < 132 ? tiles : 132, S::THREADS, S::BYTES, stream>>>(
      tiles, across, down, map, l, p, static_cast<const T *>(weights), static_cast<T *>(y));
  return launched();
}

}  // namespace smb

extern "C" {

int smb_resident_layer(void *stream, int dtype, const int *sizes, const float *scalars, const void *x,
                       const void *weights, const float *factor, const float *bias, const float *noise,
                       const float *next, void *y, const float *rgb_weights, const float *rgb_bias,
                       const float *before, float *image, const void *call) {
  if (sizes[3] != 64) return smb::refuse("smb_resident_layer: channels must be 64");
  if (!smb::has_warpgroups()) return smb::refuse("smb_resident_layer: needs a device of capability 9.0");
  const smb::Layer l = smb::layer_of(sizes, scalars, factor, bias, noise, next);
  const smb::Picture p = {scalars[2], smb::taps_of(scalars + 3),           rgb_weights, rgb_bias, before,
                          image,      static_cast<const smb::Call *>(call)};
  const cudaStream_t s = smb::on(stream);
  if (dtype == 0) return smb::launch_resident<__half, 1, 64, false>(dtype, sizes[0], l, p, x, weights, y, s);
  if (dtype == 1) return smb::launch_resident<__nv_bfloat16, 1, 64, false>(dtype, sizes[0], l, p, x, weights, y, s);
  return smb::refuse("smb_resident_layer: dtype must be 0 or 1");
}

int smb_resident_up_layer(void *stream, int dtype, const int *sizes, const float *scalars, int ins, const void *x,
                          const void *folded, const float *factor, const float *bias, const float *noise,
                          const float *next, void *y) {
  if (sizes[3] != 32 || ins != 64) return smb::refuse("smb_resident_up_layer: channels must be 64 to 32");
  if (sizes[1] % 2 != 0 || sizes[2] % 2 != 0) return smb::refuse("smb_resident_up_layer: rows and columns must be even");
  if (!smb::has_warpgroups()) return smb::refuse("smb_resident_up_layer: needs a device of capability 9.0");
  const smb::Layer l = smb::layer_of(sizes, scalars, factor, bias, noise, next);
  const smb::Picture p = {};
  const cudaStream_t s = smb::on(stream);
  if (dtype == 0) return smb::launch_resident<__half, 1, 128, true>(dtype, sizes[0], l, p, x, folded, y, s);
  if (dtype == 1) return smb::launch_resident<__nv_bfloat16, 1, 128, true>(dtype, sizes[0], l, p, x, folded, y, s);
  return smb::refuse("smb_resident_up_layer: dtype must be 0 or 1");
}
}
