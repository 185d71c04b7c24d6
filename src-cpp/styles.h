// Reads the table of styles that callers pass.
#pragma once

#include "device/styles.cuh"
#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

static_assert(MAX_STYLES == SMB_MAX_STYLES, "the header tells callers the limit");

inline int styles_of(const int *sizes, const int64_t *fields, const float *gains, Styles *t) {
  if (sizes[0] < 1 || sizes[0] > MAX_STYLES) return refuse("smb_styles: the number of layers must be in [1, 32]");
  t->count = sizes[0];
  t->batch = sizes[1];
  t->w_dim = sizes[2];
  t->num_ws = sizes[3];
  t->style_stride = sizes[4];
  t->factor_stride = sizes[5];
  t->act_gain = gains[0];
  for (int k = 0; k < t->count; k++) {
    const int64_t *f = fields + k * SMB_STYLE_FIELDS;
    t->of[k] = {static_cast<int>(f[0]),
                static_cast<int>(f[1]),
                static_cast<int>(f[2]),
                static_cast<int>(f[3]),
                static_cast<int>(f[4]),
                static_cast<int>(f[5]),
                reinterpret_cast<const float *>(f[6]),
                reinterpret_cast<const float *>(f[7]),
                reinterpret_cast<const float *>(f[8]),
                reinterpret_cast<const float *>(f[9]),
                gains[1 + k]};
  }
  return 0;
}

}  // namespace smb
