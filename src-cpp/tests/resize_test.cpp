// Bilinear resizing and its transpose against plain loops, larger and smaller.
#include "device_array.h"
#include "semblance_kernels.h"

static void taps(int i, int in, int out, int at[2], double weight[2]) {
  const double position = std::fmax(0, (i + 0.5) * in / out - 0.5);
  at[0] = std::min(static_cast<int>(position), in - 1);
  at[1] = std::min(at[0] + 1, in - 1);
  weight[1] = position - at[0];
  weight[0] = 1 - weight[1];
}

static void run(int planes, int h, int w, int oh, int ow) {
  const std::vector<float> x = test::normal(planes * h * w, 1), dy = test::normal(planes * oh * ow, 2);
  std::vector<double> y(dy.size(), 0), dx(x.size(), 0);
  for (size_t o = 0; o < y.size(); o++) {
    int rows[2], columns[2];
    double v[2], u[2];
    taps(o / ow % oh, h, oh, rows, v);
    taps(o % ow, w, ow, columns, u);
    for (int k = 0; k < 4; k++) {
      const size_t i = (o / ow / oh * h + rows[k / 2]) * w + columns[k % 2];
      y[o] += v[k / 2] * u[k % 2] * x[i];
      dx[i] += v[k / 2] * u[k % 2] * dy[o];
    }
  }
  const std::string name =
      std::to_string(h) + " x " + std::to_string(w) + " to " + std::to_string(oh) + " x " + std::to_string(ow);
  const test::Array from(x), ups(dy), ys(y.size()), dxs(dx.size());
  SMB(smb_resize_bilinear(nullptr, planes, h, w, oh, ow, from, ys));
  SMB(smb_resize_bilinear_grad(nullptr, planes, h, w, oh, ow, ups, dxs));
  test::same("resize " + name, ys.host(), y);
  test::same("resize gradient " + name, dxs.host(), dx);
}

static void times() {
  if (!test::wants_times()) return;
  const int planes = 192, side = 64, to = 224;
  const test::Array x(test::normal(planes * side * side, 1)), y(planes * to * to);
  const double bytes = 4.0 * planes * (side * side + to * to);
  test::time("resize 64^2 to 224^2, 192 planes", bytes,
             [&] { smb_resize_bilinear(nullptr, planes, side, side, to, to, x, y); });
  test::time("its gradient", bytes, [&] { smb_resize_bilinear_grad(nullptr, planes, side, side, to, to, y, x); });
}

int main() {
  if (!test::has_device()) return 77;
  run(3, 8, 8, 16, 16);
  run(2, 7, 9, 20, 5);
  run(2, 16, 16, 8, 8);
  run(1, 1, 1, 5, 7);
  run(1, 5, 7, 1, 1);
  run(4, 33, 31, 29, 64);
  run(1, 64, 64, 224, 224);
  run(1, 224, 200, 64, 50);
  times();
  return test::result();
}
