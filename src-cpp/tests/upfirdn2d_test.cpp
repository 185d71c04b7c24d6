// upfirdn2d against its definition, in random geometries.
#include "device_array.h"
#include "semblance_kernels.h"

struct Case {
  int planes, h, w, up_y, up_x, down_y, down_x, pad_top, pad_bottom, pad_left, pad_right, fh, fw;

  int oh() const { return (h * up_y + pad_top + pad_bottom - fh + down_y) / down_y; }
  int ow() const { return (w * up_x + pad_left + pad_right - fw + down_x) / down_x; }
};

static double sample(const Case &c, const std::vector<float> &x, int plane, int v, int u) {
  if (v < 0 || u < 0 || v % c.up_y || u % c.up_x || v / c.up_y >= c.h || u / c.up_x >= c.w) return 0;
  return x[(plane * c.h + v / c.up_y) * c.w + u / c.up_x];
}

static std::vector<double> definition(const Case &c, const std::vector<float> &x, const std::vector<float> &taps) {
  std::vector<double> y;
  for (int i = 0; i < c.planes * c.oh() * c.ow(); i++) {
    const int ox = i % c.ow(), oy = i / c.ow() % c.oh(), plane = i / c.ow() / c.oh();
    double sum = 0;
    for (int k = 0; k < c.fh * c.fw; k++) {
      sum += taps[k] * sample(c, x, plane, oy * c.down_y + k / c.fw - c.pad_top, ox * c.down_x + k % c.fw - c.pad_left);
    }
    y.push_back(sum);
  }
  return y;
}

static void run(const Case &c, unsigned seed) {
  if (c.h * c.up_y + c.pad_top + c.pad_bottom < c.fh || c.w * c.up_x + c.pad_left + c.pad_right < c.fw) return;
  const std::vector<float> x = test::normal(c.planes * c.h * c.w, seed), taps = test::normal(c.fh * c.fw, seed + 1);
  const std::vector<double> expected = definition(c, x, taps);
  const test::Array from(x), to(expected.size());
  SMB(smb_upfirdn2d(nullptr, c.planes, c.h, c.w, c.oh(), c.ow(), c.up_y, c.up_x, c.down_y, c.down_x, c.pad_top,
                    c.pad_left, c.fh, c.fw, taps.data(), from, to));
  test::same("upfirdn2d " + std::to_string(seed), to.host(), expected);
}

int main() {
  if (smb_upfirdn2d(nullptr, 1, 9, 9, 1, 1, 1, 1, 1, 1, 0, 0, 33, 32, nullptr, nullptr, nullptr) == 0) {
    test::fail("1056 taps were taken");
  }
  if (!test::has_device()) return test::failures ? 1 : 77;
  std::mt19937 engine(7);
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine); };
  for (unsigned round = 0; round < 60; round++) {
    const int planes = draw(1, 5), h = draw(4, 40), w = draw(4, 40);
    run({planes, h, w, draw(1, 3), draw(1, 3), draw(1, 3), draw(1, 3), draw(-2, 5), draw(-2, 5), draw(-2, 5),
         draw(-2, 5), draw(1, 6), draw(1, 6)},
        round);
  }
  run({2, 30, 31, 1, 1, 1, 1, 12, 11, 12, 11, 24, 1}, 100);
  const std::vector<float> taps = test::normal(16, 1);
  const int planes = 8 * 128, size = 128;
  const test::Array x(std::vector<float>(size_t{1} * planes * size * size, 1)), y(size_t{4} * planes * size * size);
  test::time("upfirdn2d up 2, 8 x 128 x 128 x 128", 20.0 * planes * size * size, [&] {
    smb_upfirdn2d(nullptr, planes, size, size, 2 * size, 2 * size, 2, 2, 1, 1, 2, 2, 4, 4, taps.data(), x, y);
  });
  return test::result();
}
