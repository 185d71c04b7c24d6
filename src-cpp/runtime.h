// Shared by the launchers: how a CUDA status becomes ours, how grids are sized, how walks are read.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime_api.h>

#include <cstdint>
#include <type_traits>

#include "device/walk.cuh"

namespace smb {

constexpr int BLOCK = 256;

// Notes the status as the thread's last error and returns its number, 0 on success. A failure is told once: the runtime
// forgets it.
int check(cudaError_t status);

// Notes a broken rule (text that outlives the call) as the thread's last error and returns a number that is not CUDA's.
int refuse(const char *rule);

// The status of the launch just made.
inline int launched() { return check(cudaGetLastError()); }

inline cudaStream_t on(void *stream) { return static_cast<cudaStream_t>(stream); }

// Blocks of BLOCK threads for n elements, at most MAX_BLOCKS: kernels launched with it step on by the whole grid.
constexpr int MAX_BLOCKS = 1 << 20;

inline unsigned blocks(int64_t n) {
  const int64_t wanted = (n + BLOCK - 1) / BLOCK;
  return static_cast<unsigned>(wanted < MAX_BLOCKS ? wanted : MAX_BLOCKS);
}

inline int64_t product(int rank, const int64_t *dims) {
  int64_t count = 1;
  for (int i = 0; i < rank; i++) count *= dims[i];
  return count;
}

template <typename I, int OPERANDS>
Walk<I, OPERANDS> walk_of(int rank, const int64_t *packed) {
  Walk<I, OPERANDS> walk = {};
  walk.rank = rank;
  walk.count = static_cast<I>(product(rank, packed));
  for (int axis = 0; axis < rank; axis++) {
    walk.dims[axis] = static_cast<I>(packed[axis]);
    for (int k = 0; k < OPERANDS; k++) walk.strides[k][axis] = packed[(k + 1) * rank + axis];
  }
  return walk;
}

inline bool fits_rank(int rank) { return rank >= 0 && rank <= MAX_RANK; }

inline bool fits_32_bits(int64_t count) { return count < (int64_t{1} << 31); }

// Calls launch(T{}) for the 16-bit type of this number: 0 half, 1 bfloat16. The status is what it returns, or that of
// the launch just made if it returns nothing.
template <typename Launch>
int half_type(int dtype, const char *rule, Launch launch) {
  if (dtype != 0 && dtype != 1) return refuse(rule);
  if constexpr (std::is_void_v<decltype(launch(__half{}))>) {
    if (dtype == 0) {
      launch(__half{});
    } else {
      launch(__nv_bfloat16{});
    }
    return launched();
  } else {
    return dtype == 0 ? launch(__half{}) : launch(__nv_bfloat16{});
  }
}

}  // namespace smb
