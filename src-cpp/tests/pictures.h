// Shared by the tests: the picture before as the layers enlarge it.
#pragma once

#include <vector>

namespace test {

// Pixel (y, x) of the plane [h, w] that begins at an element, enlarged by two with 4 taps along each axis.
inline double enlarged(const std::vector<float> &planes, size_t at, int h, int w, int y, int x, const float *taps) {
  double sum = 0;
  for (int a = 0; a < 4; a++)
    for (int b = 0; b < 4; b++) {
      const int yy = y - 2 + a, xx = x - 2 + b;
      if (yy < 0 || xx < 0 || yy % 2 || xx % 2 || yy / 2 >= h || xx / 2 >= w) continue;
      sum += double{taps[a]} * taps[b] * planes[at + yy / 2 * w + xx / 2];
    }
  return sum;
}

}  // namespace test
