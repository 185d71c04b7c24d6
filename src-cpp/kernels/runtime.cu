// What the library says about itself: its version, its last error, the devices it sees.
#include <cuda_runtime_api.h>
#include <dlfcn.h>

#include <cstdio>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

static thread_local const char *last_error = "";

static_assert(MAX_RANK == SMB_MAX_RANK, "the header tells callers the limit");

int check(cudaError_t status) {
  last_error = status == cudaSuccess ? "" : cudaGetErrorString(status);
  // The runtime keeps a call's failure until it is asked: else the next good launch would be told of it.
  if (status != cudaSuccess) cudaGetLastError();
  return static_cast<int>(status);
}

int refuse(const char *rule) {
  last_error = rule;
  return -1;
}

/* To the runtime no driver and one that is too old are the same error. */
static int refuse_driver() {
  static thread_local char reason[128];
  int driver = 0;
  int runtime = 0;
  if (cudaDriverGetVersion(&driver) || !driver) return refuse("there is no NVIDIA driver (libcuda.so.1)");
  cudaRuntimeGetVersion(&runtime);
  std::snprintf(reason, sizeof reason, "the NVIDIA driver is too old: it is for CUDA %d.%d, CUDA %d is needed",
                driver / 1000, driver % 1000 / 10, runtime / 1000);
  return refuse(reason);
}

static int pool_of(int device, cudaMemPool_t *pool) { return check(cudaDeviceGetDefaultMemPool(pool, device)); }

}  // namespace smb

extern "C" {

int smb_abi_version(void) { return SMB_ABI_VERSION; }

const char *smb_last_error(void) { return smb::last_error; }

int smb_device_count(void) {
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status == cudaErrorInsufficientDriver) {
    smb::refuse_driver();
    return 0;
  }
  return smb::check(status) ? 0 : count;
}

int smb_load_library(const char *name) {
  static thread_local char reason[512];
  if (dlopen(name, RTLD_NOW | RTLD_LOCAL)) return smb::check(cudaSuccess);
  const char *text = dlerror();
  std::snprintf(reason, sizeof reason, "%s", text ? text : "no reason given");
  return smb::refuse(reason);
}

int smb_keep_memory(int device, int64_t bytes) {
  cudaMemPool_t pool = nullptr;
  const int failed = smb::pool_of(device, &pool);
  if (failed) return failed;
  uint64_t threshold = static_cast<uint64_t>(bytes);
  return smb::check(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &threshold));
}

int smb_trim_memory(int device, int64_t bytes) {
  cudaMemPool_t pool = nullptr;
  const int failed = smb::pool_of(device, &pool);
  return failed ? failed : smb::check(cudaMemPoolTrimTo(pool, static_cast<size_t>(bytes)));
}
}
