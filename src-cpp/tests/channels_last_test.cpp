// Operations on channels-last bfloat16 against plain loops: exact but for the order of sums and rounding of results.
#include "halves.h"
#include "semblance_kernels.h"

static std::vector<float> values(size_t n, unsigned seed) { return test::rounded(1, test::normal(n, seed)); }

static void matches(const std::string &what, const test::Halves &got, std::vector<double> wanted) {
  for (double &v : wanted) v = test::rounded(1, static_cast<float>(v));
  test::same(what, got.host(), wanted, 0);
}

static void elementwise(int rows, int c) {
  const size_t n = size_t(rows) * c;
  const std::vector<float> x = values(n, 1), g = values(n, 2), b = test::normal(c, 3);
  const test::Halves xs(1, x), gs(1, g), y(1, n), dx(1, n), sum(1, n), place(1, x);
  const test::Array bias(b);
  std::vector<double> activated(n), grad(n), added(n), plain(n);
  for (size_t i = 0; i < n; i++) {
    const float v = x[i] + b[i % c];
    activated[i] = v > 0 ? v : v * 0.2f;
    plain[i] = x[i] > 0 ? x[i] : 0;
    grad[i] = x[i] > 0 ? g[i] : g[i] * 0.2f;
    added[i] = x[i] + g[i];
  }
  const std::string name = std::to_string(rows) + " x " + std::to_string(c);
  SMB(smb_half_bias_act(nullptr, rows, c, xs, bias, 0.2f, y));
  matches("bias and activation " + name, y, activated);
  SMB(smb_half_bias_act(nullptr, rows, c, place, nullptr, 0, place));
  matches("activation in place " + name, place, plain);
  SMB(smb_half_act_grad(nullptr, n, gs, xs, 0.2f, dx));
  matches("its gradient " + name, dx, grad);
  SMB(smb_half_add(nullptr, n, xs, gs, sum));
  matches("sum " + name, sum, added);
}

static void sums(int rows, int c) {
  const std::vector<float> x = values(size_t(rows) * c, 4);
  std::vector<double> wanted(c, 0);
  for (size_t i = 0; i < x.size(); i++) wanted[i % c] += x[i];
  const test::Halves xs(1, x);
  const test::Array y(c), again(c), scratch(smb_half_channel_sums_scratch(rows, c) + 1);
  SMB(smb_half_channel_sums(nullptr, rows, c, xs, y, scratch));
  SMB(smb_half_channel_sums(nullptr, rows, c, xs, again, scratch));
  test::same("channel sums " + std::to_string(rows) + " x " + std::to_string(c), y.host(), wanted, 1e-5);
  if (y.host() != again.host()) test::fail("sums differ from run to run");
}

static void channels(int rows, int c, int from_row, int to_row, int from, int to) {
  const std::vector<float> x = values(size_t(rows) * from_row, 5), before = values(size_t(rows) * to_row, 6);
  std::vector<double> wanted(before.begin(), before.end());
  for (int r = 0; r < rows; r++) {
    for (int k = 0; k < c; k++) wanted[size_t(r) * to_row + to + k] = x[size_t(r) * from_row + from + k];
  }
  const test::Halves xs(1, x), y(1, before);
  SMB(smb_half_channels(nullptr, rows, c, static_cast<uint16_t *>(static_cast<void *>(xs)) + from, from_row,
                        static_cast<uint16_t *>(static_cast<void *>(y)) + to, to_row));
  matches("channels " + std::to_string(c), y, wanted);
}

struct Pool {
  int samples, h, w, oh, ow, ky, kx, sy, sx, top, bottom, left, right, count;
};

// Calls body(output, input, divisor) for every pixel of every window, without channels, inputs in row order.
template <typename Body>
static void each(const Pool &p, Body body) {
  for (int o = 0; o < p.samples * p.oh * p.ow; o++) {
    const int top = o / p.ow % p.oh * p.sy - p.top, left = o % p.ow * p.sx - p.left, sample = o / p.ow / p.oh;
    int inside = 0, declared = 0;
    for (int pass = 0; pass < 2; pass++) {
      for (int y = top; y < top + p.ky; y++) {
        for (int x = left; x < left + p.kx; x++) {
          const bool in = y >= 0 && y < p.h && x >= 0 && x < p.w;
          if (pass == 0) inside += in, declared += y < p.h + p.bottom && x < p.w + p.right;
          if (pass == 1 && in) body(o, (sample * p.h + y) * p.w + x, p.count ? declared : inside);
        }
      }
    }
  }
}

static void pools(const Pool &p, int c, const std::string &name) {
  const size_t inputs = size_t(p.samples) * p.h * p.w * c, outputs = size_t(p.samples) * p.oh * p.ow * c;
  std::vector<float> x = values(inputs, 7);
  for (size_t i = 0; i < x.size(); i += 3) x[i] = 0;  // so that maxima are not unique
  const std::vector<float> dy = values(outputs, 8);
  std::vector<double> largest(outputs), spread(inputs, 0), mean(outputs, 0), shares(inputs, 0);
  std::vector<int64_t> best(outputs, -1);
  each(p, [&](int o, int i, int n) {
    for (int k = 0; k < c; k++) {
      const size_t to = size_t(o) * c + k, from = size_t(i) * c + k;
      if (best[to] < 0 || x[from] > x[best[to]]) best[to] = from;
      mean[to] += double{x[from]} / n;
      shares[from] += double{dy[to]} / n;
    }
  });
  for (size_t o = 0; o < outputs; o++) {
    largest[o] = x[best[o]];
    spread[best[o]] += dy[o];
  }
  const test::Halves xs(1, x), dys(1, dy), y(1, outputs), dx(1, inputs), average(1, outputs), back(1, inputs);
  const test::Array places(outputs / 4 + 1);
  SMB(smb_half_max_pool(nullptr, &p.samples, c, xs, y));
  matches("max pool " + name, y, largest);
  SMB(smb_half_max_pool_scatter(nullptr, &p.samples, c, xs, dys, dx, places));
  test::same("max pool scatter " + name, dx.host(), spread, test::unit(1));
  SMB(smb_half_avg_pool(nullptr, &p.samples, c, xs, average));
  test::same("average pool " + name, average.host(), mean, test::unit(1));
  SMB(smb_half_avg_pool_grad(nullptr, &p.samples, c, dys, back));
  test::same("average pool gradient " + name, back.host(), shares, test::unit(1));
}

static void random_pools() {
  std::mt19937 engine(9);
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine); };
  for (int round = 0; round < 20; round++) {
    Pool p = {draw(1, 3), draw(4, 20), draw(4, 20), 0, 0, draw(1, 4), draw(1, 4),
              draw(1, 3), draw(1, 3),  0,           0, 0, 0,          draw(0, 1)};
    p.top = draw(0, p.ky - 1), p.bottom = draw(0, p.ky - 1), p.left = draw(0, p.kx - 1), p.right = draw(0, p.kx - 1);
    p.oh = (p.h + p.top + p.bottom - p.ky) / p.sy + 1;
    p.ow = (p.w + p.left + p.right - p.kx) / p.sx + 1;
    pools(p, 8 * draw(1, 5), std::to_string(round));
  }
}

static void times() {
  const int c = 64, rows = 16 * 147 * 147, n = rows * c;
  const test::Halves x(1, values(n, 1)), y(1, n), z(1, n);
  const test::Array sum(c), scratch(smb_half_channel_sums_scratch(rows, c) + 1);
  test::time("half add, 16 x 147^2 x 64", 6.0 * n, [&] { smb_half_add(nullptr, n, x, x, y); });
  test::time("half act grad", 6.0 * n, [&] { smb_half_act_grad(nullptr, n, x, x, 0, y); });
  test::time("half channel sums", 2.0 * n, [&] { smb_half_channel_sums(nullptr, rows, c, x, sum, scratch); });
  const Pool p = {16, 147, 147, 73, 73, 3, 3, 2, 2, 0, 0, 0, 0, 0};
  const test::Array places(16 * 73 * 73 * c / 4);
  test::time("half max pool scatter", 5.0 * n,
             [&] { smb_half_max_pool_scatter(nullptr, &p.samples, c, x, y, z, places); });
}

int main() {
  if (smb_half_bias_act(nullptr, 1, 12, nullptr, nullptr, 0, nullptr) == 0) test::fail("12 channels were taken");
  if (smb_half_add(nullptr, 12, nullptr, nullptr, nullptr) == 0) test::fail("12 elements were taken");
  if (!test::has_device()) return test::failures ? 1 : 77;
  for (const int c : {8, 40, 64, 72, 192}) {
    elementwise(101, c);
    for (const int rows : {1, 33, 256, 257, 3000, 70000}) sums(rows, c);
  }
  channels(37, 8, 8, 24, 0, 16);
  channels(37, 24, 64, 24, 40, 0);
  channels(1000, 16, 40, 48, 8, 16);
  random_pools();
  times();
  return test::result();
}
