// What the kernel of smb_set_call takes: a call's arguments, and memory that a graph clears as it begins.
#pragma once

#include <cstdint>

#include "device/synthesis.cuh"

namespace smb {

struct Clearings {
  static constexpr int MOST = 16, MOST_WORDS = 1 << 16;

  struct Range {
    uint32_t *at;
    int words;
  } of[MOST];
  int count;
};

inline Call call_of(const int64_t *values) {
  return {reinterpret_cast<const float *>(values[0]),
          reinterpret_cast<float *>(values[1]),
          reinterpret_cast<uint8_t *>(values[2]),
          reinterpret_cast<int *>(values[3]),
          values[4],
          values[5],
          reinterpret_cast<const float *>(values[6]),
          reinterpret_cast<float *>(values[7])};
}

}  // namespace smb
