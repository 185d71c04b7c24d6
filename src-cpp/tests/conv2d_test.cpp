// The plain convolutions and their gradients against loops in double, in random geometries with strides, paddings,
// dilations and groups.
#include "device_array.h"
#include "semblance_kernels.h"

struct Case {
  int n, c, h, w, o, oh, ow, kh, kw, sy, sx, top, left, dy, dx, groups;

  const int *geometry() const { return &n; }
};

// Calls body(y, x, w) for every product of the convolution.
template <typename Body>
static void each(const Case &g, Body body) {
  const int per_group = g.c / g.groups;
  for (int i = 0; i < g.n * g.o * g.oh * g.ow; i++) {
    const int ox = i % g.ow, oy = i / g.ow % g.oh, o = i / g.ow / g.oh % g.o, image = i / g.ow / g.oh / g.o;
    for (int k = 0; k < per_group * g.kh * g.kw; k++) {
      const int kx = k % g.kw, ky = k / g.kw % g.kh, c = o / (g.o / g.groups) * per_group + k / g.kw / g.kh;
      const int y = oy * g.sy + ky * g.dy - g.top, x = ox * g.sx + kx * g.dx - g.left;
      if (y < 0 || y >= g.h || x < 0 || x >= g.w) continue;
      body(i, ((image * g.c + c) * g.h + y) * g.w + x, o * per_group * g.kh * g.kw + k);
    }
  }
}

static void run(const Case &g, const std::string &name) {
  const std::vector<float> x = test::normal(g.n * g.c * g.h * g.w, 1);
  const std::vector<float> w = test::normal(g.o * (g.c / g.groups) * g.kh * g.kw, 2);
  const std::vector<float> ups = test::normal(g.n * g.o * g.oh * g.ow, 3);
  std::vector<double> y(ups.size(), 0), dx(x.size(), 0), dw(w.size(), 0);
  each(g, [&](int o, int i, int k) {
    y[o] += double{x[i]} * w[k];
    dx[i] += double{ups[o]} * w[k];
    dw[k] += double{ups[o]} * x[i];
  });
  const test::Array xs(x), ws(w), dys(ups), ys(y.size()), dxs(dx.size()), dws(dw.size());
  SMB(smb_conv2d(nullptr, g.geometry(), xs, ws, ys));
  SMB(smb_conv2d_data_grad(nullptr, g.geometry(), dys, ws, dxs));
  SMB(smb_conv2d_weight_grad(nullptr, g.geometry(), xs, dys, dws));
  test::same("conv2d " + name, ys.host(), y);
  test::same("conv2d data " + name, dxs.host(), dx);
  test::same("conv2d weights " + name, dws.host(), dw);
}

static void times() {
  if (!test::wants_times()) return;
  const Case g = {8, 64, 64, 64, 64, 64, 64, 3, 3, 1, 1, 1, 1, 1, 1, 1};
  const int count = g.n * g.c * g.h * g.w, weights = g.o * g.c * g.kh * g.kw;
  const test::Array x(test::normal(count, 1)), w(test::normal(weights, 2)), y(count), dw(weights);
  const double bytes = 4.0 * (2.0 * count + weights);
  test::time("conv2d 3x3, 8 x 64 x 64^2", bytes, [&] { smb_conv2d(nullptr, g.geometry(), x, w, y); });
  test::time("its data gradient", bytes, [&] { smb_conv2d_data_grad(nullptr, g.geometry(), x, w, y); });
  test::time("its weight gradient", bytes, [&] { smb_conv2d_weight_grad(nullptr, g.geometry(), x, x, dw); });
}

int main() {
  if (!test::has_device()) return 77;
  std::mt19937 engine(5);
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine); };
  for (int round = 0; round < 40; round++) {
    Case g = {draw(1, 3), draw(1, 4), draw(7, 16), draw(7, 16), draw(1, 4), 0,          0,          draw(1, 3),
              draw(1, 3), draw(1, 3), draw(1, 3),  draw(0, 3),  draw(0, 3), draw(1, 2), draw(1, 2), draw(1, 3)};
    g.c *= g.groups, g.o *= g.groups;
    g.oh = (g.h + g.top + draw(0, 2) - g.dy * (g.kh - 1) - 1) / g.sy + 1;
    g.ow = (g.w + g.left + draw(0, 2) - g.dx * (g.kw - 1) - 1) / g.sx + 1;
    run(g, std::to_string(round));
  }
  times();
  return test::result();
}
