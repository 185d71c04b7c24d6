// Rearranges captured graphs. cuDNN clears a few words of its workspace before some of its kernels; captured, such a
// clearing and the ways to and from it take 4 us of a line of kernels. At the beginning they take none.
#include <cuda_runtime.h>

#include <cstdint>
#include <unordered_map>
#include <utility>
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

// The nodes of a longest way through a graph, in order, beside which there may be branches.
class Line {
 public:
  cudaError_t find(cudaGraph_t graph, Nodes *line) {
    size_t roots = 0;
    cudaError_t failed = cudaGraphGetRootNodes(graph, nullptr, &roots);
    Nodes next(roots);
    if (failed == cudaSuccess && roots > 0) failed = cudaGraphGetRootNodes(graph, next.data(), &roots);
    while (failed == cudaSuccess && !next.empty()) {
      failed = longest(&next);
      line->push_back(next[0]);
      next = after_[next[0]];
    }
    return failed;
  }

 private:
  // Puts the node with the most nodes behind it first.
  cudaError_t longest(Nodes *nodes) {
    int most = 0;
    for (cudaGraphNode_t &node : *nodes) {
      int length = 0;
      const cudaError_t failed = measure(node, &length);
      if (failed != cudaSuccess) return failed;
      if (length > most) std::swap(node, (*nodes)[0]);
      most = length > most ? length : most;
    }
    return cudaSuccess;
  }

  cudaError_t measure(cudaGraphNode_t node, int *length) {
    if (!lengths_.count(node)) {
      Neighbours after;
      cudaError_t failed = after.ask(node, cudaGraphNodeGetDependentNodes);
      int most = 0;
      for (size_t i = 0; failed == cudaSuccess && i < after.nodes.size(); i++) {
        int one = 0;
        failed = measure(after.nodes[i], &one);
        most = one > most ? one : most;
      }
      if (failed != cudaSuccess) return failed;
      lengths_[node] = most + 1;
      after_[node] = after.nodes;
    }
    *length = lengths_[node];
    return cudaSuccess;
  }

  std::unordered_map<cudaGraphNode_t, int> lengths_;
  std::unordered_map<cudaGraphNode_t, Nodes> after_;
};

// Memory that may be cleared ahead.
struct Range {
  uintptr_t from, bytes;

  // Whether a node clears some of this and nothing else. What cannot be asked, such as a clearing of other kinds, does
  // not.
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

// Takes the clearings of a range out of a line and puts them beside its beginning; the first one's kernel waits for all
// of them. What waited for a clearing alone waits for all that it waited for.
static cudaError_t clear_first(cudaGraph_t graph, Range range, int *moved) {
  Nodes line, clearings;
  cudaError_t failed = Line().find(graph, &line);
  for (size_t i = 1; failed == cudaSuccess && i + 1 < line.size(); i++) {
    if (!range.is_cleared_by(line[i]) || is(line[i - 1], cudaGraphNodeTypeMemset)) continue;
    Neighbours ahead, after;
    failed = ahead.ask(line[i], cudaGraphNodeGetDependencies);
    if (failed == cudaSuccess) failed = after.ask(line[i], cudaGraphNodeGetDependentNodes);
    if (failed == cudaSuccess && after.nodes.size() > 1) continue;
    for (size_t j = 0; failed == cudaSuccess && j < ahead.nodes.size(); j++) {
      failed = cudaGraphRemoveDependencies(graph, &ahead.nodes[j], &line[i], &ahead.edges[j], 1);
      if (failed == cudaSuccess) failed = cudaGraphAddDependencies(graph, &ahead.nodes[j], &line[i + 1], nullptr, 1);
    }
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
