// Captured graphs that begin with smb_set_call: each replay has its call's arguments. cuDNN clears a few words of its
// workspace before some of its kernels; captured, such a clearing and the ways to and from it take 4 us of a line of
// kernels. The kernel that the graph begins with clears them all, so that the graph stays one line.
#include <cuda_runtime.h>

#include <cstdint>
#include <cstdio>
#include <vector>

#include "device/synthesis.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

// Memory that a graph clears as it begins.
struct Clearings {
  static constexpr int MOST = 16, MOST_WORDS = 1 << 16;

  struct Range {
    uint32_t *at;
    int words;
  } of[MOST];
  int count;
};

static Call call_of(const int64_t *values) {
  return {reinterpret_cast<const float *>(values[0]),
          reinterpret_cast<float *>(values[1]),
          reinterpret_cast<uint8_t *>(values[2]),
          reinterpret_cast<int *>(values[3]),
          values[4],
          values[5],
          reinterpret_cast<const float *>(values[6]),
          reinterpret_cast<float *>(values[7])};
}

__global__ void __launch_bounds__(BLOCK)
    call_kernel(Call values, Call *call, const __grid_constant__ Clearings clearings) {
  if (threadIdx.x == 0) *call = values;
  for (int k = 0; k < clearings.count; k++)
    for (int i = threadIdx.x; i < clearings.of[k].words; i += BLOCK) clearings.of[k].at[i] = 0;
}

#if CUDART_VERSION >= 13000
using Nodes = std::vector<cudaGraphNode_t>;

// The nodes that one waits for, or that wait for it, and how.
struct Neighbours {
  Nodes nodes;
  std::vector<cudaGraphEdgeData> edges;

  template <typename Query>
  cudaError_t ask(cudaGraphNode_t node, Query query) {
    size_t count = 0;
    const cudaError_t failed = query(node, nullptr, nullptr, &count);
    if (failed != cudaSuccess || count == 0) return failed;
    nodes.resize(count);
    edges.resize(count);
    return query(node, nodes.data(), edges.data(), &count);
  }
};

static bool is(cudaGraphNode_t node, cudaGraphNodeType type) {
  cudaGraphNodeType known;
  return cudaGraphNodeGetType(node, &known) == cudaSuccess && known == type;
}

// The nodes of a graph that is one line, in order; none if it is not.
static cudaError_t line_of(cudaGraph_t graph, Nodes *line) {
  size_t roots = 0;
  cudaError_t failed = cudaGraphGetRootNodes(graph, nullptr, &roots);
  if (failed != cudaSuccess || roots != 1) return failed;
  cudaGraphNode_t node;
  failed = cudaGraphGetRootNodes(graph, &node, &roots);
  while (failed == cudaSuccess) {
    line->push_back(node);
    Neighbours after;
    failed = after.ask(node, cudaGraphNodeGetDependentNodes);
    if (failed != cudaSuccess || after.nodes.empty()) return failed;
    if (after.nodes.size() > 1) break;
    node = after.nodes[0];
  }
  line->clear();
  return failed;
}

// Memory that may be cleared ahead.
struct Range {
  uintptr_t from, bytes;

  // What of this a node clears, if that is all it does and the kernel of smb_set_call can do it instead. What cannot be
  // asked, such as a clearing of other kinds, is none.
  Clearings::Range cleared_by(cudaGraphNode_t node) const {
    cudaMemsetParams p;
    if (!is(node, cudaGraphNodeTypeMemset)) return {};
    if (cudaGraphMemsetNodeGetParams(node, &p) != cudaSuccess) {
      cudaGetLastError();
      return {};
    }
    const uintptr_t begin = reinterpret_cast<uintptr_t>(p.dst), size = p.width * p.elementSize;
    const bool inside = begin >= from && size <= bytes && begin - from <= bytes - size;
    const bool whole = p.height <= 1 && p.value == 0 && begin % 4 == 0 && size % 4 == 0;
    if (!inside || !whole || size / 4 > Clearings::MOST_WORDS) return {};
    return {static_cast<uint32_t *>(p.dst), static_cast<int>(size / 4)};
  }
};

// Takes the clearings of a range out of a line that begins with a kernel.
static cudaError_t take_clearings(cudaGraph_t graph, Range range, Clearings *taken) {
  Nodes line;
  cudaError_t failed = line_of(graph, &line);
  for (size_t i = 1; failed == cudaSuccess && i + 1 < line.size() && taken->count < Clearings::MOST; i++) {
    const Clearings::Range cleared = range.cleared_by(line[i]);
    if (!cleared.words) continue;
    failed = cudaGraphDestroyNode(line[i]);
    if (failed == cudaSuccess) failed = cudaGraphAddDependencies(graph, &line[i - 1], &line[i + 1], nullptr, 1);
    line[i] = line[i - 1];
    taken->of[taken->count++] = cleared;
  }
  return failed;
}
#endif

// How a graph begins: with the kernel of smb_set_call.
struct Beginning {
  cudaGraphNode_t node;
  Clearings clearings;
};

// The only node that a graph begins with, a kernel.
static int first_of(cudaGraph_t graph, cudaGraphNode_t *node) {
  static thread_local char reason[128];
  static constexpr char RULE[] = "smb_begin_graph: the graph must begin with smb_set_call alone, got";
  size_t roots = 0;
  int failed = check(cudaGraphGetRootNodes(graph, nullptr, &roots));
  if (failed) return failed;
  if (roots != 1) {
    std::snprintf(reason, sizeof reason, "%s %zu roots", RULE, roots);
    return refuse(reason);
  }
  failed = check(cudaGraphGetRootNodes(graph, node, &roots));
  if (failed) return failed;
  cudaGraphNodeType type;
  failed = check(cudaGraphNodeGetType(*node, &type));
  if (failed || type == cudaGraphNodeTypeKernel) return failed;
  std::snprintf(reason, sizeof reason, "%s a root of cudaGraphNodeType %d", RULE, static_cast<int>(type));
  return refuse(reason);
}

}  // namespace smb

extern "C" {

int smb_set_call(void *stream, const int64_t *values, void *call) {
  smb::call_kernel<<<1, smb::BLOCK, 0, smb::on(stream)>>>(smb::call_of(values), static_cast<smb::Call *>(call), {});
  return smb::launched();
}

int smb_begin_graph(void *graph, const void *from, int64_t bytes, void **beginning, int *moved) {
  *moved = 0;
  smb::Beginning made = {};
  const auto g = static_cast<cudaGraph_t>(graph);
  int failed = smb::first_of(g, &made.node);
  if (failed) return failed;
#if CUDART_VERSION >= 13000
  const smb::Range range{reinterpret_cast<uintptr_t>(from), static_cast<uintptr_t>(bytes)};
  if (!failed) failed = smb::check(smb::take_clearings(g, range, &made.clearings));
#else
  (void)from;
  (void)bytes;
#endif
  *moved = made.clearings.count;
  if (!failed) *beginning = new smb::Beginning(made);
  return failed;
}

int smb_launch_graph(void *stream, void *graph, const void *beginning, const int64_t *values, void *call) {
  const auto &begins = *static_cast<const smb::Beginning *>(beginning);
  smb::Call arguments = smb::call_of(values);
  smb::Clearings clearings = begins.clearings;
  void *parameters[] = {&arguments, &call, &clearings};
  cudaKernelNodeParams first = {};
  first.func = reinterpret_cast<void *>(smb::call_kernel);
  first.gridDim = dim3(1);
  first.blockDim = dim3(smb::BLOCK);
  first.kernelParams = parameters;
  const auto exec = static_cast<cudaGraphExec_t>(graph);
  const int failed = smb::check(cudaGraphExecKernelNodeSetParams(exec, begins.node, &first));
  return failed ? failed : smb::check(cudaGraphLaunch(exec, smb::on(stream)));
}

void smb_end_graph(void *beginning) { delete static_cast<smb::Beginning *>(beginning); }
}
