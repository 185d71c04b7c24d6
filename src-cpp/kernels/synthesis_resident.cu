// Same-size layers of 64 channels of a planned synthesis in one kernel each, on Hopper's tensor cores: the 3x3
// convolution as an implicit product and everything that smb_layer_rgb does, on the float32 sums.
//
// A block keeps the weights of all taps (74 KB) and walks over tiles of 16x8 pixels. A tile arrives with its border of one
// pixel as one box (23 KB; zeros outside are the padding); the nine taps are nine shifted descriptors of the same box, so
// that activations cross the L2 cache 1.4 times instead of 9. Ending a tile costs 64 times about 12 instructions a
// thread, products 2300 cycles, so that the turns of device/turns.cuh hide it.
#include <cuda_runtime.h>

#include "device/turns.cuh"
#include "whole_layer.h"

namespace smb {

template <typename T>
struct SameWork {
  static constexpr int N = 64, DEPTHS = 1, STAGES = 4, TAP_BYTES = N * SWIZZLED_ROW, WEIGHT_BYTES = 9 * TAP_BYTES;
  static constexpr int TABLE_FLOATS = TABLES * N, BORDER = 1;

  Layer l;
  Picture p;
  const T *weights;
  T *out;

  __device__ void load_weights(unsigned char *to) const {
    constexpr int PIECES = DEPTH / VEC;
    for (int i = threadIdx.x; i < 9 * N * PIECES; i += 3 * GROUP) {
      const int piece = i % PIECES, r = i / PIECES % N, tap = i / PIECES / N;
      store16(to + (tap * N + r) * SWIZZLED_ROW + (piece ^ (r & 7)) * 16,
              load16(weights + (channel_of(r) * 9 + tap) * DEPTH + piece * VEC));
    }
  }

  __device__ void load_tables(int n, float *tables) const {
    smb::load_tables(l, p.weights, n, threadIdx.x % GROUP, GROUP, tables);
  }

  __device__ static void multiply(float (&acc)[2][N / 2], uint64_t box, uint64_t taps, bool first) {
#pragma unroll
    for (int tap = 0; tap < 9; tap++) {
#pragma unroll
      for (int k = 0; k < DEPTH / 16; k++) {
#pragma unroll
        for (int m = 0; m < 2; m++)
          Products<T, N>::run(acc[m], moved(box, rows_on(tap / 3 * HALO_W + tap % 3 + 8 * m) + elements_on(16 * k)),
                              moved(taps, rows_on(tap * N) + elements_on(16 * k)), !(first && tap == 0 && k == 0));
      }
    }
  }

  struct End {
    Place at;
    Noise noise;
    Skip skip;

    __device__ End(const SameWork &work, const Tile &t) : at(t, 0), noise(work.l, at), skip(work.l, work.p, at) {}

    __device__ void finish(const SameWork &work, const float *tables, const float (&acc)[2][N / 2]) const {
      float rgb[2][2][3] = {};
      end_layer<T, N>(work.l, tables, 0, at, noise, acc, rgb, work.out);
      end_picture(work.l, work.p, at, skip, rgb);
    }
  };
};

template <typename Work>
__global__ void __launch_bounds__(3 * GROUP, 1)
    resident_kernel(const __grid_constant__ Tiles tiles, const __grid_constant__ CUtensorMap map,
                    const __grid_constant__ Work work) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  take_turns(tiles, blockIdx.x, gridDim.x, &map, work);
#else
  __trap();
#endif
}

template <typename T>
int launch_resident(const WholeLayer &k) {
  const SameWork<T> work = {k.l, k.p, static_cast<const T *>(k.weights), static_cast<T *>(k.y)};
  return launch_turns(resident_kernel<SameWork<T>>, k.dtype, k.x, k.n, k.l.h, k.l.w, GROUP_W, 1, work, k.stream);
}

int resident_layer(const WholeLayer &k) {
  if (k.l.c != 64) return refuse("smb_whole_layer: layers with resident weights have 64 channels");
  if (!has_warpgroups()) return refuse("smb_whole_layer: resident weights need a device of capability 9.0");
  return k.dtype == 0 ? launch_resident<__half>(k) : launch_resident<__nv_bfloat16>(k);
}

}  // namespace smb
