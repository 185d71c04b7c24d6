// The pipeline of layers whose weights stay in shared memory. A producer copies them there, before the kernel ahead has
// ended if there is room, and then tiles with their borders; warpgroups take turns: while one multiplies, the others
// end their tiles.
//
// Output channels are the rows of products and pixels their columns: 64 rows of weights times 16 groups of 8
// neighbouring pixels, so that a lane has two channels, whose factors stay in its registers. Results turn round on
// their way to shared memory, from where the copy engine writes them.
//
// A tile arrives as three boxes of 8 columns, one for each shift of the taps along a row, which are given back one by
// one; one box of 10 columns under shifted descriptors was as fast.
//
// Work tells what to do: constants GROUPS (that take turns), ROW (bytes of a row of a box), DEPTHS (times as many
// channels as a row has), STAGES (boxes in flight), TAP_ROWS (taps of a shift), TILE_ROWS (of input pixels),
// BORDER_ROWS (of a box before the tile's), BOX_ROWS, RISE (rows of pixels from a group of 8 to the next),
// STAGING_BYTES (of a warpgroup), SUMS (products of 64 x 128 that a group holds), CLUSTER (blocks that share tiles),
// Sample (what a group keeps for all tiles of a picture) and the functions used below.
#pragma once

#include "dependent.h"
#include "device/cluster.cuh"
#include "device/stores.cuh"
#include "device/tensor_layer.cuh"
#include "runtime.h"
#include "tensor_maps.h"

namespace smb {

constexpr int PRODUCT_ROWS = 64, PRODUCT_COLUMNS = 128, COLUMNS = 8, SHIFTS = 3;

template <typename Work>
struct Turns {
  static constexpr int THREADS = (Work::GROUPS + 1) * GROUP;
  // Of 65536: what the producers leave goes to the groups.
  static constexpr int PRODUCER_REGISTERS = 40, REGISTERS = Work::GROUPS == 2 ? 232 : 152;
  static constexpr int BOXES = Work::DEPTHS * SHIFTS, TAP_BYTES = PRODUCT_ROWS * Work::ROW;
  static constexpr int BOX_BYTES = COLUMNS * Work::BOX_ROWS * Work::ROW;
  // The taps of a box, and of all.
  static constexpr int TAPS_BYTES = Work::TAP_ROWS * TAP_BYTES, BOXES_AT = BOXES * TAPS_BYTES;
  static constexpr int STAGING_AT = BOXES_AT + Work::STAGES * BOX_BYTES;
  static constexpr int BARRIERS_AT = STAGING_AT + Work::GROUPS * Work::STAGING_BYTES;
  static constexpr int BYTES = BARRIERS_AT + (Work::STAGES + Work::GROUPS) * 16 + 8 + 1024;  // aligned to 1024
  static_assert(BOX_BYTES % (8 * Work::ROW) == 0 && BYTES <= 227 * 1024, "whole swizzles that find room");
};

__device__ inline void write_shared(uint32_t address, float v) {
  asm volatile("st.shared.f32 [%0], %1;" ::"r"(address), "f"(v) : "memory");
}

__device__ inline float read_shared(uint32_t address) {
  float v;
  asm volatile("ld.shared.f32 %0, [%1];" : "=f"(v) : "r"(address));
  return v;
}

__device__ inline float2 read_shared2(uint32_t address) {
  float2 v;
  asm volatile("ld.shared.v2.f32 {%0, %1}, [%2];" : "=f"(v.x), "=f"(v.y) : "r"(address));
  return v;
}

// What a warpgroup has to itself: shared memory, a barrier among its threads, and two that its threads and those of the
// same group of the cluster's other block arrive at, for the round that it is in.
struct Room {
  uint32_t staging;
  int barrier;
  uint32_t given, taken;
  int round = 0;
};

#ifdef __CUDA_ARCH_FEAT_SM90_ALL

template <typename Work>
__device__ inline void meet_blocks() {
  if (Work::CLUSTER > 1) {
    meet_cluster();
  } else {
    __syncthreads();
  }
}

// Copies the boxes of every `step`th tile from `index`, as places become free; by one thread.
template <typename Work>
__device__ inline void produce(const Tiles &tiles, int index, int step, const CUtensorMap *map, uint32_t boxes_at,
                               uint32_t full, uint32_t empty) {
  using S = Turns<Work>;
  for (int box = 0; index < tiles.count; index += step) {
    const Tile t(tiles, index);
    for (int i = 0; i < S::BOXES; i++, box++) {
      const int stage = box % Work::STAGES;
      wait_phase(empty + 8 * stage, box / Work::STAGES % 2 ^ 1);
      arrive_expecting(full + 8 * stage, S::BOX_BYTES);
      copy_box(boxes_at + stage * S::BOX_BYTES, map, full + 8 * stage, i / SHIFTS * (Work::ROW / 2),
               t.x + i % SHIFTS - 1, t.y - Work::BORDER_ROWS, t.n);
    }
  }
}

// Multiplies all boxes of a tile when it is this group's turn.
template <typename Work>
__device__ inline void multiply_tile(int group, int box, uint32_t weights_at, uint32_t boxes_at, uint32_t full,
                                     uint32_t empty, float (&acc)[Work::SUMS][PRODUCT_COLUMNS / 2]) {
  using S = Turns<Work>;
  const bool leads = threadIdx.x % 32 == 0;
  meet(1 + group, 2 * GROUP);
#pragma unroll 1  // code that is short stays near
  for (int i = 0; i < S::BOXES; i++, box++) {
    const int stage = box % Work::STAGES;
    wait_phase(full + 8 * stage, box / Work::STAGES % 2);
    begin_products();
    Work::multiply(acc, descriptor<Work::ROW>(weights_at + i * S::TAPS_BYTES, 8),
                   descriptor<Work::ROW>(boxes_at + stage * S::BOX_BYTES, COLUMNS * Work::RISE), i == 0);
    commit_products();
    if (i > 0) {
      wait_products<1>();
      if (leads) arrive(empty + 8 * ((box - 1) % Work::STAGES));
    }
  }
  announce(1 + (group + 1) % Work::GROUPS, 2 * GROUP);
  wait_products<0>();
  if (leads) arrive(empty + 8 * ((box - 1) % Work::STAGES));
#pragma unroll
  for (int i = 0; i < Work::SUMS; i++) settle(acc[i]);
}

// The whole kernel, for every `step`th tile from `first`.
template <typename Work>
__device__ inline void take_turns(const Tiles &tiles, int first, int step, const CUtensorMap *from,
                                  const CUtensorMap *to, const Work &work) {
  using S = Turns<Work>;
  extern __shared__ unsigned char raw[];
  unsigned char *shared = raw + (1024 - shared_address(raw) % 1024) % 1024;
  const uint32_t weights_at = shared_address(shared), boxes_at = weights_at + S::BOXES_AT;
  const uint32_t full = weights_at + S::BARRIERS_AT, empty = full + 8 * Work::STAGES;
  const uint32_t between = empty + 8 * Work::STAGES, weighted = between + 16 * Work::GROUPS;
  if (threadIdx.x == 0) {
    for (int i = 0; i < Work::STAGES; i++) {
      init_barrier(full + 8 * i, 1);
      init_barrier(empty + 8 * i, GROUP / 32);
    }
    for (int i = 0; i < 2 * Work::GROUPS; i++) init_barrier(between + 8 * i, GROUP);
    init_barrier(weighted, 1);
    publish_barriers();
  }
  meet_blocks<Work>();
  const int group = group_of_thread() - 1;
  if (group < 0) {
    give_registers<S::PRODUCER_REGISTERS>();
    if (threadIdx.x == 0) {
      arrive_expecting(weighted, S::BOXES_AT);
      work.copy_weights(weights_at, weighted);
      await_previous();
      produce<Work>(tiles, first, step, from, boxes_at, full, empty);
    }
  } else {
    take_registers<S::REGISTERS>();
    wait_phase(weighted, 0);
    await_previous();
    Room room = {weights_at + S::STAGING_AT + group * Work::STAGING_BYTES, 1 + Work::GROUPS + group,
                 between + 16 * group, between + 16 * group + 8};
    typename Work::Sample sample;
    int loaded = -1, box = group * S::BOXES;
    if (group == Work::GROUPS - 1) announce(1, 2 * GROUP);
    for (int index = first + group * step; index < tiles.count;
         index += Work::GROUPS * step, box += Work::GROUPS * S::BOXES, room.round++) {
      const Tile t(tiles, index);
      if (t.n != loaded) {
        sample.load(work, t.n);
        loaded = t.n;
      }
      typename Work::End end(work, t, room);  // what it leaves in the staging is seen once the group has met
      wait_reads_of_boxes<0>();               // for its turn, and then the rest of the staging is free
      float acc[Work::SUMS][PRODUCT_COLUMNS / 2];
      multiply_tile<Work>(group, box, weights_at, boxes_at, full, empty, acc);
      end.finish(work, sample, room, to, acc);
    }
    wait_boxes();
  }
  if (Work::CLUSTER > 1) meet_cluster();  // the other block may still use this one's shared memory
}

#endif

// Sets up and launches a kernel of this work on x [n, h, w, ROW / 2 DEPTHS]; `slices` blocks take each tile.
template <typename Work, typename Kernel>
int launch_turns(Kernel kernel, int dtype, const void *x, int n, int h, int w, int slices, const CUtensorMap &to,
                 const Work &work, cudaStream_t stream) {
  CUtensorMap from;
  int failed =
      pixel_map(dtype, x, n, h, w, Work::DEPTHS * Work::ROW / 2, Work::ROW, Work::BOX_ROWS, COLUMNS, &from);
  if (failed) return failed;
  failed = check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, Turns<Work>::BYTES));
  if (failed) return failed;
  const Tiles tiles(n, h, w, Work::TILE_ROWS, COLUMNS);
  if (!tiles.fits()) return refuse("too many tiles");
  const int useful = (multiprocessors() + slices - 1) / slices;
  const int blocks = (tiles.count < useful ? tiles.count : useful) * slices;
  return launch_dependent<Work::CLUSTER>(kernel, blocks, Turns<Work>::THREADS, Turns<Work>::BYTES, stream, tiles, from,
                                         to, work);
}

}  // namespace smb
