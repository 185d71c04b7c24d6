// Bias and activation with gain and clamp, and the derivatives, against plain formulas and central differences in
// double.
#include "device_array.h"
#include "semblance_kernels.h"

static constexpr double SCALE = 1.0507009873554805, ALPHA = 1.6732632423543772;

static double act(int kind, double alpha, double x) {
  switch (kind) {
    case 0:
      return x;
    case 1:
      return x > 0 ? x : 0;
    case 2:
      return x > 0 ? x : alpha * x;
    case 3:
      return std::tanh(x);
    case 4:
      return 1 / (1 + std::exp(-x));
    case 5:
      return x > 0 ? x : std::expm1(x);
    case 6:
      return SCALE * (x > 0 ? x : ALPHA * std::expm1(x));
    case 7:
      return std::log1p(std::exp(x));
    default:
      return x / (1 + std::exp(-x));
  }
}

static double whole(int kind, double gain, double clamp, double x) {
  return std::fmin(std::fmax(gain * act(kind, 0.2, x), -clamp), clamp);
}

static double derivative(int kind, double gain, double clamp, int order, double x) {
  const double e = order == 1 ? 1e-6 : 1e-4;
  const double low = whole(kind, gain, clamp, x - e), high = whole(kind, gain, clamp, x + e);
  return order == 1 ? (high - low) / (2 * e) : (high + low - 2 * whole(kind, gain, clamp, x)) / (e * e);
}

// Away from kinks, where central differences mean nothing.
static bool smooth_at(int kind, double gain, double clamp, double x) {
  return std::fabs(x) > 1e-3 && std::fabs(std::fabs(gain * act(kind, 0.2, x)) - clamp) > 1e-3;
}

static void run(int kind, float gain, float clamp) {
  const int channels = 6, step = 35, n = 2 * channels * step;
  std::vector<float> x = test::normal(n, kind);
  const std::vector<float> b = test::normal(channels, 50), dy = test::normal(n, 51);
  std::vector<double> y(n), d1(n), d2(n);
  for (int i = 0; i < n; i++) {
    const float bias = b[i / step % channels];
    while (!smooth_at(kind, gain, clamp, double{x[i]} + bias)) x[i] += 0.01f;
    const double v = double{x[i]} + bias;
    y[i] = whole(kind, gain, clamp, v);
    d1[i] = dy[i] * derivative(kind, gain, clamp, 1, v);
    d2[i] = kind <= 2 ? 0 : dy[i] * derivative(kind, gain, clamp, 2, v);
  }
  const std::string name = "act " + std::to_string(kind) + " gain " + std::to_string(gain);
  const test::Array from(x), bias(b), ups(dy), to(n), first(n), second(n), of_output(n);
  SMB(smb_bias_act(nullptr, kind, 0.2f, gain, clamp, n, step, channels, from, bias, to));
  test::same(name, to.host(), y);
  SMB(smb_bias_act_grad(nullptr, kind, 0.2f, gain, clamp, 1, 0, n, step, channels, ups, from, bias, first));
  test::same(name + " order 1", first.host(), d1, 1e-5);
  SMB(smb_bias_act_grad(nullptr, kind, 0.2f, gain, clamp, 2, 0, n, step, channels, ups, from, bias, second));
  test::same(name + " order 2", second.host(), d2, 1e-4);
  if (kind == 0 || kind == 2) {
    SMB(smb_bias_act_grad(nullptr, kind, 0.2f, gain, clamp, 1, 1, n, 1, 1, ups, to, nullptr, of_output));
    test::same(name + " at the output", of_output.host(), d1, 1e-5);
  }
}

int main() {
  if (smb_bias_act(nullptr, 9, 0, 1, 1, 1, 1, 1, nullptr, nullptr, nullptr) == 0) test::fail("act 9 was taken");
  if (!test::has_device()) return test::failures ? 1 : 77;
  for (int kind = 0; kind <= 8; kind++) {
    run(kind, 1.4f, 1.1f);
    run(kind, -0.7f, INFINITY);
  }
  const int64_t n = 1 << 26;
  const test::Array x(std::vector<float>(n, 0.3f)), b(std::vector<float>(64, 0.1f)), y(n);
  test::time("lrelu with bias, 64 Mi", 8.0 * n,
             [&] { smb_bias_act(nullptr, 2, 0.2f, 1.4f, 256, n, 1 << 16, 64, x, b, y); });
  return test::result();
}
