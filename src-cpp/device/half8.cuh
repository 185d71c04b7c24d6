// Eight neighbouring 16-bit elements, half or bfloat16, as one 16-byte access and eight floats.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

namespace smb {

constexpr int VEC = 8;

__device__ inline float2 to_floats(__half2 v) { return __half22float2(v); }
__device__ inline float2 to_floats(__nv_bfloat162 v) { return __bfloat1622float2(v); }
__device__ inline void from_floats(float a, float b, __half2 *v) { *v = __floats2half2_rn(a, b); }
__device__ inline void from_floats(float a, float b, __nv_bfloat162 *v) { *v = __floats2bfloat162_rn(a, b); }

template <typename T>
struct Pair;
template <>
struct Pair<__half> {
  using type = __half2;
};
template <>
struct Pair<__nv_bfloat16> {
  using type = __nv_bfloat162;
};

template <typename P>
__device__ inline P both(float v) {
  P pair;
  from_floats(v, v, &pair);
  return pair;
}

template <typename P>
__device__ inline uint32_t bits(const P &pair) {
  return *reinterpret_cast<const uint32_t *>(&pair);
}

// The pair times another one's bits.
template <typename P>
__device__ inline uint32_t scaled(const P &pair, uint32_t by) {
  return bits(__hmul2(pair, *reinterpret_cast<const P *>(&by)));
}

template <typename T>
__device__ inline uint32_t pair_of(float a, float b) {
  typename Pair<T>::type pair;
  from_floats(a, b, &pair);
  return bits(pair);
}

// The same of what rounding them leaves.
template <typename T>
__device__ inline uint32_t rest_of(float a, float b) {
  return pair_of<T>(a - static_cast<float>(static_cast<T>(a)), b - static_cast<float>(static_cast<T>(b)));
}

// The product of two pairs' bits.
template <typename T>
__device__ inline uint32_t product(uint32_t a, uint32_t b) {
  return scaled(*reinterpret_cast<const typename Pair<T>::type *>(&a), b);
}

// a and b, rounded, within the bounds; NaN stays NaN.
template <typename T, typename P>
__device__ inline P bounded(float a, float b, P bottom, P top) {
  P pair;
  from_floats(a, b, &pair);
  return __hmin2_nan(__hmax2_nan(pair, bottom), top);
}

// Four neighbouring elements.
template <typename T>
struct Four {
  uint2 raw;

  __device__ void to(float (&v)[4]) const {
    using P = typename Pair<T>::type;
    const float2 a = to_floats(*reinterpret_cast<const P *>(&raw.x));
    const float2 b = to_floats(*reinterpret_cast<const P *>(&raw.y));
    v[0] = a.x, v[1] = a.y, v[2] = b.x, v[3] = b.y;
  }

  __device__ void from(const float (&v)[4]) {
    using P = typename Pair<T>::type;
    from_floats(v[0], v[1], reinterpret_cast<P *>(&raw.x));
    from_floats(v[2], v[3], reinterpret_cast<P *>(&raw.y));
  }
};

template <typename T>
__device__ inline void unpack8(uint4 raw, float *v) {
  using P = typename Pair<T>::type;
  const uint32_t words[4] = {raw.x, raw.y, raw.z, raw.w};
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const float2 f = to_floats(*reinterpret_cast<const P *>(&words[i]));
    v[2 * i] = f.x;
    v[2 * i + 1] = f.y;
  }
}

template <typename T>
__device__ inline uint4 pack8(const float *v) {
  using P = typename Pair<T>::type;
  uint32_t words[4];
#pragma unroll
  for (int i = 0; i < 4; i++) from_floats(v[2 * i], v[2 * i + 1], reinterpret_cast<P *>(&words[i]));
  return make_uint4(words[0], words[1], words[2], words[3]);
}

__device__ inline uint4 load16(const void *p) { return __ldg(static_cast<const uint4 *>(p)); }

__device__ inline void store16(void *p, uint4 v) { *static_cast<uint4 *>(p) = v; }

__device__ inline void load_floats8(const float *p, float *v) {
  const float4 a = __ldg(reinterpret_cast<const float4 *>(p));
  const float4 b = __ldg(reinterpret_cast<const float4 *>(p) + 1);
  v[0] = a.x;
  v[1] = a.y;
  v[2] = a.z;
  v[3] = a.w;
  v[4] = b.x;
  v[5] = b.y;
  v[6] = b.z;
  v[7] = b.w;
}

}  // namespace smb
