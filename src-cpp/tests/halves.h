// 16-bit arrays on the device for the tests: 0 half, 1 bfloat16. Values are rounded on the host, so that plain loops
// see what the kernels see.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstring>

#include "device_array.h"

namespace test {

inline float rounded(int dtype, float v) {
  return dtype == 0 ? __half2float(__float2half(v)) : __bfloat162float(__float2bfloat16(v));
}

inline std::vector<float> rounded(int dtype, std::vector<float> values) {
  for (float &v : values) v = rounded(dtype, v);
  return values;
}

class Halves {
 public:
  Halves(int dtype, const std::vector<float> &host) : dtype_(dtype), bits_(host.size()) {
    for (size_t i = 0; i < host.size(); i++) {
      const __half h = __float2half(host[i]);
      const __nv_bfloat16 b = __float2bfloat16(host[i]);
      std::memcpy(&bits_[i], dtype == 0 ? static_cast<const void *>(&h) : static_cast<const void *>(&b), 2);
    }
    cuda("cudaMalloc", cudaMalloc(&data_, bits_.size() * 2 + 16));
    cuda("cudaMemcpy", cudaMemcpy(data_, bits_.data(), bits_.size() * 2, cudaMemcpyHostToDevice));
  }
  Halves(int dtype, size_t n) : Halves(dtype, std::vector<float>(n, NAN)) {}
  Halves(const Halves &) = delete;
  Halves &operator=(const Halves &) = delete;
  ~Halves() { cudaFree(data_); }

  operator void *() const { return data_; }

  std::vector<float> host() const {
    std::vector<uint16_t> bits(bits_.size());
    cuda("cudaMemcpy", cudaMemcpy(bits.data(), data_, bits.size() * 2, cudaMemcpyDeviceToHost));
    std::vector<float> values(bits.size());
    for (size_t i = 0; i < bits.size(); i++) {
      __half h;
      __nv_bfloat16 b;
      std::memcpy(&h, &bits[i], 2);
      std::memcpy(&b, &bits[i], 2);
      values[i] = dtype_ == 0 ? __half2float(h) : __bfloat162float(b);
    }
    return values;
  }

 private:
  int dtype_;
  std::vector<uint16_t> bits_;
  void *data_ = nullptr;
};

// The largest relative error, in the norm, that one rounding to the type makes.
inline double unit(int dtype) { return dtype == 0 ? 5e-4 : 4e-3; }

}  // namespace test
