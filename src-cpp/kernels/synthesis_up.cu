// Enlarging layers of a planned synthesis in one kernel each, on Hopper's tensor cores: the 3x3 transposed convolution,
// the 4x4 filter and everything that smb_up_layer does, on the float32 sums.
//
// The filter's columns are folded into the weights (synthesis_fold.cu), its rows run on the sums: output columns 2 x +
// p are three taps of the input's columns, and along y the transposed convolution makes even rows 2 a of x[a] and x[a -
// 1] and odd ones of x[a], 18 products for an input pixel where folding everything takes 36. A lane has all 16 rows of
// its two columns of a tile, so that four rows of the filter are in its registers. The first and the last of a tile's
// 16 rows only feed their neighbours: 14 count.
//
// The 64 rows of a product are 32 output channels in both phases of columns. A block keeps their weights (74 KB for
// every 64 input channels) and walks over tiles of 8x14 input pixels; the pipeline is device/turns.cuh's. A warp has 16
// channels of one phase and stores four output rows at a time through 1 KB of its own: all of a tile's pieces have a
// place each where the weights leave room, else two. On an H100, batch 8, floors in brackets: 64 to 32 channels at 1024
// 0.49 ms (0.27), 128 to 64 at 512 0.32 (0.13) and at 256 0.091 (0.034).
#include <cuda_runtime.h>

#include "device/turns.cuh"
#include "semblance_kernels.h"

namespace smb {

constexpr int SLICE = 32, UP_ROWS = 14;

template <typename T, int BOXES>
struct UpWork {
  static constexpr int GROUPS = 2, ROW = 128, DEPTHS = BOXES, STAGES = BOXES == 1 ? 5 : 3, SUMS = 2, RISE = 1;
  static constexpr int TILE_ROWS = UP_ROWS, BORDER_ROWS = 2, BOX_ROWS = UP_ROWS + 3, TAP_ROWS = 3, CLUSTER = 1;
  static constexpr int PIECE_ROWS = 4, PIECE_ROW_BYTES = COLUMNS * 32, PIECE_BYTES = PIECE_ROWS * PIECE_ROW_BYTES;
  static constexpr int PIECES = 2 * UP_ROWS / PIECE_ROWS, ON_THEIR_WAY = BOXES == 1 ? PIECES : 2;
  // Behind the pieces in the staging: the noise of two tiles, as warps may still read the last one's.
  static constexpr int WARP_BYTES = ON_THEIR_WAY * PIECE_BYTES, NOISE_AT = GROUP / 32 * WARP_BYTES;
  static constexpr int NOISE_COLUMNS = 2 * COLUMNS, NOISES = 2 * UP_ROWS * NOISE_COLUMNS;
  static constexpr int STAGING_BYTES = NOISE_AT + (2 * NOISES * 4 + 1023) / 1024 * 1024;

  Layer l;
  Taps taps;
  int slices;
  const T *weights;  // as smb_fold_weights makes them

  __device__ int first() const { return blockIdx.x % slices * SLICE; }

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  __device__ void copy_weights(uint32_t to, uint32_t barrier) const {
    constexpr int BYTES = Turns<UpWork>::TAPS_BYTES;
    const char *from = reinterpret_cast<const char *>(weights) + int64_t{blockIdx.x % slices} * Turns<UpWork>::BOXES_AT;
    for (int i = 0; i < Turns<UpWork>::BOXES; i++) copy_piece(to + i * BYTES, from + i * BYTES, barrier, BYTES);
  }
#endif

  // Of a lane's two channels: the filter times the factor, bias, and what y is times for the next layer.
  struct Sample {
    float taps[2][4], bias[2];
    uint32_t next[2];

    __device__ void load(const UpWork &work, int n) {
      const Layer &l = work.l;
#pragma unroll
      for (int h = 0; h < 2; h++) {
        const int c = work.first() + 16 * (threadIdx.x / 32 % 2) + threadIdx.x % 32 / 4 + 8 * h;
        const float factor = __ldg(l.factor + static_cast<int64_t>(n) * l.factor_stride + c);
        const float style = l.next ? __ldg(l.next + static_cast<int64_t>(n) * l.style_stride + c) : 1;
#pragma unroll
        for (int i = 0; i < 4; i++) taps[h][i] = work.taps.h[i] * factor;
        bias[h] = __ldg(l.bias + c);
        next[h] = pair_of<T>(style, style);
      }
    }
  };

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  // acc: sums of even rows, of odd ones. Taps: of x[a] for odd rows, of x[a] and of x[a - 1] for even ones.
  __device__ static void multiply(float (&acc)[2][PRODUCT_COLUMNS / 2], uint64_t taps, uint64_t box, bool first) {
#pragma unroll
    for (int tap = 0; tap < TAP_ROWS; tap++) {
#pragma unroll
      for (int k = 0; k < ROW / 32; k++)
        Products<T, PRODUCT_COLUMNS>::run(acc[tap == 0], moved(taps, bytes_on(tap * PRODUCT_ROWS * ROW + 32 * k)),
                                          moved(box, bytes_on((tap < 2) * COLUMNS * ROW + 32 * k)),
                                          !(first && tap < 2 && k == 0));
    }
  }
#endif

  struct End {
    Tile t;
    uint32_t noise;

    __device__ End(const UpWork &work, const Tile &t, const Room &room)
        : t(t), noise(room.staging + NOISE_AT + room.round % 2 * NOISES * 4) {
      const Layer &l = work.l;
      if (!l.noise) return;
      const float *from = l.noise + t.n * l.noise_stride;
#pragma unroll
      for (int i = threadIdx.x % GROUP; i < NOISES; i += GROUP) {
        const int y = 2 * t.y + i / NOISE_COLUMNS, x = 2 * t.x + i % NOISE_COLUMNS;
        write_shared(noise + 4 * i, y < l.h && x < l.w ? __ldg(from + y * l.w + x) : 0);
      }
    }

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
    __device__ void finish(const UpWork &work, const Sample &of, const Room &room, const CUtensorMap *to,
                           const float (&acc)[2][PRODUCT_COLUMNS / 2]) const {
      const int lane = threadIdx.x % 32, warp = threadIdx.x % GROUP / 32, column = lane % COLUMNS;
      const uint32_t mine = room.staging + warp * WARP_BYTES, of_lane = noise + 4 * (lane % 4 * 4 + warp / 2);
      const uint32_t at = mine + lane / 16 * PIECE_ROW_BYTES + column * 32 + (lane / 8 % 2 ^ column / 4) * 16;
#pragma unroll
      for (int piece = 0; piece < PIECES; piece++) {
        float noises[PIECE_ROWS][2] = {};
#pragma unroll
        for (int i = 0; i < 2 * PIECE_ROWS; i++) {
          const int row = PIECE_ROWS * piece + i / 2;
          if (work.l.noise) noises[i / 2][i % 2] = read_shared(of_lane + (row * NOISE_COLUMNS + 2 * (i % 2)) * 4);
        }
        uint32_t made[PIECE_ROWS][2];
#pragma unroll
        for (int i = 0; i < PIECE_ROWS; i++) {
#pragma unroll
          for (int h = 0; h < 2; h++) made[i][h] = pixels(work, of, acc, 2 * piece + 1 + i / 2, i % 2, h, noises[i]);
        }
        if (piece >= ON_THEIR_WAY) {
          if (lane == 0) wait_reads_of_boxes<ON_THEIR_WAY - 1>();
          __syncwarp();
        }
#pragma unroll
        for (int i = 0; i < PIECE_ROWS; i += 2) {
          const uint32_t matrices[4] = {made[i][0], made[i][1], made[i + 1][0], made[i + 1][1]};
          store_matrices_turned(at + piece % ON_THEIR_WAY * PIECE_BYTES + i * PIECE_ROW_BYTES, matrices);
        }
        publish_shared();
        __syncwarp();
        if (lane == 0)
          store_box(to, mine + piece % ON_THEIR_WAY * PIECE_BYTES, work.first() + warp % 2 * 16, warp / 2, t.x,
                    2 * t.y + PIECE_ROWS * piece, t.n);
      }
    }

    // Channel h of the lane's two pixels of row 2 a or 2 a + 1 of the output, a being row j of the sums.
    __device__ static uint32_t pixels(const UpWork &work, const Sample &of, const float (&acc)[2][PRODUCT_COLUMNS / 2],
                                      int j, int odd, int h, const float (&noise)[2]) {
      using P = typename Pair<T>::type;
      const Act &act = work.l.act;
      float v[2];
#pragma unroll
      for (int i = 0; i < 2; i++) {
        v[i] = noise[i] + of.bias[h];
#pragma unroll
        for (int k = 0; k < 4; k++) {
          const int row = 2 * j + odd + k - 1;  // of the transposed convolution
          v[i] += of.taps[h][k] * acc[row % 2][4 * (row / 2) + 2 * h + i];
        }
        v[i] = act.bent(v[i]);
      }
      return scaled(bounded<T>(v[0], v[1], both<P>(-act.clamp), both<P>(act.clamp)), of.next[h]);
    }
#endif
  };
};

template <typename Work>
__global__ void __launch_bounds__(Turns<Work>::THREADS, 1)
    up_kernel(const __grid_constant__ Tiles tiles, const __grid_constant__ CUtensorMap from,
              const __grid_constant__ CUtensorMap to, const __grid_constant__ Work work) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  take_turns(tiles, blockIdx.x / work.slices, gridDim.x / work.slices, &from, &to, work);
#else
  __trap();
#endif
}

template <typename T, int BOXES>
int launch_up(int dtype, int n, const Layer &l, const Taps &taps, const void *x, const void *weights, void *y,
              cudaStream_t stream) {
  const int slices = l.c / SLICE;
  using Work = UpWork<T, BOXES>;
  const Work work = {l, taps, slices, static_cast<const T *>(weights)};
  CUtensorMap to;
  const int failed = phase_map(dtype, y, n, l.h, l.w, l.c, Work::PIECE_ROWS, COLUMNS, &to);
  if (failed) return failed;
  return launch_turns(up_kernel<Work>, dtype, x, n, l.h / 2, l.w / 2, slices, to, work, stream);
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
