// Launches a kernel that may begin before the one ahead of it on the stream has ended: it calls await_previous before
// it touches what others write. Devices below capability 9.0 launch it as any other.
#pragma once

#include "runtime.h"
#include "tensor_maps.h"

namespace smb {

template <typename... Parameters, typename... Arguments>
int launch_dependent(void (*kernel)(Parameters...), dim3 grid, int threads, int bytes, cudaStream_t stream,
                     Arguments... arguments) {
  cudaLaunchAttribute early = {};
  early.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  early.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config = {};
  config.gridDim = grid;
  config.blockDim = dim3(threads);
  config.dynamicSmemBytes = bytes;
  config.stream = stream;
  config.attrs = &early;
  config.numAttrs = has_clusters() ? 1 : 0;
  return check(cudaLaunchKernelEx(&config, kernel, arguments...));
}

}  // namespace smb
