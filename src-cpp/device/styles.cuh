// The table of all layers' styles, passed to kernels by value.
#pragma once

#include <cstdint>

namespace smb {

constexpr int MAX_STYLES = 32;

// One layer's style; fields in the order of SMB_STYLE_FIELDS.
struct Style {
  int is_rgb, in, out, style_at, factor_at, row;
  const float *weight, *bias;
  const float *energy;  // [out, in]; the weights of a picture
  const float *norm;    // [out]; null for a picture
  float gain;
};

struct Styles {
  int count, batch, w_dim, num_ws, style_stride, factor_stride;
  float act_gain;
  Style of[MAX_STYLES];
};

}  // namespace smb
