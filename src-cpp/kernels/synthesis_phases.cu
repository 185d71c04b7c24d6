// Enlarging layers of 64 to 32 channels of a planned synthesis in one kernel, on Hopper's tensor cores: with the whole filter
// folded into the weights (synthesis_fold.cu), each of the four output phases is a 3x3 convolution of the input. That is
// four times the transposed convolution's products, but the sums need no filter, and of so few channels it is the end of
// a layer that takes the time.
//
// A block keeps all weights (147 KB: nine taps of four phases by 32 channels) and walks over tiles of 16x8 input pixels;
// the pipeline is device/turns.cuh's.
#include <cuda_runtime.h>

#include "device/turns.cuh"
#include "semblance_kernels.h"

namespace smb {

template <typename T>
struct PhaseWork {
  static constexpr int C = 32, INS = 64, N = 4 * C, ROW = 2 * INS, GROUPS = 2, DEPTHS = 1, STAGES = 3;
  static constexpr int WEIGHT_BYTES = 9 * N * ROW, TABLE_FLOATS = 3 * C, BORDER = 1;

  Layer l;
  const T *weights;  // [4, 32, 9, 64]
  T *out;

  __device__ void load_weights(unsigned char *to) const {
    constexpr int PIECES = INS / VEC;
    for (int i = threadIdx.x; i < 9 * N * PIECES; i += blockDim.x) {
      const int piece = i % PIECES, r = i / PIECES % N, tap = i / PIECES / N;
      store16(to + weight_at<ROW, N>(tap, r, piece), load16(weights + (channel_of(r) * 9 + tap) * INS + piece * VEC));
    }
  }

  __device__ void load_tables(int n, float *tables) const {
    for (int i = threadIdx.x % GROUP; i < TABLE_FLOATS; i += GROUP) {
      const int c = i % C, k = i / C;
      tables[i] = k == 0   ? l.factor[static_cast<int64_t>(n) * l.factor_stride + c]
                  : k == 1 ? l.bias[c]
                  : l.next ? l.next[static_cast<int64_t>(n) * l.style_stride + c]
                           : 1;
    }
  }

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  __device__ static void multiply(float (&acc)[2][N / 2], uint64_t box, uint64_t taps, bool first) {
    multiply_taps<T, ROW, N>(acc, box, taps, first);
  }
#endif

  // A lane's input pixels are at's; output pixels (2 y + row, 2 x + column).
  struct End {
    Place at;
    float2 noise[2][2][2] = {};  // [m][half][row]: of both columns

    __device__ End(const PhaseWork &work, const Tile &t) : at(t, 0) {
      const Layer &l = work.l;
      if (!l.noise) return;
      const float *from = l.noise + at.n * l.noise_stride + 2 * at.top * l.w + 2 * at.left;
#pragma unroll
      for (int i = 0; i < 8; i++) {
        const int m = i / 4, half = i / 2 % 2, row = i % 2;
        if (inside(l, m, half))
          noise[m][half][row] = __ldg(reinterpret_cast<const float2 *>(from + (2 * half + row) * l.w + 16 * m));
      }
    }

    __device__ bool inside(const Layer &l, int m, int half) const {
      return 2 * at.y(half) < l.h && 2 * at.x(m) < l.w;
    }

    __device__ void finish(const PhaseWork &work, const float *tables, const float (&acc)[2][N / 2]) const {
      const Layer &l = work.l;
      const int c = threadIdx.x % 4 * VEC;
      T *to = work.out + ((static_cast<int64_t>(at.n) * l.h + 2 * at.top) * l.w + 2 * at.left) * C + c;
      float k[3][VEC];
#pragma unroll
      for (int i = 0; i < 3; i++) read8(tables + i * C + c, k[i]);
#pragma unroll
      for (int m = 0; m < 2; m++) {
#pragma unroll
        for (int half = 0; half < 2; half++) {
#pragma unroll
          for (int phase = 0; phase < 4; phase++) {
            const float2 pair = noise[m][half][phase / 2];
            const float z = phase % 2 ? pair.y : pair.x;
            float v[VEC];
#pragma unroll
            for (int j = 0; j < VEC; j++) {
              const float sum = acc[m][(4 * phase + j / 2) * 4 + 2 * half + j % 2];
              v[j] = l.act.of(sum * k[0][j] + (z + k[1][j])) * k[2][j];
            }
            if (inside(l, m, half))
              store16(to + ((2 * half + phase / 2) * l.w + 16 * m + phase % 2) * C, pack8<T>(v));
          }
        }
      }
    }
  };
};

template <typename Work>
__global__ void __launch_bounds__(Turns<Work>::THREADS, 1)
    phases_kernel(const __grid_constant__ Tiles tiles, const __grid_constant__ CUtensorMap map,
                  const __grid_constant__ Work work) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  take_turns(tiles, blockIdx.x, gridDim.x, &map, work);
#else
  __trap();
#endif
}

template <typename T>
int launch_phases(int dtype, int n, const Layer &l, const void *x, const void *weights, void *y, cudaStream_t stream) {
  const PhaseWork<T> work = {l, static_cast<const T *>(weights), static_cast<T *>(y)};
  return launch_turns(phases_kernel<PhaseWork<T>>, dtype, x, n, l.h / 2, l.w / 2, GROUP_W, 1, work, stream);
}

int phases_layer(int dtype, int n, const Layer &l, const void *x, const void *weights, void *y, cudaStream_t stream) {
  return dtype == 0 ? launch_phases<__half>(dtype, n, l, x, weights, y, stream)
                    : launch_phases<__nv_bfloat16>(dtype, n, l, x, weights, y, stream);
}

}  // namespace smb
