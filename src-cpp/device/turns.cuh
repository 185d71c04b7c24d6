// The pipeline of layers whose weights stay in shared memory. A producer warp copies tiles with their borders, one box for
// every 64 channels; two warpgroups take turns: while one multiplies, the other ends its tile.
//
// Work tells what to do: constants DEPTHS (boxes a tile), STAGES (boxes in flight), WEIGHT_BYTES, TABLE_FLOATS, BORDER
// (columns of a box before the tile's) and the functions used below.
#pragma once

#include "device/tensor_layer.cuh"
#include "runtime.h"
#include "tensor_maps.h"

namespace smb {

template <typename Work>
struct Turns {
  static constexpr int THREADS = 3 * GROUP;
  static constexpr int BOX_ROWS = HALO_W * (GROUP_H + 2), BOX_BYTES = BOX_ROWS * SWIZZLED_ROW;
  static constexpr int STAGE_BYTES = (BOX_BYTES + 1023) / 1024 * 1024;
  static constexpr int TABLES_AT = Work::WEIGHT_BYTES + Work::STAGES * STAGE_BYTES;
  static constexpr int BARRIERS_AT = TABLES_AT + 2 * Work::TABLE_FLOATS * 4;
  static constexpr int BYTES = BARRIERS_AT + 2 * Work::STAGES * 8 + 1024;  // the start is aligned to 1024
};

#ifdef __CUDA_ARCH_FEAT_SM90_ALL

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
      copy_box(boxes_at + stage * S::STAGE_BYTES, map, full + 8 * stage, depth * DEPTH, t.x - Work::BORDER, t.y - 1,
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
    Work::multiply(acc, descriptor(boxes_at + stage * Turns<Work>::STAGE_BYTES, HALO_W),
                   moved(descriptor(weights_at, 8), depth * (Work::WEIGHT_BYTES / Work::DEPTHS >> 4)), depth == 0);
    commit_products();
    if (depth > 0) {
      wait_products<1>();
      if (leads) arrive(empty + 8 * ((box - 1) % Work::STAGES));
    }
  }
  announce(2 - group, 2 * GROUP);
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
  const int group = threadIdx.x / GROUP - 1;
  if (group < 0) {
    give_registers<40>();
    if (threadIdx.x == 0) produce<Work>(tiles, first, step, map, boxes_at, full, empty);
  } else {
    take_registers<232>();
    float *tables = reinterpret_cast<float *>(shared + S::TABLES_AT) + group * Work::TABLE_FLOATS;
    int loaded = -1, box = group * Work::DEPTHS;
    if (group == 1) announce(1, 2 * GROUP);
    for (int index = first + group * step; index < tiles.count; index += 2 * step, box += 2 * Work::DEPTHS) {
      const Tile t(tiles, index);
      if (t.n != loaded) {
        meet(3 + group, GROUP);  // others may still read the last sample's
        work.load_tables(t.n, tables);
        meet(3 + group, GROUP);
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

// Sets up and launches a kernel of this work on x [n, h, w, 64 DEPTHS]; `slices` blocks take each tile.
template <typename Work, typename Kernel>
int launch_turns(Kernel kernel, int dtype, const void *x, int n, int h, int w, int columns, int slices,
                 const Work &work, cudaStream_t stream) {
  CUtensorMap map;
  int failed = pixel_map(dtype, x, n, h, w, Work::DEPTHS * DEPTH, GROUP_H + 2, HALO_W, &map);
  if (failed) return failed;
  failed = check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, Turns<Work>::BYTES));
  if (failed) return failed;
  const Tiles tiles(n, h, w, GROUP_H, columns);
  const int useful = 132 / slices, blocks = (tiles.count < useful ? tiles.count : useful) * slices;
  kernel<<<blocks, Turns<Work>::THREADS, Turns<Work>::BYTES, stream>>>(tiles, map, work);
  return launched();
}

}  // namespace smb
