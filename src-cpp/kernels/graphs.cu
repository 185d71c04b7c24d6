// Rearranges captured graphs. cuDNN clears a few words of its workspace before some of its kernels; captured, such a
// clearing and the ways to and from it take 4 us of a line of kernels. At the beginning they take none.
#include <cuda_runtime.h>

#include <cstdint>
#include <vector>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

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

  // Whether a node clears some of this and nothing else. What cannot be asked, such as a clearing of other kinds, does not.
  bool is_cleared_by(cudaGraphNode_t node) const {
    if (!is(node, cudaGraphNodeTypeMemset)) return false;
    cudaMemsetParams p;
    if (cudaGraphMemsetNodeGetParams(node, &p) != cudaSuccess) {
      cudaGetLastError();
      return false;
    }
    const uintptr_t begin = reinterpret_cast<uintptr_t>(p.dst);
    const uintptr_t rows = p.height > 1 ? (p.height - 1) * p.pitch : 0;
    const uintptr_t size = rows + p.width * p.elementSize;
    return begin >= from && size <= bytes && begin - from <= bytes - size;
  }
};

// Takes the clearings of a range out of a line and puts them beside its beginning; the first one's kernel waits for all of them.
static cudaError_t clear_first(cudaGraph_t graph, Range range, int *moved) {
  Nodes line, clearings;
  cudaError_t failed = line_of(graph, &line);
  for (size_t i = 1; failed == cudaSuccess && i + 1 < line.size(); i++) {
    if (!range.is_cleared_by(line[i]) || is(line[i - 1], cudaGraphNodeTypeMemset)) continue;
    Neighbours ahead, after;
    failed = ahead.ask(line[i], cudaGraphNodeGetDependencies);
    if (failed == cudaSuccess) failed = after.ask(line[i], cudaGraphNodeGetDependentNodes);
    if (failed == cudaSuccess)
      failed = cudaGraphRemoveDependencies(graph, &line[i - 1], &line[i], ahead.edges.data(), 1);
    if (failed == cudaSuccess) failed = cudaGraphAddDependencies(graph, &line[i - 1], &line[i + 1], nullptr, 1);
    if (failed == cudaSuccess && !clearings.empty()) {
      failed = cudaGraphRemoveDependencies(graph, &line[i], &line[i + 1], after.edges.data(), 1);
      if (failed == cudaSuccess) failed = cudaGraphAddDependencies(graph, &line[i], &clearings.back(), nullptr, 1);
    }
    clearings.push_back(line[i]);
  }
  *moved = static_cast<int>(clearings.size());
  return failed;
}
#endif

}  // namespace smb

extern "C" int smb_clear_first(void *graph, const void *from, int64_t bytes, int *moved) {
  *moved = 0;
#if CUDART_VERSION >= 13000
  const smb::Range range{reinterpret_cast<uintptr_t>(from), static_cast<uintptr_t>(bytes)};
  return smb::check(smb::clear_first(static_cast<cudaGraph_t>(graph), range, moved));
#else
  (void)graph;
  (void)from;
  (void)bytes;
  return 0;
#endif
}
