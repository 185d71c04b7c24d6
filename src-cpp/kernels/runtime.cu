// What the library says about itself: its version, its last error, the devices it sees.
#include "runtime.h"

#include <cuda_runtime_api.h>

#include "semblance_kernels.h"

namespace smb {

static thread_local const char *last_error = "";

static_assert(MAX_RANK == SMB_MAX_RANK, "the header tells callers the limit");

int check(cudaError_t status) {
  last_error = status == cudaSuccess ? "" : cudaGetErrorString(status);
  return static_cast<int>(status);
}

int refuse(const char *rule) {
  last_error = rule;
  return -1;
}

}  // namespace smb

extern "C" {

int smb_abi_version(void) { return SMB_ABI_VERSION; }

const char *smb_last_error(void) { return smb::last_error; }

int smb_device_count(void) {
  int count = 0;
  return smb::check(cudaGetDeviceCount(&count)) ? 0 : count;
}
}
