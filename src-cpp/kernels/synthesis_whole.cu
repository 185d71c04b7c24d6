// Which kernel computes a whole layer of a planned synthesis, and whether one does it faster than a library's
// convolution and a pass over what it made; measured on an H200 and an H100 (docs/performance/log.md).
#include "semblance_kernels.h"
#include "tensor_maps.h"
#include "whole_layer.h"

namespace smb {

enum Way { LIBRARY = 0, THIN = 1, RESIDENT = 2, STREAMED = 3, FUSED_UP = 4, SPLIT = 5, SPLIT_UP = 6 };

// Below, the weights that every block loads first take longer than they save.
constexpr int64_t UP_PIXELS = int64_t{1} << 16, SAME_PIXELS = int64_t{1} << 16;

// Tiles of 256 pixels, of which fewer would leave multiprocessors idle; so would fewer than this of 128 for two blocks
// each, which take longer than those where there are enough of both (0.086 ms for 0.069 at 128, batch 8).
constexpr int64_t STREAMED_PIXELS = int64_t{128} * 256, CLUSTER_PIXELS = int64_t{128} * 128;

// Above, a library's product and a pass over it are as fast or faster.
constexpr int64_t SPLIT_PIXELS = 64;

// Whether a product of so many input pixels is spread over clusters of blocks.
static bool splits(int64_t pixels, int ins, int outs) {
  return pixels <= SPLIT_PIXELS && ins % 64 == 0 && outs % 64 == 0 && has_clusters();
}

static Way way_up(int64_t pixels, int ins, int outs) {
  const bool fits = (ins == 64 && outs == 32) || (ins == 128 && outs == 64);
  if (fits && pixels >= UP_PIXELS && has_warpgroups()) return FUSED_UP;
  return splits(pixels / 4, ins, outs) ? SPLIT_UP : LIBRARY;
}

static Way way_same(int64_t pixels, int side, int channels) {
  if (channels == 32 && side >= 128 && side % 16 == 0) return has_warpgroups() ? RESIDENT : THIN;
  const bool wide = channels == 128 || channels == 256 || channels == 512;
  if (has_warpgroups()) {
    if (channels == 64 && pixels >= SAME_PIXELS) return RESIDENT;
    if (channels == 128 && pixels >= CLUSTER_PIXELS && pixels < STREAMED_PIXELS) return RESIDENT;
    if (wide && side % 16 == 0 && pixels >= STREAMED_PIXELS) return STREAMED;
  }
  return splits(pixels, channels, channels) ? SPLIT : LIBRARY;
}

}  // namespace smb

extern "C" {

int smb_layer_way(int n, int side, int ins, int outs, int up) {
  const int64_t pixels = int64_t{n} * side * side;
  if (up == 2) return smb::way_up(pixels, ins, outs);
  return ins == outs ? smb::way_same(pixels, side, ins) : smb::LIBRARY;
}

int smb_whole_layer(void *stream, int way, int dtype, const int *sizes, const float *scalars, const void *x,
                    const void *weights, const float *factor, const float *bias, const float *noise,
                    const float *next, void *y, const float *rgb_weights, const float *rgb_bias, const float *before,
                    float *image, const void *call, void *scratch) {
  if (dtype != 0 && dtype != 1) return smb::refuse("smb_whole_layer: dtype must be 0 or 1");
  const smb::Picture p = {scalars[2], smb::taps_of(scalars + 3),           rgb_weights, rgb_bias, before,
                          image,      static_cast<const smb::Call *>(call)};
  const smb::WholeLayer layer = {
      dtype, sizes[0], smb::layer_of(sizes, scalars, factor, bias, noise, next), p, x, weights, y, scratch,
      smb::on(stream)};
  switch (way) {
    case smb::THIN:
      return smb::thin_layer(layer);
    case smb::RESIDENT:
      return smb::resident_layer(layer);
    case smb::STREAMED:
      return smb::streamed_layer(layer);
    case smb::SPLIT:
      return smb::split_layer(layer);
    default:
      return smb::refuse("smb_whole_layer: way must be 1, 2, 3 or 5");
  }
}
}
