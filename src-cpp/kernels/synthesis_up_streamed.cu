// Enlarging layers of many input channels of a planned synthesis in one kernel each, on Hopper's tensor cores: the 3x3
// transposed convolution, the 4x4 filter and everything that smb_up_layer does. What the convolution makes is rounded
// to 16 bits in shared memory, as it is in device memory where a library makes it, and never leaves the
// multiprocessor.
//
// Products. t[2 a + p, 2 b + q] is four phases (p, q), nine products of x[a, b], x[a - 1, b], x[a, b - 1] and x[a - 1,
// b - 1] with the taps, none in vain. A warpgroup has 8x8 pixels as rows and 64 output channels as columns of all four:
// its pixels come to registers in the four places once and meet 4, 2, 2 and 1 taps there, so that shared memory gives
// 90 bytes a cycle where both operands from there would ask for the 128 that it has. Weights and the 18x9 box of pixels
// that both warpgroups share come 32 input channels at a time, 47 KB, three such stages in flight: at the products' own
// rate 40 bytes a cycle and multiprocessor, of which the L2 cache gives 28.
//
// Tiles. A block has 16 columns and 8 rows of x, of which 14 columns count, and walks down its strip of columns: what
// the last three rows give to the results below stays in registers, so that no row is made twice. All walks together
// are cut into as many pieces as there are places; a piece that begins within a walk makes the tile before it for those
// three rows alone. Where there are few, tiles are apart (device/up_streamed.cuh).
//
// Filter. Along x it is a product (mma.sync): 16 columns of results from 32 of the convolution, for 16 channels a warp;
// channels are packed in such an order that a lane has four neighbours. Along y each row goes to the four results that
// want it, three of which stay in registers: 185 instructions for a row and warp, where reads of shared memory,
// conversions and all in float32 took 290 and one warp a scheduler kept to a quarter of an instruction a cycle.
//
// Roles. One thread copies, two warpgroups multiply and round their sums into 64 KB of shared memory, one filters while
// the next tile is multiplied; they pass each other quarters of a tile. Registers: 24 to those who copy, 136 to those
// who filter and 176 to those who multiply, who need 128 for sums and 16 for pixels; with 168 the compiler waits
// between products.
//
// Times: docs/performance/log.md, changes 21 to 23.
#include <cuda_runtime.h>

#include "dependent.h"
#include "device/cluster.cuh"
#include "device/stores.cuh"
#include "device/up_streamed.cuh"
#include "semblance_kernels.h"
#include "tensor_maps.h"

namespace smb {

#ifdef __CUDA_ARCH_FEAT_SM90_ALL

// Barriers of a block at these shared addresses.
struct UpBarriers {
  uint32_t full, empty, made, filtered;

  __device__ UpBarriers(uint32_t at)
      : full(at), empty(at + 8 * UpStreamed::STAGES), made(empty + 8 * UpStreamed::STAGES),
        filtered(made + 8 * UpStreamed::PARTS) {}

  __device__ void init() const {
    for (int i = 0; i < UpStreamed::STAGES; i++) {
      init_barrier(full + 8 * i, 1);
      init_barrier(empty + 8 * i, 8);
    }
    for (int i = 0; i < UpStreamed::PARTS; i++) init_barrier(made + 8 * i, 2), init_barrier(filtered + 8 * i, 4);
    publish_barriers();
  }
};

// Copies all stages of the block's steps, by one thread.
template <typename T>
__device__ inline void copy_stages(const Walks &walks, const Steps &steps, int depths, const CUtensorMap *x,
                                   const T *weights, uint32_t stages, const UpBarriers &barriers) {
  using S = UpStreamed;
  Ring<S::STAGES> ring;
  for (int step = steps.begin; step < steps.end; step++) {
    const Stride t(walks, step, 0);
    const char *from = reinterpret_cast<const char *>(weights) + int64_t{t.slice} * depths * S::TAPS_BYTES;
    for (int i = 0; i < depths; i++, ring.next()) {
      const uint32_t full = barriers.full + 8 * ring.place, to = stages + ring.place * S::STAGE;
      wait_phase(barriers.empty + 8 * ring.place, ring.parity ^ 1);
      arrive_expecting(full, S::TAPS_BYTES + S::BOX_BYTES);
      copy_box(to + S::TAPS_BYTES, x, full, i * S::DEPTH, t.x - 2, t.y - 1, t.n);
      copy_piece(to, from + int64_t{i} * S::TAPS_BYTES, full, S::TAPS_BYTES);
    }
  }
}

// Sums of a warpgroup, phase 2 p + q.
using UpSums = float[4][UpStreamed::OUTS / 2];

// Pixels of a warp in registers, moved by 2 dy + dx, and what of them the taps ky, kx of weights take: dy is whether ky
// is 2, p is ky % 2, and so with columns.
template <typename T>
__device__ inline void multiply_depth(UpSums &acc, const uint32_t (&pixels)[4][4], uint64_t taps, bool first) {
  using S = UpStreamed;
#pragma unroll
  for (int tap = 0; tap < 9; tap++) {
    const int ky = tap / 3, kx = tap % 3;
    RowProducts<T>::run(acc[ky % 2 * 2 + kx % 2], pixels[ky / 2 * 2 + kx / 2], moved(taps, bytes_on(tap * S::TAP)),
                        !(first && ky < 2 && kx < 2));
  }
}

// Rounds a warpgroup's sums into shared memory.
template <typename T>
__device__ inline void put_made(const UpSums &acc, int group, uint32_t made) {
  using S = UpStreamed;
  const int lane = threadIdx.x % 32, warp = threadIdx.x % GROUP / 32;
  const uint32_t at = made + S::put_at(group, warp, lane);
#pragma unroll
  for (int phase = 0; phase < 4; phase++) {
#pragma unroll
    for (int i = 0; i < 8; i += 2) {
      uint32_t pairs[4];
#pragma unroll
      for (int m = 0; m < 4; m++) {
        const int first = 4 * (i + m / 2) + 2 * (m % 2);
        pairs[m] = pair_of<T>(acc[phase][first], acc[phase][first + 1]);
      }
      store_matrices((at ^ i * 16) + phase / 2 * S::MADE_ROW + phase % 2 * S::LINE, pairs);
    }
  }
}

// Multiplies the tiles of the block's steps, by a warpgroup.
template <typename T>
__device__ inline void multiply_steps(const Steps &steps, int group, int depths, uint32_t stages,
                                      const UpBarriers &barriers) {
  using S = UpStreamed;
  const int lane = threadIdx.x % 32, warp = threadIdx.x % GROUP / 32;
  const uint64_t taps = descriptor<S::ROW>(stages, 8);
  uint32_t at[4];
#pragma unroll
  for (int shift = 0; shift < 4; shift++)
    at[shift] = stages + S::TAPS_BYTES + S::pixels_at(group, warp, lane, shift / 2, shift % 2);
  Ring<S::STAGES> ring;
  int parity = 1;  // of a buffer that was never filled
  for (int step = steps.begin; step < steps.end; step++, parity ^= 1) {
    UpSums acc;
#pragma unroll 1
    for (int i = 0; i < depths; i++, ring.next()) {
      wait_phase(barriers.full + 8 * ring.place, ring.parity);
      const uint32_t by = ring.place * S::STAGE;
#pragma unroll
      for (int k = 0; k < S::DEPTH / 16; k++) {
        uint32_t pixels[4][4];
#pragma unroll
        for (int shift = 0; shift < 4; shift++) load_matrices((at[shift] ^ 32 * k) + by, pixels[shift]);
        begin_products();
        multiply_depth<T>(acc, pixels, moved(taps, bytes_on(by) + bytes_on(32 * k)), i == 0 && k == 0);
        commit_products();
        wait_products<0>();
      }
      if (lane == 0) arrive(barriers.empty + 8 * ring.place);
    }
#pragma unroll
    for (int phase = 0; phase < 4; phase++) settle(acc[phase]);
    wait_phase(barriers.filtered + 8 * warp, parity);
    put_made<T>(acc, group, stages + S::MADE_AT);
    __syncwarp();
    if (lane == 0) arrive(barriers.made + 8 * warp);
  }
}

// What a lane needs of its 4 channels of a sample: the filter along y times the factor, the bias, and what y is times
// for the next layer.
template <typename T>
struct LaneChannels {
  float taps[4][4], bias[4];
  uint32_t next[2];

  __device__ LaneChannels(const Layer &l, const Taps &t, int n, int c) {
    const float4 f = __ldg(reinterpret_cast<const float4 *>(l.factor + static_cast<int64_t>(n) * l.factor_stride + c));
    const float4 b = __ldg(reinterpret_cast<const float4 *>(l.bias + c));
    float4 s = make_float4(1, 1, 1, 1);
    if (l.next) s = __ldg(reinterpret_cast<const float4 *>(l.next + static_cast<int64_t>(n) * l.style_stride + c));
    const float factor[4] = {f.x, f.y, f.z, f.w};
#pragma unroll
    for (int i = 0; i < 16; i++) taps[i / 4][i % 4] = t.h[i / 4] * factor[i % 4];
    bias[0] = b.x, bias[1] = b.y, bias[2] = b.z, bias[3] = b.w;
    next[0] = pair_of<T>(s.x, s.y), next[1] = pair_of<T>(s.z, s.w);
  }
};

// The filter along x as a matrix: 16 columns of the result from 32 of the convolution.
template <typename T>
struct RowFilter {
  uint32_t taps[2][4];

  __device__ explicit RowFilter(const Taps &t) {
    const int lane = threadIdx.x % 32;
#pragma unroll
    for (int i = 0; i < 8; i++) {
      float v[2];
#pragma unroll
      for (int j = 0; j < 2; j++) {
        const int tap = UpStreamed::tap_at(lane, i % 4, j, i / 4);
        v[j] = tap == 0 ? t.h[0] : tap == 1 ? t.h[1] : tap == 2 ? t.h[2] : tap == 3 ? t.h[3] : 0;
      }
      taps[i / 4][i % 4] = pair_of<T>(v[0], v[1]);
    }
  }

  // Columns of a row of two blocks of 8 channels, as load_matrices_turned gives them; sums[m][block] has columns 16 m +
  // lane / 4 and 8 more of channels lane % 4 * 2 and the next. The last 4 columns are none.
  __device__ void run(float (&sums)[2][2][4], const uint32_t (&row)[2][4]) const {
#pragma unroll
    for (int i = 0; i < 16; i++) sums[i / 8][i / 4 % 2][i % 4] = 0;
#pragma unroll
    for (int block = 0; block < 2; block++) {
      multiply<T>(sums[0][block], taps[0], row[block][0], row[block][1]);
      multiply<T>(sums[1][block], taps[0], row[block][2], row[block][3]);
    }
#pragma unroll
    for (int block = 0; block < 2; block++) multiply<T>(sums[0][block], taps[1], row[block][2], row[block][3]);
  }
};

// Filters the tiles of the block's steps and ends the layer, by a warpgroup: a warp has 16 channels, a lane 4 of them
// in four columns of the result, 8 apart. Along x the filter is a product; of the rows that follow, each result's sum
// so far stays in registers.
template <typename T>
__device__ inline void filter_steps(const Walks &walks, const Steps &steps, const Layer &l, const Taps &taps, uint32_t made,
                                    const UpBarriers &barriers, T *out) {
  using S = UpStreamed;
  using P = typename Pair<T>::type;
  const int lane = threadIdx.x % 32, warp = threadIdx.x % GROUP / 32, column = lane / 4;
  const P top = both<P>(l.act.clamp), bottom = both<P>(-l.act.clamp);
  const RowFilter<T> filter(taps);
  const uint32_t from = made + S::filter_at(warp, lane);
  float ahead[3][2][2][4] = {};  // biases and sums of the results that want one, two and three more rows
  int parity = 0;
  for (int step = steps.begin; step < steps.end; step++, parity ^= 1) {
    const Stride t(walks, step, l.h);
    const int x = 2 * t.x + column, c = t.slice * S::OUTS + 16 * warp + lane % 4 * 4, above = 2 * t.y - 2;
    const int limit = step >= steps.counted ? min(2 * S::COUNTED, l.w - 2 * t.x) : 0;  // columns that are written
    const LaneChannels<T> of(l, taps, t.n, c);
    const float *noise = l.noise + t.n * l.noise_stride + x;
    T *to = out + (static_cast<int64_t>(t.n) * l.h * l.w + static_cast<int64_t>(above) * l.w + x) * l.c + c;
    float noises[4];
    auto read_noise = [&](int y) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const bool wanted = l.noise && static_cast<uint32_t>(y) < static_cast<uint32_t>(l.h) && column + 8 * i < limit;
        noises[i] = wanted ? __ldg(noise + y * l.w + 8 * i) : 0;
      }
    };
    read_noise(above);
    if (t.begins(walks)) {
#pragma unroll
      for (int i = 0; i < 48; i++) ahead[i / 16][i / 8 % 2][i / 4 % 2][i % 4] = of.bias[i / 4 % 2 * 2 + i % 2];
    }
    uint32_t row[2][4];
    wait_phase(barriers.made, parity);
    load_matrices_turned(from, row[0]);
    load_matrices_turned(from ^ 16, row[1]);
#pragma unroll 1
    for (int part = 0; part < S::PARTS; part++) {
#pragma unroll
      for (int r = 0; r < S::PART_ROWS; r++) {
        const int at = part * S::PART_ROWS + r, y = above + at;
        float sums[2][2][4];
        filter.run(sums, row);
        if (r == S::PART_ROWS - 1) {
          __syncwarp();
          if (lane == 0) arrive(barriers.filtered + 8 * part);
          if (part < S::PARTS - 1) wait_phase(barriers.made + 8 * (part + 1), parity);
        }
        if (r < S::PART_ROWS - 1 || part < S::PARTS - 1) {
          load_matrices_turned(from + (at + 1) * S::MADE_ROW, row[0]);
          load_matrices_turned((from ^ 16) + (at + 1) * S::MADE_ROW, row[1]);
        }
        float shift[4];
#pragma unroll
        for (int i = 0; i < 4; i++) shift[i] = noises[i];
        if (r < S::PART_ROWS - 1 || part < S::PARTS - 1) read_noise(y + 1);
        const bool inside = y >= t.first && y < t.end;
#pragma unroll
        for (int i = 0; i < 4; i++) {
          uint32_t ended[2];
#pragma unroll
          for (int block = 0; block < 2; block++) {
            float z[2];
#pragma unroll
            for (int j = 0; j < 2; j++) {
              const int m = i / 2, k = i % 2 * 2 + j, channel = 2 * block + j;
              const float v = sums[m][block][k], sum = ahead[0][m][block][k] + of.taps[3][channel] * v;
              ahead[0][m][block][k] = ahead[1][m][block][k] + of.taps[2][channel] * v;
              ahead[1][m][block][k] = ahead[2][m][block][k] + of.taps[1][channel] * v;
              ahead[2][m][block][k] = of.bias[channel] + of.taps[0][channel] * v;
              z[j] = l.act.bent(sum + shift[i]);
            }
            ended[block] = scaled(bounded<T>(z[0], z[1], bottom, top), of.next[block]);
          }
          if (inside && column + 8 * i < limit)
            *reinterpret_cast<uint2 *>(to + int64_t{8 * i} * l.c) = make_uint2(ended[0], ended[1]);
        }
        to += int64_t{l.w} * l.c;
      }
    }
  }
}

#endif

template <typename T>
__global__ void __launch_bounds__(UpStreamed::THREADS, 1)
    up_streamed_kernel(const __grid_constant__ Walks walks, const __grid_constant__ CUtensorMap x,
                       const __grid_constant__ Layer l, const __grid_constant__ Taps taps, int depths, const T *weights,
                       T *out) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  using S = UpStreamed;
  extern __shared__ unsigned char raw[];
  const uint32_t stages = (shared_address(raw) + 1023) / 1024 * 1024;
  const UpBarriers barriers(stages + S::BARRIERS_AT);
  if (threadIdx.x == 0) barriers.init();
  __syncthreads();
  const int group = group_of_thread() - 1;
  const Steps steps(walks, blockIdx.x, gridDim.x);
  if (group < 0) {
    give_registers<S::PRODUCER_REGISTERS>();
    if (threadIdx.x == 0) {
      await_previous();
      copy_stages(walks, steps, depths, &x, weights, stages, barriers);
    }
  } else if (group < 2) {
    take_registers<S::PRODUCT_REGISTERS>();
    multiply_steps<T>(steps, group, depths, stages, barriers);
  } else {
    take_registers<S::FILTER_REGISTERS>();
    await_previous();
    filter_steps(walks, steps, l, taps, stages + S::MADE_AT, barriers, out);
  }
#else
  __trap();
#endif
}

template <typename T>
int launch_up_streamed(int dtype, int n, int ins, const Layer &l, const Taps &taps, const void *x, const void *weights,
                       void *y, cudaStream_t stream) {
  using S = UpStreamed;
  CUtensorMap map;
  int failed = pixel_map(dtype, x, n, l.h / 2, l.w / 2, ins, S::ROW, S::ROWS + 1, HALO_W, &map);
  const auto kernel = up_streamed_kernel<T>;
  if (!failed) failed = check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, S::BYTES));
  if (failed) return failed;
  const int places = multiprocessors();
  const Walks walks(n, l.h / 2, l.w / 2, l.c, places);
  return launch_dependent(kernel, walks.all < places ? walks.all : places, S::THREADS, S::BYTES, stream, walks, map, l,
                          taps, ins / S::DEPTH, static_cast<const T *>(weights), static_cast<T *>(y));
}

}  // namespace smb

extern "C" int smb_streamed_up_layer(void *stream, int dtype, const int *sizes, const float *scalars, int ins,
                                     const void *x, const void *packed, const float *factor, const float *bias,
                                     const float *noise, const float *next, void *y) {
  if (dtype != 0 && dtype != 1) return smb::refuse("smb_streamed_up_layer: dtype must be 0 or 1");
  if (ins % smb::UpStreamed::DEPTH != 0 || sizes[3] % smb::UpStreamed::OUTS != 0)
    return smb::refuse("smb_streamed_up_layer: input channels must be a multiple of 32, channels of 64");
  if (sizes[1] % 2 != 0 || sizes[2] % 4 != 0)
    return smb::refuse("smb_streamed_up_layer: rows must be a multiple of 2, columns of 4");
  if (sizes[4] % 4 != 0 || sizes[5] % 4 != 0)
    return smb::refuse("smb_streamed_up_layer: rows of tables must be multiples of 4 long");
  if (!smb::has_warpgroups()) return smb::refuse("smb_streamed_up_layer: needs a device of capability 9.0");
  const smb::Layer l = smb::layer_of(sizes, scalars, factor, bias, noise, next);
  const smb::Taps taps = smb::taps_of(scalars + 3);
  const cudaStream_t s = smb::on(stream);
  return dtype == 0 ? smb::launch_up_streamed<__half>(dtype, sizes[0], ins, l, taps, x, packed, y, s)
                    : smb::launch_up_streamed<__nv_bfloat16>(dtype, sizes[0], ins, l, taps, x, packed, y, s);
}
