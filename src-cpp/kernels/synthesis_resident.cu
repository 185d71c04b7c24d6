// Same-size layers of 32 and 64 channels of a planned synthesis in one kernel each, on Hopper's tensor cores: the 3x3
// convolution as an implicit product and everything that smb_layer_rgb does, on the float32 sums; the picture is made of
// the activations as rounded.
//
// A block keeps the weights of all taps (18 or 74 KB) and walks over tiles of 16x8 pixels. A tile arrives with its border
// of one pixel as one box (12 or 23 KB; zeros outside are the padding); the nine taps are nine shifted descriptors of the
// same box, so that activations cross the L2 cache 1.4 times instead of 9. Products take 900 or 2300 cycles, ending a
// tile about as many instructions of each warp, hence four or three groups in the turns of device/turns.cuh, as many as
// the registers give; without turns all is slower. On an H100, batch 8, 0.34 ms for 64 channels at 512 and 0.63 for 32 at
// 1024 (synthesis_thin.cu 0.94), twice what the products alone would take.
#include <cuda_runtime.h>

#include "device/turns.cuh"
#include "whole_layer.h"

namespace smb {

template <typename T, int C>
struct SameWork {
  static constexpr int N = C, ROW = 2 * C, DEPTHS = 1, WEIGHT_BYTES = 9 * N * ROW;
  static constexpr int GROUPS = C == 32 ? 4 : 3, STAGES = C == 32 ? 8 : 5, TABLE_FLOATS = TABLES * N, BORDER = 1;

  Layer l;
  Picture p;
  const T *weights;  // [c, 9, c]
  T *out;

  __device__ void load_weights(unsigned char *to) const {
    constexpr int PIECES = C / VEC;
    for (int i = threadIdx.x; i < 9 * N * PIECES; i += blockDim.x) {
      const int piece = i % PIECES, r = i / PIECES % N, tap = i / PIECES / N;
      store16(to + weight_at<ROW, N>(tap, r, piece), load16(weights + (channel_of(r) * 9 + tap) * C + piece * VEC));
    }
  }

  __device__ void load_tables(int n, float *tables) const {
    smb::load_tables<T>(l, p.weights, n, threadIdx.x % GROUP, GROUP, tables);
  }

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  __device__ static void multiply(float (&acc)[2][N / 2], uint64_t box, uint64_t taps, bool first) {
    multiply_taps<T, ROW, N>(acc, box, taps, first);
  }
#endif

  struct End {
    Place at;
    Noise noise;
    Skip skip;

    __device__ End(const SameWork &work, const Tile &t) : at(t, 0), noise(work.l, at), skip(work.l, work.p, at) {}

    __device__ void finish(const SameWork &work, const float *tables, const float (&acc)[2][N / 2]) const {
      PictureSums rgb = {};
      end_layer<T, N>(work.l, tables, 0, at, noise, acc, rgb, work.out);
      end_picture(work.l, work.p, at, skip, rgb);
    }
  };
};

template <typename Work>
__global__ void __launch_bounds__(Turns<Work>::THREADS, 1)
    resident_kernel(const __grid_constant__ Tiles tiles, const __grid_constant__ CUtensorMap map,
                    const __grid_constant__ Work work) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  take_turns(tiles, blockIdx.x, gridDim.x, &map, work);
#else
  __trap();
#endif
}

template <typename T, int C>
int launch_resident(const WholeLayer &k) {
  const SameWork<T, C> work = {k.l, k.p, static_cast<const T *>(k.weights), static_cast<T *>(k.y)};
  return launch_turns(resident_kernel<SameWork<T, C>>, k.dtype, k.x, k.n, k.l.h, k.l.w, GROUP_W, 1, work, k.stream);
}

template <int C>
int launch_resident(const WholeLayer &k) {
  return k.dtype == 0 ? launch_resident<__half, C>(k) : launch_resident<__nv_bfloat16, C>(k);
}

int resident_layer(const WholeLayer &k) {
  if (k.l.c != 32 && k.l.c != 64)
    return refuse("smb_whole_layer: layers with resident weights have 32 or 64 channels");
  if (k.l.h % 2 != 0) return refuse("smb_whole_layer: resident weights need an even number of rows");
  if (!has_warpgroups()) return refuse("smb_whole_layer: resident weights need a device of capability 9.0");
  return k.l.c == 32 ? launch_resident<32>(k) : launch_resident<64>(k);
}

}  // namespace smb
