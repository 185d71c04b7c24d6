// The joint index space of several arrays, passed to kernels by value.
#pragma once

#include <cstdint>

namespace smb {

constexpr int MAX_RANK = 8;

// I is the type of indices: 32 bits where all of them fit, because 64-bit division is slow.
template <typename I, int OPERANDS>
struct Walk {
  int rank;
  I count;
  I dims[MAX_RANK];
  int64_t strides[OPERANDS][MAX_RANK];
};

template <int OPERANDS>
struct Offsets {
  int64_t of[OPERANDS];
};

// Element offset of every operand at linear index i.
template <typename I, int OPERANDS>
__device__ inline Offsets<OPERANDS> offsets(const Walk<I, OPERANDS> &walk, I i) {
  Offsets<OPERANDS> at = {};
  for (int axis = walk.rank - 1; axis >= 0; axis--) {
    const I rest = axis == 0 ? 0 : i / walk.dims[axis];
    const int64_t index = static_cast<int64_t>(i - rest * walk.dims[axis]);
#pragma unroll
    for (int k = 0; k < OPERANDS; k++) at.of[k] += index * walk.strides[k][axis];
    i = rest;
  }
  return at;
}

}  // namespace smb
