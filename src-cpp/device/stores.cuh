// What leaves registers through shared memory (sm_90a): matrices turned on their way, and boxes that the copy engine
// writes to device memory.
#pragma once

#include <cuda.h>

#include <cstdint>

namespace smb {

// Four matrices of 8x8 elements of 16 bits; lane l has row l / 4, columns l % 4 * 2 and the next of each, and gives the
// address of row l % 8 of matrix l / 8.
__device__ inline void store_matrices(uint32_t address, const uint32_t (&r)[4]) {
  asm volatile("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(address), "r"(r[0]), "r"(r[1]),
               "r"(r[2]), "r"(r[3])
               : "memory");
}

// The same, but what lies in memory is turned: rows there are columns of the lanes.
__device__ inline void store_matrices_turned(uint32_t address, const uint32_t (&r)[4]) {
  asm volatile("stmatrix.sync.aligned.m8n8.x4.trans.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(address), "r"(r[0]),
               "r"(r[1]), "r"(r[2]), "r"(r[3])
               : "memory");
}

// A box at (c, x, y, n) of a tensor [n, y, x, c]; what lies outside stays as it is.
__device__ inline void store_box(const CUtensorMap *map, uint32_t from, int c, int x, int y, int n) {
  asm volatile("cp.async.bulk.tensor.4d.global.shared::cta.tile.bulk_group [%0, {%2, %3, %4, %5}], [%1];" ::"l"(map),
               "r"(from), "r"(c), "r"(x), "r"(y), "r"(n)
               : "memory");
  asm volatile("cp.async.bulk.commit_group;" ::: "memory");
}

// A box of a tensor of five dimensions.
__device__ inline void store_box(const CUtensorMap *map, uint32_t from, int a, int b, int c, int d, int e) {
  asm volatile(
      "cp.async.bulk.tensor.5d.global.shared::cta.tile.bulk_group [%0, {%2, %3, %4, %5, %6}], [%1];" ::"l"(map),
      "r"(from), "r"(a), "r"(b), "r"(c), "r"(d), "r"(e)
      : "memory");
  asm volatile("cp.async.bulk.commit_group;" ::: "memory");
}

// Waits until at most PENDING boxes that this thread stores are still to be read.
template <int PENDING>
__device__ inline void wait_reads_of_boxes() {
  asm volatile("cp.async.bulk.wait_group.read %0;" ::"n"(PENDING) : "memory");
}

// Waits until all boxes that this thread stores are written.
__device__ inline void wait_boxes() { asm volatile("cp.async.bulk.wait_group 0;" ::: "memory"); }

}  // namespace smb
