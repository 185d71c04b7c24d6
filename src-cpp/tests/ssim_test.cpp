// Structural similarity against plain loops in double, and its gradient against that of the loops.
#include "device_array.h"
#include "semblance_kernels.h"

struct Case {
  int planes, h, w, window, luminance;
};

static const double C1 = 1e-4, C2 = 9e-4;

static std::vector<float> taps_of(int window) {
  std::vector<float> taps(window);
  double sum = 0;
  for (int i = 0; i < window; i++) sum += taps[i] = static_cast<float>(std::exp(-0.2 * std::pow(i - 0.4 * window, 2)));
  for (float &t : taps) t = static_cast<float>(t / sum);
  return taps;
}

static double blurred(const Case &c, const std::vector<float> &taps, int y, int x, const std::vector<double> &plane) {
  double sum = 0;
  for (int i = 0; i < c.window; i++) {
    for (int j = 0; j < c.window; j++) sum += double{taps[i]} * taps[j] * plane[(y + i) * c.w + x + j];
  }
  return sum;
}

// The term at a window, and its derivatives by the four means.
static double term(const Case &c, double a, double b, double p, double q, double *d) {
  const double l = (2 * a * b + C1) / (a * a + b * b + C1), spread = p - a * a - b * b + C2;
  const double s = (2 * q - 2 * a * b + C2) / spread;
  const double up = c.luminance ? l : 1;
  d[0] = up * (-2 * b + s * 2 * a) / spread;
  if (c.luminance) d[0] += s * (2 * b - l * 2 * a) / (a * a + b * b + C1);
  d[1] = -up * s / spread;
  d[2] = up * 2 / spread;
  return c.luminance ? l * s : s;
}

static void run(const Case &c) {
  const std::vector<float> taps = taps_of(c.window), g = test::normal(c.planes, 3);
  const size_t n = size_t(c.planes) * c.h * c.w;
  std::vector<float> a = test::normal(n, 1), b = test::normal(n, 2);
  for (size_t i = 0; i < n; i++) b[i] = 0.5f + 0.1f * (b[i] + a[i]), a[i] = 0.5f + 0.15f * a[i];
  const int oh = c.h - c.window + 1, ow = c.w - c.window + 1;
  std::vector<double> y(c.planes, 0), da(n, 0);
  for (int plane = 0; plane < c.planes; plane++) {
    const size_t at = size_t(plane) * c.h * c.w;
    std::vector<double> u(a.begin() + at, a.begin() + at + c.h * c.w), v(b.begin() + at, b.begin() + at + c.h * c.w);
    std::vector<double> power(u.size()), product(u.size());
    for (size_t i = 0; i < u.size(); i++) power[i] = u[i] * u[i] + v[i] * v[i], product[i] = u[i] * v[i];
    for (int oy = 0; oy < oh; oy++) {
      for (int ox = 0; ox < ow; ox++) {
        double d[3];
        y[plane] += term(c, blurred(c, taps, oy, ox, u), blurred(c, taps, oy, ox, v), blurred(c, taps, oy, ox, power),
                         blurred(c, taps, oy, ox, product), d) / oh / ow;
        for (int i = 0; i < c.window; i++) {
          for (int j = 0; j < c.window; j++) {
            const size_t k = (oy + i) * c.w + ox + j;
            da[at + k] += double{g[plane]} / oh / ow * taps[i] * taps[j] * (d[0] + 2 * u[k] * d[1] + v[k] * d[2]);
          }
        }
      }
    }
  }
  const test::Array as(a), bs(b), gs(g), ys(c.planes), das(n);
  const test::Array sums(smb_ssim_scratch(c.planes, c.h, c.w, c.window));
  const test::Array fields(smb_ssim_grad_scratch(c.planes, c.h, c.w, c.window));
  const std::string name = std::to_string(c.h) + " x " + std::to_string(c.w) + ", " + std::to_string(c.window) +
                           (c.luminance ? " taps, whole" : " taps, contrast");
  SMB(smb_ssim(nullptr, c.planes, c.h, c.w, c.window, taps.data(), C1, C2, c.luminance, as, bs, ys, sums));
  test::same("ssim " + name, ys.host(), y, 1e-5);
  SMB(smb_ssim_grad(nullptr, c.planes, c.h, c.w, c.window, taps.data(), C1, C2, c.luminance, gs, as, bs, das, fields));
  test::same("ssim gradient " + name, das.host(), da, 1e-4);
}

int main() {
  const float tap = 1;
  if (smb_ssim(nullptr, 1, 8, 8, 17, &tap, 1, 1, 0, nullptr, nullptr, nullptr, nullptr) == 0) test::fail("17 taps");
  if (smb_ssim(nullptr, 1, 8, 8, 9, &tap, 1, 1, 0, nullptr, nullptr, nullptr, nullptr) == 0) test::fail("9 of 8");
  if (smb_ssim_scratch(1, 8, 8, 9) != 0 || smb_ssim_grad_scratch(1, 8, 8, 9) != 0) test::fail("scratch for 9 of 8");
  // Of 16 x 32 windows a plane, and of a row and a column more.
  if (smb_ssim_scratch(2, 26, 42, 11) != 2 || smb_ssim_scratch(2, 27, 43, 11) != 8) test::fail("a sum for each tile");
  if (smb_ssim_grad_scratch(2, 26, 42, 11) != 2 * 16 * 32 * 3) test::fail("three fields for each window");
  if (!test::has_device()) return test::failures ? 1 : 77;
  for (int luminance = 0; luminance < 2; luminance++) {
    run({3, 16, 16, 11, luminance});
    run({2, 45, 70, 11, luminance});
    run({2, 11, 40, 11, luminance});
    // Contrast under one tap is 1 whatever the images: its gradient is 0, and nothing to be relative to.
    run({1, 37, 33, luminance ? 1 : 2, luminance});
    run({1, 20, 50, 16, luminance});
    run({2, 64, 64, 7, luminance});
  }
  const int planes = 18, side = 256;
  const size_t n = size_t(planes) * side * side;
  const std::vector<float> taps = taps_of(11);
  const test::Array a(test::normal(n, 1)), b(test::normal(n, 2)), y(planes), da(n);
  const test::Array s(smb_ssim_grad_scratch(planes, side, side, 11));
  test::time("ssim, 6 pictures of 256", 8.0 * n,
             [&] { smb_ssim(nullptr, planes, side, side, 11, taps.data(), C1, C2, 0, a, b, y, s); });
  test::time("its gradient", 36.0 * n,
             [&] { smb_ssim_grad(nullptr, planes, side, side, 11, taps.data(), C1, C2, 0, y, a, b, da, s); });
  return test::result();
}
