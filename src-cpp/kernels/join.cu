// Many arrays end to end in one, and back: the parameters of a network, updated together.
// Bound by memory; a block of 256 threads takes CHUNK neighbouring elements, and looks up where the first of them lies.
#include <cuda_runtime.h>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

constexpr int CHUNK = 2048;

struct Parts {
  int count;
  float *part[SMB_MAX_PARTS];
  int64_t end[SMB_MAX_PARTS];  // in the joined array, counted from the first part's beginning
};

template <bool SPLIT>
__global__ void join_kernel(__grid_constant__ const Parts parts, int64_t total, float *all) {
  const int64_t first = int64_t{blockIdx.x} * CHUNK;
  int low = 0, high = parts.count - 1;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (parts.end[middle] <= first) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const int64_t last = first + CHUNK < total ? first + CHUNK : total;
  for (int64_t i = first + threadIdx.x; i < last; i += BLOCK) {
    while (i >= parts.end[low]) low++;
    float *at = parts.part[low] + (i - (low ? parts.end[low - 1] : 0));
    if (SPLIT) {
      *at = all[i];
    } else {
      all[i] = *at;
    }
  }
}

}  // namespace smb

extern "C" int smb_join(void *stream, int count, const int64_t *parts, const int64_t *sizes, int split, float *all) {
  if (count < 0 || count > SMB_MAX_PARTS) return smb::refuse("smb_join: at most SMB_MAX_PARTS arrays");
  smb::Parts table = {};
  int64_t total = 0;
  table.count = count;
  for (int i = 0; i < count; i++) {
    total += sizes[i];
    table.part[i] = reinterpret_cast<float *>(parts[i]);
    table.end[i] = total;
  }
  if (total == 0) return smb::check(cudaSuccess);
  const unsigned blocks = static_cast<unsigned>((total + smb::CHUNK - 1) / smb::CHUNK);
  if (split) {
    smb::join_kernel<true><<<blocks, smb::BLOCK, 0, smb::on(stream)>>>(table, total, all);
  } else {
    smb::join_kernel<false><<<blocks, smb::BLOCK, 0, smb::on(stream)>>>(table, total, all);
  }
  return smb::launched();
}
