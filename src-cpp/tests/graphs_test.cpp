// Captured graphs that begin with a call's arguments, clearings behind kernels of the library that are made there, and
// graphs that begin otherwise, which are refused.
#include "device_array.h"
#include "semblance_kernels.h"

constexpr int COUNT = 1000, HALF = COUNT / 2;

constexpr int64_t VALUES[SMB_CALL_FIELDS] = {};

struct Captured {
  cudaStream_t stream;
  cudaGraph_t graph = nullptr;
  test::Array call{16};
  void *beginning = nullptr;

  template <typename Work>
  explicit Captured(Work work, bool begins = true) {
    test::cuda("cudaStreamCreate", cudaStreamCreate(&stream));
    test::cuda("cudaStreamBeginCapture", cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed));
    if (begins) SMB(smb_set_call(stream, VALUES, call));
    work(stream);
    test::cuda("cudaStreamEndCapture", cudaStreamEndCapture(stream, &graph));
  }
  Captured(const Captured &) = delete;
  Captured &operator=(const Captured &) = delete;
  ~Captured() {
    smb_end_graph(beginning);
    cudaGraphDestroy(graph);
    cudaStreamDestroy(stream);
  }

  // Clearings of whatever memory, or of one array of COUNT.
  void moves(int expected, const float *array = nullptr) {
    int moved = -1;
    smb_end_graph(beginning);
    SMB(smb_begin_graph(graph, array, array ? COUNT * sizeof(float) : INT64_MAX, &beginning, &moved));
    if (moved != expected)
      test::fail(std::to_string(expected) + " clearings were to be moved, not " + std::to_string(moved));
  }

  void refused(const std::string &got) {
    int moved = -1;
    const int status = smb_begin_graph(graph, nullptr, 0, &beginning, &moved);
    const std::string reason = smb_last_error();
    const std::string rule = "smb_begin_graph: the graph must begin with smb_set_call alone, got ";
    if (status == 0 || beginning || reason != rule + got)
      test::fail(got + " was to be refused, not " + std::to_string(status) + ": " + reason);
  }

  void replay(int times) const {
    cudaGraphExec_t made;
    test::cuda("cudaGraphInstantiate", cudaGraphInstantiate(&made, graph, 0));
    for (int i = 0; i < times; i++) SMB(smb_launch_graph(stream, made, beginning, VALUES, call));
    test::cuda("cudaStreamSynchronize", cudaStreamSynchronize(stream));
    cudaGraphExecDestroy(made);
  }
};

static void join(cudaStream_t stream, const test::Array &a, const test::Array &b, const test::Array &both) {
  float *parts[] = {a, b};
  const int64_t addresses[] = {reinterpret_cast<int64_t>(parts[0]), reinterpret_cast<int64_t>(parts[1])};
  const int64_t sizes[] = {HALF, HALF};
  SMB(smb_join(stream, 2, addresses, sizes, 0, both));
}

// Clearings of one array each, before the joins that read them: y = 3, then y and zeros, then zeros and that.
static void several() {
  const std::vector<float> ones(COUNT, 1.0f);
  const test::Array y(ones), z(ones), u(ones), sum(COUNT), all(COUNT);
  Captured captured([&](cudaStream_t stream) {
    SMB(smb_fill(stream, COUNT, 2, y));
    SMB(smb_unary(stream, 0, 1.5f, 0, COUNT, y, y));
    test::cuda("cudaMemsetAsync", cudaMemsetAsync(z, 0, COUNT * sizeof(float), stream));
    join(stream, y, z, sum);
    test::cuda("cudaMemsetAsync", cudaMemsetAsync(u, 0, COUNT * sizeof(float), stream));
    join(stream, u, sum, all);
  });
  captured.moves(2);
  captured.replay(3);
  std::vector<double> expected(COUNT, 3);
  std::fill(expected.begin() + HALF, expected.end(), 0);
  test::same("joined", sum.host(), expected);
  std::fill(expected.begin(), expected.begin() + HALF, 0);
  std::fill(expected.begin() + HALF, expected.end(), 3);
  test::same("joined twice", all.host(), expected);
}

// What is first behind the arguments is moved too; nothing is that nothing waits for, or where work branches.
static void none() {
  const test::Array y(COUNT), z(COUNT), sum(COUNT);
  auto clear = [&](cudaStream_t stream) {
    test::cuda("cudaMemsetAsync", cudaMemsetAsync(z, 0, COUNT * sizeof(float), stream));
  };
  Captured([&](cudaStream_t stream) {
    clear(stream);
    SMB(smb_fill(stream, COUNT, 2, y));
  }).moves(1);
  Captured([&](cudaStream_t stream) {
    SMB(smb_fill(stream, COUNT, 2, y));
    clear(stream);
  }).moves(0);
  cudaStream_t other;
  cudaEvent_t fork, end;
  test::cuda("cudaStreamCreate", cudaStreamCreate(&other));
  cudaEventCreateWithFlags(&fork, cudaEventDisableTiming);
  cudaEventCreateWithFlags(&end, cudaEventDisableTiming);
  Captured([&](cudaStream_t stream) {
    SMB(smb_fill(stream, COUNT, 2, y));
    cudaEventRecord(fork, stream);
    cudaStreamWaitEvent(other, fork, 0);
    SMB(smb_fill(other, COUNT, 2, sum));
    cudaEventRecord(end, other);
    clear(stream);
    cudaStreamWaitEvent(stream, end, 0);
    join(stream, y, z, sum);
  }).moves(0);
  cudaEventDestroy(fork);
  cudaEventDestroy(end);
  cudaStreamDestroy(other);
}

// Clearings of other memory stay where they are: here of what the kernel ahead wrote, and of more than the range.
static void elsewhere() {
  const std::vector<float> ones(COUNT, 1.0f);
  const test::Array y(ones), z(ones), u(ones), sum(COUNT), all(COUNT);
  Captured captured([&](cudaStream_t stream) {
    SMB(smb_fill(stream, COUNT, 2, y));
    SMB(smb_fill(stream, COUNT, 5, z));
    test::cuda("cudaMemsetAsync", cudaMemsetAsync(z, 0, COUNT * sizeof(float), stream));
    join(stream, y, z, sum);
    test::cuda("cudaMemsetAsync", cudaMemsetAsync(u, 0, COUNT * sizeof(float), stream));
    join(stream, u, sum, all);
  });
  captured.moves(0, all);
  captured.moves(0, u + 1);
  captured.moves(1, u);
  captured.replay(2);
  std::vector<double> expected(COUNT, 2);
  std::fill(expected.begin() + HALF, expected.end(), 0);
  test::same("joined behind what stays", sum.host(), expected);
}

// Graphs that begin with two nodes or a clearing, also where that sets the call later.
static void otherwise() {
  const test::Array y(COUNT), z(COUNT), call(16);
  cudaStream_t other;
  cudaEvent_t fork, end;
  test::cuda("cudaStreamCreate", cudaStreamCreate(&other));
  cudaEventCreateWithFlags(&fork, cudaEventDisableTiming);
  cudaEventCreateWithFlags(&end, cudaEventDisableTiming);
  auto two = [&](cudaStream_t stream) {
    cudaEventRecord(fork, stream);
    cudaStreamWaitEvent(other, fork, 0);
    SMB(smb_set_call(stream, VALUES, call));
    SMB(smb_fill(other, COUNT, 2, z));
    cudaEventRecord(end, other);
    cudaStreamWaitEvent(stream, end, 0);
    SMB(smb_fill(stream, COUNT, 2, y));
  };
  Captured(two, false).refused("2 roots");
  auto clearing = [&](cudaStream_t stream) {
    test::cuda("cudaMemsetAsync", cudaMemsetAsync(z, 0, COUNT * sizeof(float), stream));
    SMB(smb_set_call(stream, VALUES, call));
  };
  Captured(clearing, false).refused("a root of cudaGraphNodeType " + std::to_string(cudaGraphNodeTypeMemset));
  cudaEventDestroy(fork);
  cudaEventDestroy(end);
  cudaStreamDestroy(other);
}

int main() {
  if (!test::has_device()) return 77;
  several();
  none();
  elsewhere();
  otherwise();
  return test::result();
}
