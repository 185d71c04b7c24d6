// Shared by the launchers: how a CUDA status becomes ours.
#pragma once

#include <cuda_runtime_api.h>

namespace smb {

// Notes the status as the thread's last error and returns its number, 0 on success.
int check(cudaError_t status);

}  // namespace smb
