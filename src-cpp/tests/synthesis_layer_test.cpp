// What follows a convolution in a planned synthesis, against plain loops in double, and its time at the sizes that
// count.
#include "halves.h"
#include "pictures.h"
#include "semblance_kernels.h"

static const float SCALARS[] = {0.2f, 3.0f, 2.5f, 0.25f, 0.75f, 0.7f, 0.3f};  // uneven taps show a turned filter

struct Case {
  int n, h, w, c;
  bool noisy, per_sample, last;
};

static double act(double z) { return std::fmin(std::fmax(z > 0 ? z : SCALARS[0] * z, -SCALARS[1]), SCALARS[1]); }

struct Inputs {
  std::vector<float> factor, bias, noise, next, weights, rgb_bias;

  explicit Inputs(const Case &k)
      : factor(test::normal(k.n * (k.c + 3 * k.c), 1)),
        bias(test::normal(k.c, 2)),
        noise(test::normal((k.per_sample ? k.n : 1) * k.h * k.w, 3)),
        next(test::normal(k.n * k.c, 4)),
        weights(test::normal(k.n * 4 * k.c, 5)),
        rgb_bias(test::normal(3, 6)) {}

  double z(const Case &k, double acc, int n, int pixel, int c) const {
    const double added = k.noisy ? noise[(k.per_sample ? n * k.h * k.w : 0) + pixel] : 0;
    return act(acc * factor[n * 4 * k.c + c] + added + bias[c]);
  }
};

static std::vector<int> sizes(const Case &k) { return {k.n, k.h, k.w, k.c, 4 * k.c, k.c, k.per_sample ? 1 : 0}; }

static void layer_rgb(int dtype, const Case &k) {
  const size_t count = size_t(k.n) * k.h * k.w * k.c;
  const std::vector<float> acc = test::rounded(dtype, test::normal(count, 7));
  const std::vector<float> before = test::normal(size_t(k.n) * 3 * k.h / 2 * k.w / 2, 8);
  const Inputs in(k);
  std::vector<double> y(count), image(size_t(k.n) * 3 * k.h * k.w);
  for (int n = 0; n < k.n; n++)
    for (int p = 0; p < k.h * k.w; p++) {
      double rgb[3] = {};
      for (int c = 0; c < k.c; c++) {
        const size_t at = (size_t(n) * k.h * k.w + p) * k.c + c;
        const double v = in.z(k, acc[at], n, p, c);
        for (int q = 0; q < 3; q++) rgb[q] += v * in.weights[(n * 4 + q) * k.c + c];
        y[at] = v * in.next[n * k.c + c];
      }
      for (int q = 0; q < 3; q++) {
        const double v = std::fmin(std::fmax(rgb[q] + in.rgb_bias[q], -SCALARS[2]), SCALARS[2]);
        image[(size_t(n) * 3 + q) * k.h * k.w + p] =
            v + test::enlarged(before, (size_t(n) * 3 + q) * k.h / 2 * k.w / 2, k.h / 2, k.w / 2, p / k.w, p % k.w,
                               SCALARS + 3);
      }
    }
  const test::Halves from(dtype, acc), to(dtype, count);
  const test::Array factor(in.factor), bias(in.bias), noise(in.noise), next(in.next), weights(in.weights),
      rgb_bias(in.rgb_bias), skip(before), made(image.size());
  const std::string name = std::to_string(k.c) + " channels of " + std::to_string(k.h) + "x" + std::to_string(k.w) +
                           (dtype ? " bfloat16" : " half");
  SMB(smb_layer_rgb(nullptr, dtype, sizes(k).data(), SCALARS, from, factor, bias, k.noisy ? +noise : nullptr, next,
                    k.last ? nullptr : static_cast<void *>(to), weights, rgb_bias, skip, made, nullptr));
  if (!k.last) test::same("layer " + name, to.host(), y, test::unit(dtype));
  test::same("picture " + name, made.host(), image, 1e-5);
}

static void up_layer(int dtype, const Case &k) {
  const int tw = k.w + 1, th = k.h + 1;
  const size_t count = size_t(k.n) * k.h * k.w * k.c;
  const std::vector<float> t = test::rounded(dtype, test::normal(size_t(k.n) * th * tw * k.c, 9));
  const Inputs in(k);
  std::vector<double> y(count);
  for (int n = 0; n < k.n; n++)
    for (int p = 0; p < k.h * k.w; p++)
      for (int c = 0; c < k.c; c++) {
        double acc = 0;
        for (int a = 0; a < 4; a++)
          for (int b = 0; b < 4; b++) {
            const int yy = p / k.w - 1 + a, xx = p % k.w - 1 + b;
            if (yy < 0 || xx < 0 || yy >= th || xx >= tw) continue;
            acc += double{SCALARS[3 + a]} * SCALARS[3 + b] * t[((size_t(n) * th + yy) * tw + xx) * k.c + c];
          }
        y[(size_t(n) * k.h * k.w + p) * k.c + c] = in.z(k, acc, n, p, c) * in.next[n * k.c + c];
      }
  const test::Halves from(dtype, t), to(dtype, count);
  const test::Array factor(in.factor), bias(in.bias), noise(in.noise), next(in.next);
  SMB(smb_up_layer(nullptr, dtype, sizes(k).data(), SCALARS, from, factor, bias, k.noisy ? +noise : nullptr, next, to));
  test::same("up-layer " + std::to_string(k.c) + " channels to " + std::to_string(k.h) + "x" + std::to_string(k.w) +
                 (dtype ? " bfloat16" : " half"),
             to.host(), y, test::unit(dtype));
}

static void timing(int n, int side, int c) {
  if (!test::wants_times()) return;  // drawing the inputs takes longer than the kernels
  const Case k = {n, side, side, c, true, false, false};
  const size_t count = size_t(n) * side * side * c;
  const Inputs in(k);
  const test::Halves from(0, test::normal(size_t(n) * (side + 1) * (side + 1) * c / 8, 1));
  void *t = nullptr, *y = nullptr;
  test::cuda("cudaMalloc", cudaMalloc(&t, size_t(n) * (side + 1) * (side + 1) * c * 2));
  test::cuda("cudaMalloc", cudaMalloc(&y, count * 2));
  const size_t piece = size_t(n) * (side + 1) * (side + 1) * c / 8 * 2;
  for (int i = 0; i < 8; i++) cudaMemcpy(static_cast<char *>(t) + i * piece, from, piece, cudaMemcpyDeviceToDevice);
  const test::Array factor(in.factor), bias(in.bias), noise(in.noise), next(in.next), weights(in.weights),
      rgb_bias(in.rgb_bias), skip(test::normal(size_t(n) * 3 * side / 2 * side / 2, 2)),
      image(size_t(n) * 3 * side * side);
  const std::string name = std::to_string(c) + " channels at " + std::to_string(side) + ", batch " + std::to_string(n);
  test::time("layer with picture, " + name, 4.0 * count, [&] {
    smb_layer_rgb(nullptr, 0, sizes(k).data(), SCALARS, t, factor, bias, noise, next, y, weights, rgb_bias, skip, image,
                  nullptr);
  });
  test::time("up-layer, " + name, 4.0 * count,
             [&] { smb_up_layer(nullptr, 0, sizes(k).data(), SCALARS, t, factor, bias, noise, next, y); });
  cudaFree(t);
  cudaFree(y);
}

int main() {
  const int odd[] = {1, 4, 4, 12, 12, 12, 0};
  if (smb_layer_rgb(nullptr, 0, odd, SCALARS, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                    nullptr, nullptr, nullptr) == 0)
    test::fail("12 channels were taken");
  if (!test::has_device()) return test::failures ? 1 : 77;
  for (int dtype = 0; dtype < 2; dtype++) {
    for (const Case &k : {Case{2, 4, 4, 512, true, true, false}, Case{3, 8, 8, 8, false, false, false},
                          Case{2, 16, 12, 48, true, false, false}, Case{2, 64, 64, 32, true, true, true},
                          Case{1, 128, 128, 64, true, false, false}, Case{2, 64, 64, 136, true, true, false},
                          Case{2, 130, 132, 128, true, true, false}}) {
      layer_rgb(dtype, k);
      up_layer(dtype, k);
    }
  }
  timing(8, 1024, 32);
  timing(8, 256, 128);
  timing(8, 64, 512);
  timing(1, 16, 512);
  return test::result();
}
