// Blocks of one cluster that read each other's shared memory, and kernels that begin before the one ahead of them has
// ended. For capability 9.0 and newer; below, a cluster is one block and every kernel waits by itself.
#pragma once

#include <cstdint>

namespace smb {

// Waits for the kernel ahead to end, and lets the next one begin. What comes before it may touch nothing that kernels
// of the same pass write. Of what comes after it, reads of constants may move up: of those that the kernel ahead
// writes, `written` is a new pointer to the compiler, so that none does.
__device__ inline void await_previous() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

template <typename T>
__device__ inline void await_previous(T *&written) {
  await_previous();
  asm volatile("" : "+l"(written)::"memory");
}

// Has a line of 128 bytes on its way to the L2 cache.
__device__ inline void prefetch(const void *p) { asm volatile("prefetch.global.L2 [%0];" ::"l"(p)); }

// All threads of a cluster's blocks meet; what they wrote to shared memory before is seen after.
__device__ inline void meet_cluster() {
#if __CUDA_ARCH__ >= 900
  asm volatile("barrier.cluster.arrive.release;" ::: "memory");
  asm volatile("barrier.cluster.wait.acquire;" ::: "memory");
#endif
}

// Arrives at the barrier that stands at this address in the cluster's block `rank`; what this thread wrote before is
// seen by those who wait there.
__device__ inline void arrive_at(int rank, uint32_t barrier) {
#if __CUDA_ARCH__ >= 900
  asm volatile(
      "{\n.reg .b32 there;\nmapa.shared::cluster.u32 there, %0, %1;\n"
      "mbarrier.arrive.release.cluster.shared::cluster.b64 _, [there];\n}\n" ::"r"(barrier),
      "r"(rank)
      : "memory");
#endif
}

// Waits for a phase of a barrier of this block that threads of the cluster arrive at.
__device__ inline void wait_cluster_phase(uint32_t barrier, uint32_t parity) {
#if __CUDA_ARCH__ >= 900
  asm volatile(
      "{\n"
      ".reg .pred done;\n"
      "again:\n"
      "mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 done, [%0], %1;\n"
      "@!done bra again;\n"
      "}\n" ::"r"(barrier),
      "r"(parity)
      : "memory");
#endif
}

// Writes four floats at an address in the shared memory of the cluster's block `rank`.
__device__ inline void write_shared_of(int rank, uint32_t address, float4 v) {
#if __CUDA_ARCH__ >= 900
  asm volatile(
      "{\n.reg .b32 there;\nmapa.shared::cluster.u32 there, %0, %1;\n"
      "st.shared::cluster.v4.f32 [there], {%2, %3, %4, %5};\n}\n" ::"r"(address),
      "r"(rank), "f"(v.x), "f"(v.y), "f"(v.z), "f"(v.w)
      : "memory");
#endif
}

// Four floats at an address in the shared memory of the cluster's block `rank`.
__device__ inline float4 read_shared_of(int rank, uint32_t address) {
  float4 v = {};
#if __CUDA_ARCH__ >= 900
  uint32_t there;
  asm volatile("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(there) : "r"(address), "r"(rank));
  asm volatile("ld.shared::cluster.v4.f32 {%0, %1, %2, %3}, [%4];"
               : "=f"(v.x), "=f"(v.y), "=f"(v.z), "=f"(v.w)
               : "r"(there)
               : "memory");
#endif
  return v;
}

}  // namespace smb
