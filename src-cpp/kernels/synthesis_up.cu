// Enlarging layers of a planned synthesis in one kernel each, on Hopper's tensor cores: the 3x3 transposed convolution, the
// 4x4 filter and everything that smb_up_layer does, on the float32 sums.
//
// The filter's rows are folded into the weights (synthesis_fold.cu), its columns run on the sums: output rows 2 y + p are
// three taps of the input's rows, and along x the transposed convolution makes even columns 2 b of x[b] and x[b - 1] and
// odd ones of x[b], 18 products for an input pixel where folding everything takes 36. A warp has 8 neighbouring b in its
// lanes, so that four columns of the filter are three shuffles; folding the columns instead would leave the filter to
// rows, which lie in other warps. The first and the last of a tile's 16 columns only feed their neighbours: 14 count.
//
// Folding both axes, which leaves no filter to the sums, was as fast for 64 to 32 channels (0.52 ms against 0.51 at 1024,
// batch 8, on an H200; cuDNN and a pass 1.08). Of 128 to 64 (0.40; cuDNN and a pass 0.50) it would take 0.5 for the
// products alone.
//
// A block keeps the weights of 32 output channels (74 KB for every 64 input channels) and walks over tiles of 14x8 input
// pixels; the pipeline is device/turns.cuh's.
#include <cuda_runtime.h>

#include "device/turns.cuh"
#include "semblance_kernels.h"

namespace smb {

constexpr int UP_COLUMNS = 14, SLICE = 32;

// Columns of a product: 32 channels each of even rows 2 y and 2 y + 1, then of odd ones.
template <typename T, int BOXES>
struct UpWork {
  static constexpr int N = 4 * SLICE, GROUPS = 2, ROW = 128, DEPTHS = BOXES, STAGES = BOXES == 1 ? 4 : 3, ROW_TAPS = 3;
  static constexpr int TAP_ROWS = 6 * SLICE;  // of x[b]: even and odd columns; of x[b - 1]: even ones
  static constexpr int WEIGHT_BYTES = DEPTHS * ROW_TAPS * TAP_ROWS * ROW;
  static constexpr int TABLE_FLOATS = 3 * SLICE, BORDER = 2, DEPTH = ROW / 2;

  Layer l;
  Taps taps;
  int slices;
  const T *weights;  // [c, 3, 2, 3, ins], see smb_fold_weights
  T *out;

  __device__ int first() const { return blockIdx.x % slices * SLICE; }

  __device__ void load_weights(unsigned char *to) const {
    constexpr int PIECES = DEPTH / VEC;
    for (int i = threadIdx.x; i < DEPTHS * ROW_TAPS * TAP_ROWS * PIECES; i += blockDim.x) {
      const int piece = i % PIECES, r = i / PIECES % TAP_ROWS, tap = i / PIECES / TAP_ROWS % ROW_TAPS;
      const int depth = i / PIECES / TAP_ROWS / ROW_TAPS, o = first() + channel_of(r % SLICE);
      const T *from = weights + ((o * 6 + r / SLICE) * ROW_TAPS + tap) * DEPTHS * DEPTH + depth * DEPTH + piece * VEC;
      store16(to + weight_at<ROW, TAP_ROWS>(depth * ROW_TAPS + tap, r, piece), load16(from));
    }
  }

  __device__ void load_tables(int n, float *tables) const {
    for (int i = threadIdx.x % GROUP; i < TABLE_FLOATS; i += GROUP) {
      const int c = first() + i % SLICE, k = i / SLICE;
      tables[i] = k == 0   ? l.factor[static_cast<int64_t>(n) * l.factor_stride + c]
                  : k == 1 ? l.bias[c]
                  : l.next ? l.next[static_cast<int64_t>(n) * l.style_stride + c]
                           : 1;
    }
  }

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  __device__ static void multiply(float (&acc)[2][N / 2], uint64_t box, uint64_t rows, bool first) {
#pragma unroll
    for (int tap = 0; tap < ROW_TAPS; tap++) {
#pragma unroll
      for (int k = 0; k < DEPTH / 16; k++) {
#pragma unroll
        for (int m = 0; m < 2; m++)
          Products<T, N>::run(acc[m], moved(box, bytes_on((tap * HALO_W + 1 + 8 * m) * ROW + 32 * k)),
                              moved(rows, bytes_on(tap * TAP_ROWS * ROW + 32 * k)),
                              !(first && tap == 0 && k == 0));
#pragma unroll
        for (int m = 0; m < 2; m++)
          Products<T, N / 2>::run(acc[m], moved(box, bytes_on((tap * HALO_W + 8 * m) * ROW + 32 * k)),
                                  moved(rows, bytes_on((tap * TAP_ROWS + N) * ROW + 32 * k)), 1);
      }
    }
  }
#endif

  // A lane's input pixels are (top + half, left + 8 m), left being one before the tile for the first lanes.
  struct End {
    Place at;
    float2 noise[2][2][2] = {};  // [m][half][row]: of both columns

    __device__ End(const UpWork &work, const Tile &t) : at(t, 0, 1) {
      const Layer &l = work.l;
      if (!l.noise) return;
#pragma unroll
      for (int i = 0; i < 8; i++) {
        const int m = i / 4, half = i / 2 % 2, row = i % 2;
        if (counts(l, m, half))
          noise[m][half][row] = __ldg(reinterpret_cast<const float2 *>(
              l.noise + at.n * l.noise_stride + (2 * at.y(half) + row) * l.w + 2 * at.x(m)));
      }
    }

    // Whether a pixel is the tile's and the picture's.
    __device__ bool counts(const Layer &l, int m, int half) const {
      const int column = threadIdx.x % 32 / 4 + 8 * m;
      return column > 0 && column < GROUP_W - 1 && 2 * at.y(half) < l.h && 2 * at.x(m) < l.w;
    }

    __device__ void finish(const UpWork &work, const float *tables, const float (&acc)[2][N / 2]) const {
      const Layer &l = work.l;
      const float *h = work.taps.h;
      const int lane = threadIdx.x % 32, x = lane / 4, c = lane % 4 * VEC;
      const int64_t first = (static_cast<int64_t>(at.n) * l.h + 2 * at.top) * l.w + 2 * at.left;
      T *to = work.out + first * l.c + work.first() + c;
      const int after = (lane + 4) % 32, before = (lane + 28) % 32;
      float k[3][VEC];
#pragma unroll
      for (int i = 0; i < 3; i++) read8(tables + i * SLICE + c, k[i]);
      using P = typename Pair<T>::type;
      const P top = both<P>(l.act.clamp), bottom = both<P>(-l.act.clamp);
      uint32_t next[VEC / 2];
#pragma unroll
      for (int i = 0; i < VEC / 2; i++) next[i] = pair_of<T>(k[2][2 * i], k[2][2 * i + 1]);
#pragma unroll
      for (int row = 0; row < 2; row++) {
#pragma unroll
        for (int half = 0; half < 2; half++) {
          float v[2][2][VEC];  // [m][column]
#pragma unroll
          for (int j = 0; j < VEC; j++) {
            const int even = (4 * row + j / 2) * 4 + 2 * half + j % 2, odd = even + 32;
            const float e0 = acc[0][even], e1 = acc[1][even], o0 = acc[0][odd], o1 = acc[1][odd];
            const float next_e0 = __shfl_sync(~0u, x > 0 ? e0 : e1, after), next_e1 = __shfl_sync(~0u, e1, after);
            const float next_o0 = __shfl_sync(~0u, x > 0 ? o0 : o1, after), next_o1 = __shfl_sync(~0u, o1, after);
            const float last_o0 = __shfl_sync(~0u, o0, before), last_o1 = __shfl_sync(~0u, x < 7 ? o1 : o0, before);
            v[0][0][j] = h[0] * last_o0 + h[1] * e0 + h[2] * o0 + h[3] * next_e0;
            v[0][1][j] = h[0] * e0 + h[1] * o0 + h[2] * next_e0 + h[3] * next_o0;
            v[1][0][j] = h[0] * last_o1 + h[1] * e1 + h[2] * o1 + h[3] * next_e1;
            v[1][1][j] = h[0] * e1 + h[1] * o1 + h[2] * next_e1 + h[3] * next_o1;
          }
#pragma unroll
          for (int m = 0; m < 2; m++) {
            const float2 pair = noise[m][half][row];
#pragma unroll
            for (int column = 0; column < 2; column++) {
              float(&y)[VEC] = v[m][column];
              uint32_t made[VEC / 2];
#pragma unroll
              for (int j = 0; j < VEC; j++)
                y[j] = l.act.bent(y[j] * k[0][j] + ((column ? pair.y : pair.x) + k[1][j]));
#pragma unroll
              for (int i = 0; i < VEC / 2; i++)
                made[i] = scaled(bounded<T>(y[2 * i], y[2 * i + 1], bottom, top), next[i]);
              if (counts(l, m, half))
                store16(to + ((2 * half + row) * l.w + 16 * m + column) * l.c,
                        make_uint4(made[0], made[1], made[2], made[3]));
            }
          }
        }
      }
    }
  };
};

template <typename Work>
__global__ void __launch_bounds__(Turns<Work>::THREADS, 1)
    up_kernel(const __grid_constant__ Tiles tiles, const __grid_constant__ CUtensorMap map,
              const __grid_constant__ Work work) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  take_turns(tiles, blockIdx.x / work.slices, gridDim.x / work.slices, &map, work);
#else
  __trap();
#endif
}

template <typename T, int BOXES>
int launch_up(int dtype, int n, const Layer &l, const Taps &taps, const void *x, const void *weights, void *y,
              cudaStream_t stream) {
  const int slices = l.c / SLICE;
  const UpWork<T, BOXES> work = {l, taps, slices, static_cast<const T *>(weights), static_cast<T *>(y)};
  return launch_turns(up_kernel<UpWork<T, BOXES>>, dtype, x, n, l.h / 2, l.w / 2, UP_COLUMNS, slices, work, stream);
}

template <typename T>
int launch_up(int dtype, int n, int ins, const Layer &l, const Taps &taps, const void *x, const void *weights, void *y,
              cudaStream_t stream) {
  return ins == 64 ? launch_up<T, 1>(dtype, n, l, taps, x, weights, y, stream)
                   : launch_up<T, 2>(dtype, n, l, taps, x, weights, y, stream);
}

}  // namespace smb

extern "C" int smb_fused_up_layer(void *stream, int dtype, const int *sizes, const float *scalars, int ins,
                                  const void *x, const void *folded, const float *factor, const float *bias,
                                  const float *noise, const float *next, void *y) {
  if (dtype != 0 && dtype != 1) return smb::refuse("smb_fused_up_layer: dtype must be 0 or 1");
  if ((ins != 64 && ins != 128) || sizes[3] % smb::SLICE != 0 || sizes[3] > 512)
    return smb::refuse("smb_fused_up_layer: input channels must be 64 or 128, channels a multiple of 32");
  if (sizes[1] % 2 != 0 || sizes[2] % 2 != 0) return smb::refuse("smb_fused_up_layer: rows and columns must be even");
  if (!smb::has_warpgroups()) return smb::refuse("smb_fused_up_layer: needs a device of capability 9.0");
  const smb::Layer l = smb::layer_of(sizes, scalars, factor, bias, noise, next);
  const cudaStream_t s = smb::on(stream);
  const smb::Taps taps = smb::taps_of(scalars + 3);
  return dtype == 0 ? smb::launch_up<__half>(dtype, sizes[0], ins, l, taps, x, folded, y, s)
                    : smb::launch_up<__nv_bfloat16>(dtype, sizes[0], ins, l, taps, x, folded, y, s);
}
