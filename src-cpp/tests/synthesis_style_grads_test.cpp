// From the layers' partial sums to the gradient of the codes, against plain loops in double.
#include "halves.h"
#include "semblance_kernels.h"

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
  test::time("gradients of styles and codes, 2 layers", 4.0 * (in[0] + in[1] + in[2]) * w_dim, [&] {
    smb_style_grads(nullptr, 1, sizes, fields, gains, 2, pictures, blocks, partials, dstart, ddx, dstyles, dpeaks,
                    dfactors, q, grads, scale, call);
  });
}

// Of one style, two layers.
static void refusals() {
  const int sizes[] = {1, 1, 1, 1, 1, 1};
  const int64_t fields[SMB_STYLE_FIELDS] = {};
  const float gains[] = {1, 1};
  if (smb_style_grads(nullptr, 0, sizes, fields, gains, 2, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                      nullptr, nullptr, nullptr, nullptr, nullptr, nullptr) == 0)
    test::fail("more layers than styles were taken");
}

int main() {
  refusals();
  if (!test::has_device()) return test::failures ? 1 : 77;
  style_grads();
  return test::result();
}
