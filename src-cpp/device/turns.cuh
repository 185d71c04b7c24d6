// The pipeline of layers whose weights stay in shared memory. A producer warp copies tiles with their borders, one box
// for every 64 channels; warpgroups take turns: while one multiplies, the others end their tiles.
//
// Work tells what to do: constants GROUPS (that take turns), ROW (bytes of a row of shared memory), DEPTHS (boxes a
// tile), STAGES (boxes in flight), WEIGHT_BYTES, TABLE_FLOATS, BORDER (columns of a box before the tile's), and the
// functions used below.
#pragma once

#include "dependent.h"
#include "device/cluster.cuh"
#include "device/tensor_layer.cuh"
#include "runtime.h"
#include "tensor_maps.h"

namespace smb {

template <typename Work>
struct Turns {
  static constexpr int THREADS = (Work::GROUPS + 1) * GROUP;
  // Of 65536: what the producers leave goes to the groups.
  static constexpr int PRODUCER_REGISTERS = Work::GROUPS == 4 ? 24 : 40;
  static constexpr int REGISTERS = Work::GROUPS == 2 ? 232 : Work::GROUPS == 3 ? 152 : 112;
  static constexpr int BOX_ROWS = HALO_W * (GROUP_H + 2), BOX_BYTES = BOX_ROWS * Work::ROW;
  static constexpr int STAGE_BYTES = (BOX_BYTES + 1023) / 1024 * 1024;
  static constexpr int TABLES_AT = Work::WEIGHT_BYTES + Work::STAGES * STAGE_BYTES;
  static constexpr int BARRIERS_AT = TABLES_AT + Work::GROUPS * Work::TABLE_FLOATS * 4;
  static constexpr int BYTES = BARRIERS_AT + 2 * Work::STAGES * 8 + 1024;  // the start is aligned to 1024
};

// Where the weights of column r of tap t stand: N rows a tap.
template <int ROW, int N>
__device__ inline int weight_at(int tap, int r, int piece) {
  return (tap * N + r) * ROW + swizzled<ROW>(r, piece);
}

#ifdef __CUDA_ARCH_FEAT_SM90_ALL

// Nine taps of N columns on a box.
template <typename T, int ROW, int N>
__device__ inline void multiply_taps(float (&acc)[2][N / 2], uint64_t box, uint64_t taps, bool first) {
#pragma unroll
  for (int tap = 0; tap < 9; tap++) {
#pragma unroll
    for (int k = 0; k < ROW / 32; k++) {
#pragma unroll
      for (int m = 0; m < 2; m++)
        Products<T, N>::run(acc[m], moved(box, bytes_on((tap / 3 * HALO_W + tap % 3 + 8 * m) * ROW + 32 * k)),
                            moved(taps, bytes_on(tap * N * ROW + 32 * k)), !(first && tap == 0 && k == 0));
    }
  }
}

// Copies the boxes of every `step`th tile from `index`, as places become free; by one thread.
template <typename Work>
__device__ inline void produce(const Tiles &tiles, int index, int step, const CUtensorMap *map, uint32_t boxes_at,
                               uint32_t full, uint32_t empty) {
  using S = Turns<Work>;
  for (int box = 0; index < tiles.count; index += step) {
    const Tile t(tiles, index);
    for (int depth = 0; depth < Work::DEPTHS; depth++, box++) {
      const int stage = box % Work::STAGES;
      wait_phase(empty + 8 * stage, box / Work::STAGES % 2 ^ 1);
      arrive_expecting(full + 8 * stage, S::BOX_BYTES);
      copy_box(boxes_at + stage * S::STAGE_BYTES, map, full + 8 * stage, depth * (Work::ROW / 2), t.x - Work::BORDER, t.y - 1,
               t.n);
    }
  }
}

// Multiplies all boxes of a tile when it is this group's turn.
template <typename Work>
__device__ inline void multiply_tile(int group, int box, uint32_t weights_at, uint32_t boxes_at, uint32_t full,
                                     uint32_t empty, float (&acc)[2][Work::N / 2]) {
  const bool leads = threadIdx.x % 32 == 0;
  meet(1 + group, 2 * GROUP);
#pragma unroll
  for (int depth = 0; depth < Work::DEPTHS; depth++, box++) {
    const int stage = box % Work::STAGES;
    wait_phase(full + 8 * stage, box / Work::STAGES % 2);
    begin_products();
    Work::multiply(acc, descriptor<Work::ROW>(boxes_at + stage * Turns<Work>::STAGE_BYTES, HALO_W),
                   descriptor<Work::ROW>(weights_at + depth * (Work::WEIGHT_BYTES / Work::DEPTHS), 8), depth == 0);
    commit_products();
    if (depth > 0) {
      wait_products<1>();
      if (leads) arrive(empty + 8 * ((box - 1) % Work::STAGES));
    }
  }
  announce(1 + (group + 1) % Work::GROUPS, 2 * GROUP);
  wait_products<0>();
  if (leads) arrive(empty + 8 * ((box - 1) % Work::STAGES));
  settle(acc[0]);
  settle(acc[1]);
}

// The whole kernel, for every `step`th tile from `first`.
template <typename Work>
__device__ inline void take_turns(const Tiles &tiles, int first, int step, const CUtensorMap *map, const Work &work) {
  using S = Turns<Work>;
  extern __shared__ unsigned char raw[];
  unsigned char *shared = raw + (1024 - shared_address(raw) % 1024) % 1024;
  const uint32_t weights_at = shared_address(shared), boxes_at = weights_at + Work::WEIGHT_BYTES;
  const uint32_t full = weights_at + S::BARRIERS_AT, empty = full + 8 * Work::STAGES;
  if (threadIdx.x == 0) {
    for (int i = 0; i < Work::STAGES; i++) {
      init_barrier(full + 8 * i, 1);
      init_barrier(empty + 8 * i, GROUP / 32);
    }
    publish_barriers();
  }
  work.load_weights(shared);
  publish_shared();
  __syncthreads();
  const int group = group_of_thread() - 1;
  if (group < 0) {
    give_registers<S::PRODUCER_REGISTERS>();
    if (threadIdx.x == 0) {
      await_previous();
      produce<Work>(tiles, first, step, map, boxes_at, full, empty);
    }
  } else {
    take_registers<S::REGISTERS>();
    await_previous();
    float *tables = reinterpret_cast<float *>(shared + S::TABLES_AT) + group * Work::TABLE_FLOATS;
    int loaded = -1, box = group * Work::DEPTHS;
    if (group == Work::GROUPS - 1) announce(1, 2 * GROUP);
    for (int index = first + group * step; index < tiles.count; index += Work::GROUPS * step, box += Work::GROUPS * Work::DEPTHS) {
      const Tile t(tiles, index);
      if (t.n != loaded) {
        meet(1 + Work::GROUPS + group, GROUP);  // others may still read the last sample's
        work.load_tables(t.n, tables);
        meet(1 + Work::GROUPS + group, GROUP);
        loaded = t.n;
      }
      const typename Work::End end(work, t);  // loads what the end needs before the products
      float acc[2][Work::N / 2];
      multiply_tile<Work>(group, box, weights_at, boxes_at, full, empty, acc);
      end.finish(work, tables, acc);
    }
  }
}

#endif

// Sets up and launches a kernel of this work on x [n, h, w, ROW / 2 DEPTHS]; `slices` blocks take each tile.
template <typename Work, typename Kernel>
int launch_turns(Kernel kernel, int dtype, const void *x, int n, int h, int w, int columns, int slices,
                 const Work &work, cudaStream_t stream) {
  CUtensorMap map;
  int failed = pixel_map(dtype, x, n, h, w, Work::DEPTHS * Work::ROW / 2, Work::ROW, GROUP_H + 2, HALO_W, &map);
  if (failed) return failed;
  failed = check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, Turns<Work>::BYTES));
  if (failed) return failed;
  const Tiles tiles(n, h, w, GROUP_H, columns);
  if (!tiles.fits()) return refuse("too many tiles");
  const int useful = (multiprocessors() + slices - 1) / slices;
  const int blocks = (tiles.count < useful ? tiles.count : useful) * slices;
  return launch_dependent(kernel, blocks, Turns<Work>::THREADS, Turns<Work>::BYTES, stream, tiles, map, work);
}

}  // namespace smb
