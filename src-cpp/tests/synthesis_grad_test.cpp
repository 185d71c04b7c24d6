// The backward kernels of a planned synthesis against plain loops in double, and their time at the sizes that count.
#include "halves.h"
#include "semblance_kernels.h"

static const float SCALARS[] = {0.2f, 2.0f, 9.0f, 0.25f, 0.75f, 0.7f, 0.3f};
static constexpr float SLOPE = 0.2f;

static std::vector<int> sizes(int n, int h, int w, int c) { return {n, h, w, c, 4 * c, c, 0}; }

static void layer_grad(int dtype, int n, int h, int w, int c, bool has_picture, bool has_next) {
  const size_t size = size_t(h) * w, count = n * size * c;
  const std::vector<float> dys = test::rounded(dtype, test::normal(count, 1)), factor = test::normal(n * 4 * c, 2),
                           bias = test::normal(c, 3), noise = test::normal(size, 4), next = test::normal(n * c, 5),
                           rgb = test::normal(n * 4 * c, 6), image = test::normal(n * 3 * size, 7);
  std::vector<float> ys = test::rounded(dtype, test::normal(count, 8));
  std::vector<double> dacc(count), sums(n * 5 * c), expected_sums;
  const double limit = SCALARS[1] * (1 - (dtype == 0 ? 1.0 / 1024 : 1.0 / 128));
  for (int b = 0; b < n; b++)
    for (size_t p = 0; p < size; p++)
      for (int k = 0; k < c; k++) {
        const size_t at = (b * size + p) * c + k;
        const double scale = has_next ? next[b * c + k] : 1;
        double y = ys[at] / scale;
        if (std::fabs(std::fabs(y) - limit) < 1e-4) y = (ys[at] = 0);
        double g = dys[at] * scale;
        sums[(b * 5 + 0) * c + k] += dys[at] * y;
        for (int q = 0; q < 3 && has_picture; q++) {
          g += double{image[(b * 3 + q) * size + p]} * rgb[(b * 4 + q) * c + k];
          sums[(b * 5 + 2 + q) * c + k] += image[(b * 3 + q) * size + p] * y;
        }
        const double gz = std::fabs(y) >= limit ? 0 : y > 0 ? g : SLOPE * g;
        sums[(b * 5 + 1) * c + k] += gz * ((y > 0 ? y : y / SLOPE) - noise[p] - bias[k]);
        dacc[at] = gz * factor[b * 4 * c + k];
      }
  const int blocks = smb_layer_grad_blocks(n, h, w, c);
  const test::Halves from(dtype, dys), saved(dtype, ys), to(dtype, count);
  const test::Array dfactor(factor), dbias(bias), dnoise(noise), dnext(next), drgb(rgb), dimage(image),
      partial(size_t(n) * blocks * 5 * c);
  SMB(smb_layer_grad(nullptr, dtype, sizes(n, h, w, c).data(), SCALARS, from, saved, dfactor, dbias, dnoise,
                     has_next ? +dnext : nullptr, has_picture ? +drgb : nullptr, dimage, nullptr, to, partial));
  const std::string name = std::to_string(c) + " channels of " + std::to_string(h) + "x" + std::to_string(w) +
                           (dtype ? " bfloat16" : " half");
  test::same("layer gradient " + name, to.host(), dacc, test::unit(dtype));
  const std::vector<float> parts = partial.host();
  std::vector<float> got(n * 5 * c);
  for (int b = 0; b < n; b++)
    for (int r = 0; r < blocks; r++)
      for (int i = 0; i < 5 * c; i++) got[b * 5 * c + i] += parts[(size_t(b) * blocks + r) * 5 * c + i];
  test::same("sums " + name, got, sums, 1e-5);
}

static void filter_grad(int dtype, int n, int h, int w, int c) {
  const std::vector<float> g = test::rounded(dtype, test::normal(size_t(n) * h * w * c, 1));
  std::vector<double> expected(size_t(n) * (h + 1) * (w + 1) * c);
  for (int b = 0; b < n; b++)
    for (int y = 0; y < h; y++)
      for (int x = 0; x < w; x++)
        for (int i = 0; i < 16; i++) {
          const int ty = y - 1 + i / 4, tx = x - 1 + i % 4;
          if (ty < 0 || tx < 0 || ty > h || tx > w) continue;
          for (int k = 0; k < c; k++)
            expected[((size_t(b) * (h + 1) + ty) * (w + 1) + tx) * c + k] +=
                double{SCALARS[3 + i / 4]} * SCALARS[3 + i % 4] * g[((size_t(b) * h + y) * w + x) * c + k];
        }
  const test::Halves from(dtype, g), to(dtype, expected.size());
  SMB(smb_filter_grad(nullptr, dtype, sizes(n, h, w, c).data(), SCALARS + 3, from, to));
  test::same("filter gradient " + std::to_string(c) + " channels of " + std::to_string(h) + "x" + std::to_string(w),
             to.host(), expected, test::unit(dtype));
}

static void picture_grad() {
  const int planes = 6, h = 12, w = 8;
  const std::vector<float> g = test::normal(planes * 4 * h * w, 1);
  std::vector<double> expected(planes * h * w);
  for (int p = 0; p < planes; p++)
    for (int y = 0; y < 2 * h; y++)
      for (int x = 0; x < 2 * w; x++)
        for (int i = 0; i < 16; i++) {
          const int yy = y - 2 + i / 4, xx = x - 2 + i % 4;
          if (yy < 0 || xx < 0 || yy % 2 || xx % 2 || yy / 2 >= h || xx / 2 >= w) continue;
          expected[(p * h + yy / 2) * w + xx / 2] +=
              double{SCALARS[3 + i / 4]} * SCALARS[3 + i % 4] * g[(p * 2 * h + y) * 2 * w + x];
        }
  const test::Array from(g), to(planes * h * w);
  SMB(smb_picture_grad(nullptr, planes, h, w, SCALARS + 3, from, nullptr, to));
  test::same("picture gradient", to.host(), expected);
}

static void rescale(float size, const std::string &name) {
  const int n = 100000;
  std::vector<float> g = test::normal(n, 1);
  float peak = 0;
  for (float &v : g) peak = std::fmax(peak, std::fabs(v *= size));
  const test::Array from(g), call(16), to(n), scale(SMB_SCALE_FLOATS);
  const int64_t values[SMB_CALL_FIELDS] = {0, 0, 0, 0, 0, 0, reinterpret_cast<int64_t>(+from), 0};
  SMB(smb_set_call(nullptr, values, call));
  SMB(smb_rescale_grad(nullptr, n, call, to, scale));
  const double factor = std::exp2(-std::max(std::ilogb(peak), -126));
  std::vector<double> expected(n);
  for (int i = 0; i < n; i++) expected[i] = g[i] * factor;
  test::same("rescaled gradient, " + name, to.host(), expected, 1e-7);
  if (scale.host()[0] * factor != 1) test::fail("scale, " + name);
}

static void timing(int n, int side, int c) {
  if (!test::wants_times()) return;  // drawing the inputs takes longer than the kernels
  const size_t count = size_t(n) * side * side * c;
  void *a = nullptr, *b = nullptr, *d = nullptr;
  test::cuda("cudaMalloc", cudaMalloc(&a, count * 2));
  test::cuda("cudaMalloc", cudaMalloc(&b, count * 2));
  test::cuda("cudaMalloc", cudaMalloc(&d, size_t(n) * (side + 1) * (side + 1) * c * 2));
  const test::Halves some(1, test::normal(count / 16, 1));
  for (int i = 0; i < 16; i++) {
    cudaMemcpy(static_cast<char *>(a) + i * (count / 8), some, count / 8, cudaMemcpyDeviceToDevice);
    cudaMemcpy(static_cast<char *>(b) + i * (count / 8), some, count / 8, cudaMemcpyDeviceToDevice);
  }
  const test::Array table(test::normal(n * 4 * c, 2)), noise(test::normal(side * side, 3)),
      image(test::normal(size_t(n) * 3 * side * side, 4)),
      partial(size_t(n) * smb_layer_grad_blocks(n, side, side, c) * 5 * c);
  const std::string name = std::to_string(c) + " channels at " + std::to_string(side) + ", batch " + std::to_string(n);
  test::time("layer gradient, " + name, 6.0 * count, [&] {
    smb_layer_grad(nullptr, 1, sizes(n, side, side, c).data(), SCALARS, a, b, table, table, noise, table, table, image,
                   nullptr, d, partial);
  });
  test::time("filter gradient, " + name, 4.0 * count,
             [&] { smb_filter_grad(nullptr, 1, sizes(n, side, side, c).data(), SCALARS + 3, a, d); });
  cudaFree(a);
  cudaFree(b);
  cudaFree(d);
}

int main() {
  const int odd[] = {1, 4, 4, 12, 12, 12, 0};
  if (smb_layer_grad(nullptr, 0, odd, SCALARS, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                     nullptr, nullptr, nullptr) == 0)
    test::fail("12 channels were taken");
  if (!test::has_device()) return test::failures ? 1 : 77;
  for (int dtype = 0; dtype < 2; dtype++) {
    layer_grad(dtype, 2, 4, 4, 512, true, true);
    layer_grad(dtype, 3, 12, 10, 24, false, true);
    layer_grad(dtype, 2, 64, 64, 32, true, false);
    layer_grad(dtype, 1, 32, 32, 264, true, true);
    filter_grad(dtype, 2, 8, 8, 24);
    filter_grad(dtype, 1, 64, 66, 128);
    filter_grad(dtype, 1, 256, 256, 72);
  }
  picture_grad();
  rescale(1e-12f, "small");
  rescale(1e-43f, "no normal numbers");
  rescale(4e37f, "large");
  timing(8, 256, 64);
  timing(8, 128, 128);
  return test::result();
}
