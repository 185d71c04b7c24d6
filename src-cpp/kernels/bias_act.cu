// Bias, activation, gain and clamp in one pass, y = clamp(gain * act(x + b), -clamp, clamp), and its derivatives of
// order 1 and 2. Bound by memory; blocks of 256 threads, one element each.
#include <cuda_runtime.h>

#include "device/scalars.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

constexpr float SELU_SCALE = 1.0507009873554805f;
constexpr float SELU_ALPHA = 1.6732632423543772f;

enum Kind { LINEAR, RELU, LRELU, TANH, SIGMOID, ELU, SELU, SOFTPLUS, SWISH };

struct Activation {
  int kind;
  float slope;  // below zero, of the piecewise-linear kinds
  float gain;
  float clamp;
};

static Activation activation_of(int kind, float alpha, float gain, float clamp) {
  return {kind, kind == LINEAR ? 1.0f : kind == RELU ? 0.0f : alpha, gain, clamp};
}

// Element i belongs to channel i / step % channels.
template <typename T>
struct Bias {
  const T *b;
  int64_t step;
  int channels;

  // 32-bit division is several times faster than 64-bit, and nearly every index fits.
  __device__ float at(int64_t i) const {
    if (!b) return 0.0f;
    const bool small = (i | step) >> 31 == 0;
    const int64_t row = small ? static_cast<uint32_t>(i) / static_cast<uint32_t>(step) : i / step;
    return static_cast<float>(b[small ? static_cast<uint32_t>(row) % channels : row % channels]);
  }
};

__device__ inline float value(const Activation &act, float x) {
  switch (act.kind) {
    case LINEAR:
      return x;
    case RELU:
    case LRELU:
      return x > 0 ? x : x * act.slope;
    case TANH:
      return tanhf(x);
    case SIGMOID:
      return sigmoid(x);
    case ELU:
      return x >= 0 ? x : expm1f(x);
    case SELU:
      return SELU_SCALE * (x >= 0 ? x : SELU_ALPHA * expm1f(x));
    case SOFTPLUS:
      return softplus(x);
    default:
      return x * sigmoid(x);
  }
}

__device__ inline float slope(const Activation &act, float x) {
  const float s = sigmoid(x);
  const float t = tanhf(x);
  switch (act.kind) {
    case LINEAR:
      return 1;
    case RELU:
    case LRELU:
      return x > 0 ? 1 : act.slope;
    case TANH:
      return 1 - t * t;
    case SIGMOID:
      return s * (1 - s);
    case ELU:
      return x >= 0 ? 1 : expf(x);
    case SELU:
      return SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * expf(x));
    case SOFTPLUS:
      return s;
    default:
      return s * (1 + x * (1 - s));
  }
}

__device__ inline float curvature(const Activation &act, float x) {
  const float s = sigmoid(x);
  const float t = tanhf(x);
  switch (act.kind) {
    case TANH:
      return -2 * t * (1 - t * t);
    case SIGMOID:
      return s * (1 - s) * (1 - 2 * s);
    case ELU:
      return x >= 0 ? 0 : expf(x);
    case SELU:
      return x > 0 ? 0 : SELU_SCALE * SELU_ALPHA * expf(x);
    case SOFTPLUS:
      return s * (1 - s);
    case SWISH:
      return s * (1 - s) * (2 + x * (1 - 2 * s));
    default:
      return 0;
  }
}

template <typename T>
__global__ void bias_act_kernel(Activation act, int64_t n, Bias<T> bias, const T *x, T *y) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < n; i += step) {
    const float v = value(act, static_cast<float>(x[i]) + bias.at(i)) * act.gain;
    y[i] = static_cast<T>(bounded(v, -act.clamp, act.clamp));
  }
}

// The derivative at the output of a piecewise-linear kind, which tells the side and whether the clamp was reached.
__device__ inline float slope_at_output(const Activation &act, float y) {
  if (!(fabsf(y) < act.clamp)) return 0;
  return (act.gain < 0 ? -y : y) > 0 ? act.gain : act.gain * act.slope;
}

__device__ inline float slope_at_input(const Activation &act, int order, float x) {
  if (!(fabsf(value(act, x) * act.gain) < act.clamp)) return 0;
  return act.gain * (order == 1 ? slope(act, x) : curvature(act, x));
}

template <typename T>
__global__ void bias_act_grad_kernel(Activation act, int order, bool at_output, int64_t n, Bias<T> bias, const T *dy,
                                     const T *x, T *dx) {
  const int64_t step = int64_t{gridDim.x} * BLOCK;
  for (int64_t i = int64_t{blockIdx.x} * BLOCK + threadIdx.x; i < n; i += step) {
    const float v = static_cast<float>(x[i]) + bias.at(i);
    const float d = at_output && order == 1 ? slope_at_output(act, v) : slope_at_input(act, order, v);
    dx[i] = static_cast<T>(static_cast<float>(dy[i]) * d);
  }
}

}  // namespace smb

extern "C" {

int smb_bias_act(void *stream, int act, float alpha, float gain, float clamp, int64_t n, int64_t step, int channels,
                 const float *x, const float *b, float *y) {
  if (act < 0 || act > smb::SWISH) return smb::refuse("smb_bias_act: act must be in [0, 8]");
  if (n <= 0) return smb::check(cudaSuccess);
  const smb::Bias<float> bias = {b, step, channels};
  smb::bias_act_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(smb::activation_of(act, alpha, gain, clamp),
                                                                           n, bias, x, y);
  return smb::launched();
}

int smb_bias_act_grad(void *stream, int act, float alpha, float gain, float clamp, int order, int x_is_output,
                      int64_t n, int64_t step, int channels, const float *dy, const float *x, const float *b,
                      float *dx) {
  if (act < 0 || act > smb::SWISH) return smb::refuse("smb_bias_act_grad: act must be in [0, 8]");
  if (order < 1 || order > 2) return smb::refuse("smb_bias_act_grad: order must be 1 or 2");
  if (x_is_output && act > smb::LRELU)
    return smb::refuse("smb_bias_act_grad: only kinds of straight pieces take outputs");
  if (n <= 0) return smb::check(cudaSuccess);
  const smb::Bias<float> bias = {b, step, channels};
  smb::bias_act_grad_kernel<<<smb::blocks(n), smb::BLOCK, 0, smb::on(stream)>>>(
      smb::activation_of(act, alpha, gain, clamp), order, x_is_output != 0, n, bias, dy, x, dx);
  return smb::launched();
}
}
