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

static void rescale() {
  const int n = 100000;
  std::vector<float> g = test::normal(n, 1);
  float peak = 0;
  for (float &v : g) peak = std::fmax(peak, std::fabs(v *= 1e-12f));
  const test::Array from(g), call(16), to(n), scale(SMB_SCALE_FLOATS);
  const int64_t values[SMB_CALL_FIELDS] = {0, 0, 0, 0, 0, 0, reinterpret_cast<int64_t>(+from), 0};
  SMB(smb_set_call(nullptr, values, call));
  SMB(smb_rescale_grad(nullptr, n, call, to, scale));
  const double factor = std::exp2(-std::ilogb(peak));
  std::vector<double> expected(n);
  for (int i = 0; i < n; i++) expected[i] = g[i] * factor;
  test::same("rescaled gradient", to.host(), expected, 1e-7);
  if (scale.host()[0] * factor != 1) test::fail("scale");
}

// Two layers, 16 to 24 to 16 channels, and the second one's picture.
static void style_grads() {
  const int n = 2, w_dim = 40, num_ws = 3, in[] = {16, 24, 16}, out[] = {24, 16, 3}, style_at[] = {0, 16, 40},
            factor_at[] = {0, 24, 40}, row[] = {0, 1, 2}, blocks[] = {3, 5}, pictures[] = {-1, 2};
  const int styles_length = 56, factors_length = 88;
  const float gains[] = {1.4f, 1.0f, 1.0f, 0.25f};
  std::vector<float> a[3], energy[3], norm[3], partial[2];
  for (int k = 0; k < 3; k++) {
    a[k] = test::normal(in[k] * w_dim, 10 + k);
    energy[k] = test::normal(in[k] * out[k], 20 + k);
    norm[k] = test::normal(out[k], 30 + k);
    for (float &v : norm[k]) v = 1 + std::fabs(v);
    if (k < 2) partial[k] = test::normal(n * blocks[k] * 5 * out[k], 40 + k);
  }
  std::vector<float> peaks(n * SMB_MAX_STYLES, 1.5f);
  peaks[1] = 2;
  const std::vector<float> styles = test::normal(n * styles_length, 1), factors = test::normal(n * factors_length, 2),
                           start = test::normal(in[0] * 16, 3),
                           dx = test::rounded(1, test::normal(n * 16 * in[0], 4));
  std::vector<double> ds(n * styles_length), ws(n * num_ws * w_dim);
  for (int b = 0; b < n; b++) {
    double *g = &ds[b * styles_length];
    for (int c = 0; c < in[0]; c++)
      for (int p = 0; p < 16; p++) g[c] += double{dx[(b * 16 + p) * in[0] + c]} * start[c * 16 + p] / peaks[b * 32];
    for (int k = 0; k < 2; k++)
      for (int o = 0; o < out[k]; o++) {
        double sum[5] = {};
        for (int r = 0; r < blocks[k]; r++)
          for (int i = 0; i < 5; i++) sum[i] += partial[k][((b * blocks[k] + r) * 5 + i) * out[k] + o];
        const double d = factors[b * factors_length + factor_at[k] + o] / (peaks[b * 32 + k] * norm[k][o] * gains[0]);
        for (int i = 0; i < in[k]; i++)
          g[style_at[k] + i] -= styles[b * styles_length + style_at[k] + i] * d * d * sum[1] * energy[k][o * in[k] + i];
        if (k == 0) g[style_at[1] + o] += sum[0] / peaks[b * 32 + 1];
        for (int i = 0; i < 3 && k == 1; i++) g[style_at[2] + o] += sum[2 + i] * energy[2][i * in[2] + o];
      }
    for (int k = 0; k < 3; k++)
      for (int c = 0; c < in[k]; c++)
        for (int j = 0; j < w_dim; j++)
          ws[(b * num_ws + row[k]) * w_dim + j] +=
              g[style_at[k] + c] * a[k][c * w_dim + j] * gains[1 + k] / std::sqrt(double{w_dim});
  }
  const test::Array a0(a[0]), a1(a[1]), a2(a[2]), e0(energy[0]), e1(energy[1]), e2(energy[2]), n0(norm[0]), n1(norm[1]),
      p0(partial[0]), p1(partial[1]), dstyles(styles), dpeaks(peaks), dfactors(factors), dstart(start),
      q(n * factors_length), grads(n * styles_length), to(ws.size()), call(16), scale(std::vector<float>{0.5f});
  const test::Halves ddx(1, dx);
  auto at = [](const float *p) { return reinterpret_cast<int64_t>(p); };
  const int64_t fields[] = {0, 16, 24, 0,  0,  0, at(a0), 0, at(e0), at(n0), 0, 24, 16, 16, 24,
                            1, at(a1), 0, at(e1), at(n1), 1, 16, 3, 40, 40, 2, at(a2), 0, at(e2), 0};
  const int64_t partials[] = {at(p0), at(p1)};
  const int64_t values[SMB_CALL_FIELDS] = {0, 0, 0, 0, 0, 0, 0, at(to)};
  const int sizes[] = {3, n, w_dim, num_ws, styles_length, factors_length};
  SMB(smb_set_call(nullptr, values, call));
  SMB(smb_style_grads(nullptr, 1, sizes, fields, gains, 2, pictures, blocks, partials, dstart, ddx, dstyles, dpeaks,
                      dfactors, q, grads, scale, call));
  test::same("gradients of styles", grads.host(), ds, 1e-5);
  for (double &v : ws) v *= 0.5;
  test::same("gradients of codes", to.host(), ws, 1e-5);
}

static void timing(int n, int side, int c) {
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
  rescale();
  style_grads();
  timing(8, 256, 64);
  timing(8, 128, 128);
  return test::result();
}
