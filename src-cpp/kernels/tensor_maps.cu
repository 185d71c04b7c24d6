// Descriptions of arrays in device memory for the bulk copies.
#include <cuda_runtime.h>

#include "runtime.h"
#include "tensor_maps.h"

namespace smb {

using Encode = decltype(&cuTensorMapEncodeTiled);

// The driver's function, found through the runtime, so that the library does not link the driver.
static Encode encode() {
  static const Encode found = [] {
    void *function = nullptr;
    cudaDriverEntryPointQueryResult status;
    const cudaError_t failed = cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", &function, 12000,
                                                                cudaEnableDefault, &status);
    return failed == cudaSuccess && status == cudaDriverEntryPointSuccess ? reinterpret_cast<Encode>(function)
                                                                          : nullptr;
  }();
  return found;
}

static int map_of(int dtype, int rank, const void *data, const cuuint64_t *dims, const cuuint64_t *strides,
                  const cuuint32_t *box, CUtensorMap *map) {
  const CUtensorMapSwizzle swizzle = box[0] == 64   ? CU_TENSOR_MAP_SWIZZLE_128B
                                     : box[0] == 32 ? CU_TENSOR_MAP_SWIZZLE_64B
                                                    : CU_TENSOR_MAP_SWIZZLE_32B;
  if (!encode()) return refuse("the driver has no tensor maps");
  const cuuint32_t ones[5] = {1, 1, 1, 1, 1};
  const CUtensorMapDataType type = dtype == 0 ? CU_TENSOR_MAP_DATA_TYPE_FLOAT16 : CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
  const CUresult result =
      encode()(map, type, rank, const_cast<void *>(data), dims, strides, box, ones, CU_TENSOR_MAP_INTERLEAVE_NONE,
               swizzle, CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  return result == CUDA_SUCCESS ? 0 : refuse("cuTensorMapEncodeTiled refused the array");
}

int pixel_map(int dtype, const void *x, int n, int h, int w, int c, int bytes, int rows, int columns,
              CUtensorMap *map) {
  const cuuint64_t channels = c, width = w, height = h;
  const cuuint64_t dims[] = {channels, width, height, static_cast<cuuint64_t>(n)};
  const cuuint64_t strides[] = {2 * channels, 2 * channels * width, 2 * channels * width * height};
  const cuuint32_t box[] = {static_cast<cuuint32_t>(bytes / 2), static_cast<cuuint32_t>(columns),
                            static_cast<cuuint32_t>(rows), 1};
  return map_of(dtype, 4, x, dims, strides, box, map);
}

int phase_map(int dtype, const void *y, int n, int h, int w, int c, int rows, int columns, CUtensorMap *map) {
  const cuuint64_t pixel = cuuint64_t{2} * c, row = pixel * w;
  const cuuint64_t dims[] = {pixel / 2, 2, static_cast<cuuint64_t>(w / 2), static_cast<cuuint64_t>(h),
                             static_cast<cuuint64_t>(n)};
  const cuuint64_t strides[] = {pixel, 2 * pixel, row, row * h};
  const cuuint32_t box[] = {16, 1, static_cast<cuuint32_t>(columns), static_cast<cuuint32_t>(rows), 1};
  return map_of(dtype, 5, y, dims, strides, box, map);
}

// Row r = i + 2 q + 8 j of each 32 is output channel i + 8 q + 2 j, i < 2, q < 4, j < 4: axes i, q, j, 32s.
int weight_map(int dtype, const void *weights, int outs, int ins, int columns, CUtensorMap *map) {
  const cuuint64_t row = cuuint64_t{18} * ins, all = outs;
  const cuuint64_t dims[] = {row / 2, 2, 4, 4, all / 32};
  const cuuint64_t strides[] = {row, 8 * row, 2 * row, 32 * row};
  const cuuint32_t box[] = {64, 2, 4, 4, static_cast<cuuint32_t>(columns / 32)};
  return map_of(dtype, 5, weights, dims, strides, box, map);
}

static int attribute(cudaDeviceAttr which) {
  int device = 0, value = 0;
  const bool known =
      cudaGetDevice(&device) == cudaSuccess && cudaDeviceGetAttribute(&value, which, device) == cudaSuccess;
  return known ? value : 0;
}

int multiprocessors() {
  const int count = attribute(cudaDevAttrMultiProcessorCount);
  return count > 0 ? count : 1;
}

bool has_warpgroups() {
#ifdef SMB_SM90A
  return attribute(cudaDevAttrComputeCapabilityMajor) == 9 && attribute(cudaDevAttrComputeCapabilityMinor) == 0 &&
         encode();
#else
  return false;
#endif
}

bool has_clusters() {
  return attribute(cudaDevAttrComputeCapabilityMajor) >= 9 &&
         attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin) >= 227 * 1024;
}

}  // namespace smb
