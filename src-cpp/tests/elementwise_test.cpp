// Fill, functions of one and two elements, and Adam against plain loops in double.
#include <functional>

#include "device_array.h"
#include "semblance_kernels.h"

static double unary(int f, double x, double a, double b) {
  switch (f) {
    case 0:
      return a * x + b;
    case 1:
      return std::exp(x);
    case 2:
      return std::log(x);
    case 3:
      return std::sqrt(x);
    case 4:
      return 1 / std::sqrt(x);
    case 5:
      return std::tanh(x);
    case 6:
      return 1 / (1 + std::exp(-x));
    case 7:
      return std::log1p(std::exp(x));
    case 8:
      return std::fabs(x);
    case 9:
      return x > 0 ? 1 : x < 0 ? -1 : 0;
    case 10:
      return std::pow(x, a);
    case 11:
      return std::fmin(std::fmax(x, a), b);
    default:
      return a <= x && x <= b ? 1 : 0;
  }
}

static double binary(int f, double a, double b) {
  switch (f) {
    case 0:
      return a + b;
    case 1:
      return a - b;
    case 2:
      return a * b;
    case 3:
      return a / b;
    case 4:
      return std::fmax(a, b);
    case 5:
      return std::fmin(a, b);
    default:
      return a >= b ? 1 : 0;
  }
}

static void unaries() {
  const int n = 1000;
  for (int f = 0; f <= 12; f++) {
    std::vector<float> x = test::normal(n, f);
    const bool positive = f == 2 || f == 3 || f == 4 || f == 10;
    for (float &v : x) v = positive ? std::fabs(v) + 0.01f : v;
    const float a = f == 10 ? 1.7f : -0.3f;
    std::vector<double> expected(n);
    for (int i = 0; i < n; i++) expected[i] = unary(f, x[i], a, 0.4f);
    const test::Array from(x), to(n);
    SMB(smb_unary(nullptr, f, a, 0.4f, n, from, to));
    test::same("unary " + std::to_string(f), to.host(), expected);
  }
}

// a [4, 1, 5] and b [1, 3, 5] with broadcasting into y [4, 3, 5].
static void binaries() {
  const int64_t walk[] = {4, 3, 5, 15, 5, 1, 5, 0, 1, 0, 5, 1};
  const std::vector<float> a = test::normal(20, 1), b = test::normal(15, 2);
  const test::Array left(a), right(b);
  for (int f = 0; f <= 6; f++) {
    std::vector<double> expected(60);
    for (int i = 0; i < 60; i++) expected[i] = binary(f, a[i / 15 * 5 + i % 5], b[i % 15]);
    const test::Array to(60);
    SMB(smb_binary(nullptr, f, 3, walk, left, right, to));
    test::same("binary " + std::to_string(f), to.host(), expected);
  }
}

// The same step with half the gradient, a factor of 2 and the rate on the device; then one that changes nothing.
static void adam_from_device(std::vector<float> g, const std::vector<float> &p, const std::vector<float> &m,
                             const std::vector<float> &v, const std::vector<double> &expected) {
  const int n = static_cast<int>(p.size());
  for (float &e : g) e *= 0.5f;
  const test::Array gs(g), ps(p), ms(m), vs(v), rate(std::vector<float>{0.02f}), scale(std::vector<float>{2});
  SMB(smb_adam(nullptr, 9, 0.1f, 0.01f, 1e-7f, rate, scale, n, gs, ps, ms, vs));
  test::same("adam, rate and scale on the device", ps.host(), expected);
  const test::Array none(std::vector<float>{NAN});
  SMB(smb_adam(nullptr, 9, 0.1f, 0.01f, 1e-7f, rate, none, n, gs, ps, ms, vs));
  test::same("adam, scale not finite", ps.host(), expected);
}

static void adam() {
  const int n = 777;
  const std::vector<float> g = test::normal(n, 1), p = test::normal(n, 2), m = test::normal(n, 3);
  std::vector<float> v = test::normal(n, 4);
  for (float &e : v) e *= e;
  std::vector<double> expected(n);
  for (int i = 0; i < n; i++) {
    const double first = m[i] + (g[i] - m[i]) * 0.1, second = v[i] + (double{g[i]} * g[i] - v[i]) * 0.01;
    expected[i] = p[i] - 0.02 * first / (std::sqrt(second) + 1e-7);
  }
  const test::Array gs(g), ps(p), ms(m), vs(v);
  SMB(smb_adam(nullptr, 0.02f, 0.1f, 0.01f, 1e-7f, nullptr, nullptr, n, gs, ps, ms, vs));
  test::same("adam", ps.host(), expected);
  adam_from_device(g, p, m, v, expected);
}

static void refusals() {
  const int64_t walk[] = {1};
  if (smb_unary(nullptr, 13, 0, 0, 1, nullptr, nullptr) == 0) test::fail("unary 13 was taken");
  if (smb_binary(nullptr, 0, 9, walk, nullptr, nullptr, nullptr) == 0) test::fail("rank 9 was taken");
  if (std::string(smb_last_error()).find("rank") == std::string::npos) test::fail("no reason was given");
}

int main() {
  refusals();
  if (!test::has_device()) return test::failures ? 1 : 77;
  const test::Array filled(5000);
  SMB(smb_fill(nullptr, 5000, 2.5f, filled));
  test::same("fill", filled.host(), std::vector<double>(5000, 2.5));
  unaries();
  binaries();
  adam();
  const int64_t n = 1 << 26;
  const test::Array x(std::vector<float>(n, 1.5f)), y(n);
  test::time("unary affine, 64 Mi", 8.0 * n, [&] { smb_unary(nullptr, 0, 2, 1, n, x, y); });
  return test::result();
}
