// Planes to channels-last halves and back, with bias and slope, against plain loops.
#include "halves.h"

#include "device_array.h"
#include "semblance_kernels.h"

static float activated(float v, float slope) { return v < 0 ? v * slope : v; }

static void round_trip(int dtype, int n, int c, int size) {
  const std::vector<float> x = test::normal(size_t(n) * c * size, 1), bias = test::normal(c, 2);
  const test::Array in(x), b(bias), halves((x.size() + 1) / 2), out(x.size());
  SMB(smb_to_halves(nullptr, dtype, n, c, size, in, halves));
  SMB(smb_from_halves(nullptr, dtype, n, c, size, halves, b, 0.2f, out));
  const float grain = dtype ? 1.0f / 256 : 1.0f / 2048;
  const std::vector<float> got = out.host();
  int wrong = 0;
  for (size_t i = 0; i < x.size(); i++) {
    const float wanted = activated(x[i] + bias[i / size % c], 0.2f);
    wrong += !(std::abs(got[i] - wanted) <= grain * (std::abs(x[i]) + 1e-3f));
  }
  if (wrong) test::fail("halves " + std::to_string(c) + " x " + std::to_string(size) + ": " + std::to_string(wrong));
}

int main() {
  if (smb_to_halves(nullptr, 2, 1, 1, 1, nullptr, nullptr) == 0) test::fail("dtype 2 was taken");
  if (smb_to_halves(nullptr, 0, 65536, 1, 1, nullptr, nullptr) == 0) test::fail("65536 samples were taken");
  if (!test::has_device()) return test::failures ? 1 : 77;
  for (int dtype = 0; dtype < 2; dtype++) {
    round_trip(dtype, 2, 8, 49);
    round_trip(dtype, 3, 40, 33);
    round_trip(dtype, 1, 256, 1);
    round_trip(dtype, 64, 32, 9);
    round_trip(dtype, 64, 64, 1024);
  }
  const int n = 16, c = 64, size = 147 * 147;
  const test::Array x(test::normal(size_t(n) * c * size, 3)), y(size_t(n) * c * size / 2);
  test::time("to halves, 16 x 64 x 147^2", 6.0 * n * c * size, [&] { smb_to_halves(nullptr, 1, n, c, size, x, y); });
  test::time("from halves, the same", 6.0 * n * c * size,
             [&] { smb_from_halves(nullptr, 1, n, c, size, y, nullptr, 0, x); });
  return test::result();
}
