// Launches a kernel, in clusters of CLUSTER blocks, that may begin before the one ahead of it on the stream has ended:
// it calls await_previous before it touches what others write. Devices below capability 9.0 launch it as any other.
#pragma once

#include "runtime.h"
#include "tensor_maps.h"

namespace smb {

template <int CLUSTER = 1, typename... Parameters, typename... Arguments>
int launch_dependent(void (*kernel)(Parameters...), dim3 grid, int threads, int bytes, cudaStream_t stream,
                     Arguments... arguments) {
  cudaLaunchAttribute attributes[2] = {};
  attributes[0].id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attributes[0].val.programmaticStreamSerializationAllowed = 1;
  attributes[1].id = cudaLaunchAttributeClusterDimension;
  attributes[1].val.clusterDim.x = CLUSTER;
  attributes[1].val.clusterDim.y = attributes[1].val.clusterDim.z = 1;
  cudaLaunchConfig_t config = {};
  config.gridDim = grid;
  config.blockDim = dim3(threads);
  config.dynamicSmemBytes = bytes;
  config.stream = stream;
  config.attrs = attributes;
  config.numAttrs = !has_clusters() ? 0 : CLUSTER > 1 ? 2 : 1;
  return check(cudaLaunchKernelEx(&config, kernel, arguments...));
}

}  // namespace smb
