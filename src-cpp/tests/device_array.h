// Shared by the tests: arrays on the device, random numbers, comparison with a plain loop's result, and time by events.
#pragma once

#include <cuda_runtime_api.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace test {

inline int failures = 0;

inline void fail(const std::string &what) {
  std::printf("FAIL %s\n", what.c_str());
  failures++;
}

// Notes a status that is not 0; `text` is smb_last_error() or CUDA's.
inline bool ok(const char *what, int status, const char *text) {
  if (status != 0) fail(std::string(what) + " failed with " + std::to_string(status) + ": " + text);
  return status == 0;
}

inline bool cuda(const char *what, cudaError_t status) {
  return ok(what, static_cast<int>(status), cudaGetErrorString(status));
}

// Whether there is a device; without one a test says so and is skipped (ctest's code 77).
inline bool has_device() {
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status != cudaSuccess) std::printf("skipped: %s\n", cudaGetErrorString(status));
  return status == cudaSuccess && count > 0;
}

inline std::vector<float> normal(size_t n, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<float> draw;
  std::vector<float> values(n);
  for (float &v : values) v = draw(engine);
  return values;
}

// Floats on the device, poisoned with NaN where no contents are given, so that unwritten elements show.
class Array {
 public:
  explicit Array(const std::vector<float> &host) : size_(host.size()) {
    cuda("cudaMalloc", cudaMalloc(reinterpret_cast<void **>(&data_), (size_ + 1) * sizeof(float)));
    cuda("cudaMemcpy", cudaMemcpy(data_, host.data(), size_ * sizeof(float), cudaMemcpyHostToDevice));
  }
  explicit Array(size_t n) : Array(std::vector<float>(n, NAN)) {}
  Array(const Array &) = delete;
  Array &operator=(const Array &) = delete;
  ~Array() { cudaFree(data_); }

  operator float *() const { return data_; }

  std::vector<float> host() const {
    std::vector<float> values(size_);
    cuda("cudaMemcpy", cudaMemcpy(values.data(), data_, size_ * sizeof(float), cudaMemcpyDeviceToHost));
    return values;
  }

 private:
  float *data_ = nullptr;
  size_t size_;
};

// Passes if ||actual - expected|| <= bound * ||expected|| in double; NaN never passes.
inline void same(const std::string &what, const std::vector<float> &actual, const std::vector<double> &expected,
                 double bound = 1e-6) {
  double error = 0, norm = 0;
  for (size_t i = 0; i < expected.size(); i++) {
    const double d = actual[i] - expected[i];
    error += d * d;
    norm += expected[i] * expected[i];
  }
  const double relative = std::sqrt(error) / std::fmax(std::sqrt(norm), 1e-30);
  const bool good = actual.size() == expected.size() && relative <= bound;
  std::printf("%s %s: relative error %.1e\n", good ? "ok  " : "FAIL", what.c_str(), relative);
  if (!good) failures++;
}

// Whether times are asked for: SMB_TEST_TIMES is set and not 0.
inline bool wants_times() {
  const char *wish = std::getenv("SMB_TEST_TIMES");
  return wish && std::string(wish) != "0";
}

// Median milliseconds of a queued call, by events; nothing unless times are asked for.
template <typename Call>
void time(const std::string &what, double bytes, Call call) {
  if (!wants_times()) return;
  cudaEvent_t start, stop;
  cudaEventCreate(&start);
  cudaEventCreate(&stop);
  std::vector<float> runs;
  for (int i = 0; i < 12; i++) {
    cudaEventRecord(start, nullptr);
    call();
    cudaEventRecord(stop, nullptr);
    cudaEventSynchronize(stop);
    float ms = 0;
    cudaEventElapsedTime(&ms, start, stop);
    if (i >= 2) runs.push_back(ms);
  }
  std::sort(runs.begin(), runs.end());
  const float ms = runs[runs.size() / 2];
  std::printf("time %s: %.4f ms, %.0f GB/s\n", what.c_str(), ms, bytes / ms * 1e-6);
  cudaEventDestroy(start);
  cudaEventDestroy(stop);
}

// Median milliseconds of one of 20 calls on a stream, replayed as a graph, so that the host takes no part.
template <typename Call>
void time_in_graph(const std::string &what, double bytes, Call call) {
  if (!wants_times()) return;
  constexpr int CALLS = 20;
  cudaStream_t stream;
  cudaGraph_t graph;
  cudaGraphExec_t made;
  cudaStreamCreate(&stream);
  cuda("cudaStreamBeginCapture", cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed));
  for (int i = 0; i < CALLS; i++) call(stream);
  cuda("cudaStreamEndCapture", cudaStreamEndCapture(stream, &graph));
  cuda("cudaGraphInstantiate", cudaGraphInstantiate(&made, graph, 0));
  cudaEvent_t start, stop;
  cudaEventCreate(&start);
  cudaEventCreate(&stop);
  std::vector<float> runs;
  for (int i = 0; i < 12; i++) {
    cudaEventRecord(start, stream);
    cuda("cudaGraphLaunch", cudaGraphLaunch(made, stream));
    cudaEventRecord(stop, stream);
    cudaEventSynchronize(stop);
    float ms = 0;
    cudaEventElapsedTime(&ms, start, stop);
    if (i >= 2) runs.push_back(ms / CALLS);
  }
  std::sort(runs.begin(), runs.end());
  const float ms = runs[runs.size() / 2];
  std::printf("time %s: %.4f ms, %.0f GB/s\n", what.c_str(), ms, bytes / ms * 1e-6);
  cudaEventDestroy(start);
  cudaEventDestroy(stop);
  cudaGraphExecDestroy(made);
  cudaGraphDestroy(graph);
  cudaStreamDestroy(stream);
}

inline int result() {
  cuda("cudaDeviceSynchronize", cudaDeviceSynchronize());
  std::printf(failures ? "%d failures\n" : "all passed\n", failures);
  return failures ? 1 : 0;
}

}  // namespace test

#define SMB(call) test::ok(#call, call, smb_last_error())
