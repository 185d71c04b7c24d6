// Planes to channels-last halves and back, in rows that are longer than the channels, against plain loops.
#include "halves.h"

#include "device_array.h"
#include "semblance_kernels.h"

static void round_trip(int dtype, int n, int c, int row, int size) {
  const std::vector<float> x = test::normal(size_t(n) * c * size, 1);
  const std::vector<float> by = test::normal(n, 4);
  const test::Array in(x), out(x.size()), factors(by), scaled(x.size());
  const test::Halves halves(dtype, size_t(n) * row * size);
  SMB(smb_to_halves(nullptr, dtype, n, c, row, size, in, nullptr, halves));
  SMB(smb_from_halves(nullptr, dtype, n, c, row, size, halves, nullptr, out));
  SMB(smb_from_halves(nullptr, dtype, n, c, row, size, halves, factors, scaled));
  const std::vector<float> made = halves.host();
  std::vector<double> rows(made.size(), 0), planes(x.size()), products(x.size()), scaled_rows(made.size(), 0);
  for (size_t i = 0; i < x.size(); i++) {
    const size_t pixel = i % size, channel = i / size % c, sample = i / size / c;
    planes[i] = test::rounded(dtype, x[i]);
    rows[(sample * size + pixel) * row + channel] = planes[i];
    products[i] = static_cast<float>(planes[i]) * by[sample];
    scaled_rows[(sample * size + pixel) * row + channel] = test::rounded(dtype, x[i] * by[sample]);
  }
  const std::string name = std::to_string(c) + " of " + std::to_string(row) + " x " + std::to_string(size);
  test::same("to halves " + name, made, rows, 0);
  test::same("and back " + name, out.host(), planes, 0);
  test::same("with factors " + name, scaled.host(), products, 0);
  SMB(smb_to_halves(nullptr, dtype, n, c, row, size, in, factors, halves));
  test::same("to halves with factors " + name, halves.host(), scaled_rows, 0);
}

int main() {
  if (smb_to_halves(nullptr, 2, 1, 1, 1, 1, nullptr, nullptr, nullptr) == 0) test::fail("dtype 2 was taken");
  if (smb_to_halves(nullptr, 0, 65536, 1, 1, 1, nullptr, nullptr, nullptr) == 0) test::fail("65536 samples were taken");
  if (smb_to_halves(nullptr, 0, 1, 9, 8, 1, nullptr, nullptr, nullptr) == 0) test::fail("rows of 8 took 9 channels");
  if (!test::has_device()) return test::failures ? 1 : 77;
  for (int dtype = 0; dtype < 2; dtype++) {
    round_trip(dtype, 2, 8, 8, 49);
    round_trip(dtype, 3, 40, 40, 33);
    round_trip(dtype, 1, 256, 256, 1);
    round_trip(dtype, 64, 32, 32, 9);
    round_trip(dtype, 64, 64, 64, 1024);
    round_trip(dtype, 3, 3, 8, 1000);
    round_trip(dtype, 32, 3, 8, 9);
    round_trip(dtype, 2, 33, 40, 49);
  }
  const int n = 16, c = 64, size = 147 * 147;
  const test::Array x(test::normal(size_t(n) * c * size, 3)), y(size_t(n) * c * size / 2);
  test::time("to halves, 16 x 64 x 147^2", 6.0 * n * c * size,
             [&] { smb_to_halves(nullptr, 1, n, c, c, size, x, nullptr, y); });
  test::time("from halves, the same", 6.0 * n * c * size,
             [&] { smb_from_halves(nullptr, 1, n, c, c, size, y, nullptr, x); });
  return test::result();
}
