// Pools, their transposes and the selection of a maximum pool against plain loops, in random geometries.
#include "device_array.h"
#include "semblance_kernels.h"

struct Case {
  int planes, h, w, oh, ow, ky, kx, sy, sx, top, bottom, left, right, count;

  const int *geometry() const { return &planes; }
  size_t inputs() const { return size_t(planes) * h * w; }
  size_t outputs() const { return size_t(planes) * oh * ow; }
};

// Calls body(output, input, divisor) for every input element of every window, inputs in row order.
template <typename Body>
static void each(const Case &c, Body body) {
  for (int i = 0; i < static_cast<int>(c.outputs()); i++) {
    const int top = i / c.ow % c.oh * c.sy - c.top, left = i % c.ow * c.sx - c.left, plane = i / c.ow / c.oh;
    int inside = 0, declared = 0;
    for (int pass = 0; pass < 2; pass++) {
      for (int y = top; y < top + c.ky; y++) {
        for (int x = left; x < left + c.kx; x++) {
          const bool in = y >= 0 && y < c.h && x >= 0 && x < c.w;
          if (pass == 0) inside += in, declared += y < c.h + c.bottom && x < c.w + c.right;
          if (pass == 1 && in) body(i, (plane * c.h + y) * c.w + x, c.count ? declared : inside);
        }
      }
    }
  }
}

static void maxima(const Case &c, const std::string &name) {
  const std::vector<float> x = test::normal(c.inputs(), 1), g = test::normal(c.inputs(), 2);
  const std::vector<float> dy = test::normal(c.outputs(), 3);
  std::vector<int> best(c.outputs(), -1);
  each(c, [&](int o, int i, int) {
    if (best[o] < 0 || x[i] > x[best[o]]) best[o] = i;
  });
  std::vector<double> y(c.outputs()), gathered(c.outputs()), scattered(c.inputs(), 0);
  for (size_t o = 0; o < best.size(); o++) {
    y[o] = x[best[o]];
    gathered[o] = g[best[o]];
    scattered[best[o]] += dy[o];
  }
  const test::Array from(x), gs(g), dys(dy), ys(c.outputs()), gys(c.outputs()), dx(c.inputs());
  SMB(smb_max_pool(nullptr, c.geometry(), from, ys));
  SMB(smb_max_pool_gather(nullptr, c.geometry(), from, gs, gys));
  SMB(smb_max_pool_scatter(nullptr, c.geometry(), from, dys, dx));
  test::same("max pool " + name, ys.host(), y, 0);
  test::same("max pool gather " + name, gys.host(), gathered, 0);
  test::same("max pool scatter " + name, dx.host(), scattered);
}

static void averages(const Case &c, const std::string &name) {
  const std::vector<float> x = test::normal(c.inputs(), 4), dy = test::normal(c.outputs(), 5);
  std::vector<double> y(c.outputs(), 0), dx(c.inputs(), 0);
  each(c, [&](int o, int i, int n) {
    y[o] += double{x[i]} / n;
    dx[i] += double{dy[o]} / n;
  });
  const test::Array from(x), dys(dy), ys(c.outputs()), dxs(c.inputs());
  SMB(smb_avg_pool(nullptr, c.geometry(), from, ys));
  SMB(smb_avg_pool_grad(nullptr, c.geometry(), dys, dxs));
  test::same("average pool " + name, ys.host(), y);
  test::same("average pool gradient " + name, dxs.host(), dx);
}

static void times() {
  if (!test::wants_times()) return;
  const Case c = {1024, 147, 147, 73, 73, 3, 3, 2, 2, 0, 0, 0, 0, 0};
  const test::Array x(test::normal(c.inputs(), 1)), g(test::normal(c.inputs(), 2)), dx(c.inputs());
  const test::Array dy(test::normal(c.outputs(), 3)), y(c.outputs());
  const double ins = 4.0 * c.inputs(), outs = 4.0 * c.outputs();
  test::time("max pool, 1024 x 147^2", ins + outs, [&] { smb_max_pool(nullptr, c.geometry(), x, y); });
  test::time("its gather", 2 * ins + outs, [&] { smb_max_pool_gather(nullptr, c.geometry(), x, g, y); });
  test::time("its scatter", 2 * ins + outs, [&] { smb_max_pool_scatter(nullptr, c.geometry(), x, dy, dx); });
  test::time("average pool", ins + outs, [&] { smb_avg_pool(nullptr, c.geometry(), x, y); });
  test::time("its gradient", ins + outs, [&] { smb_avg_pool_grad(nullptr, c.geometry(), dy, dx); });
}

int main() {
  if (!test::has_device()) return 77;
  std::mt19937 engine(3);
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine); };
  for (int round = 0; round < 40; round++) {
    Case c = {draw(1, 6), draw(4, 20), draw(4, 20), 0, 0, draw(1, 4), draw(1, 4),
              draw(1, 3), draw(1, 3),  0,           0, 0, 0,          draw(0, 1)};
    c.top = draw(0, c.ky - 1), c.bottom = draw(0, c.ky - 1), c.left = draw(0, c.kx - 1), c.right = draw(0, c.kx - 1);
    c.oh = (c.h + c.top + c.bottom - c.ky) / c.sy + 1;
    c.ow = (c.w + c.left + c.right - c.kx) / c.sx + 1;
    maxima(c, std::to_string(round));
    averages(c, std::to_string(round));
  }
  times();
  return test::result();
}
