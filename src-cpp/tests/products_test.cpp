// Small products against plain loops in double: each result is the rounded sum, and a row is the same in any company.
#include "device_array.h"
#include "semblance_kernels.h"

static std::vector<float> made(int m, int n, int k, bool ta, bool tb, const test::Array &a, const test::Array &b) {
  const test::Array y(size_t(m) * n);
  SMB(smb_small_product(nullptr, m, n, k, ta, tb, a, b, y));
  return y.host();
}

static void run(int m, int n, int k, bool ta, bool tb) {
  const std::vector<float> a = test::normal(size_t(m) * k, 1), b = test::normal(size_t(k) * n, 2);
  std::vector<double> expected(size_t(m) * n);
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++)
      for (int l = 0; l < k; l++)
        expected[size_t(i) * n + j] += double{a[ta ? l * m + i : i * k + l]} * b[tb ? j * k + l : l * n + j];
  const test::Array left(a), right(b);
  const std::vector<float> y = made(m, n, k, ta, tb, left, right);
  const std::string name = "product " + std::to_string(m) + "x" + std::to_string(k) + (ta ? "^T" : "") + " by " +
                           std::to_string(k) + "x" + std::to_string(n) + (tb ? "^T" : "");
  test::same(name, y, expected, 6e-8);  // one rounding
  if (y != made(m, n, k, ta, tb, left, right)) test::fail(name + " differs the second time");
}

// A row alone is the row among others, bit for bit.
static void company(int n, int k) {
  const int m = 5;
  const std::vector<float> a = test::normal(size_t(m) * k, 3), b = test::normal(size_t(k) * n, 4);
  const test::Array all(a), right(b), one(std::vector<float>(a.begin() + 2 * k, a.begin() + 3 * k));
  const std::vector<float> rows = made(m, n, k, false, false, all, right),
                           row = made(1, n, k, false, false, one, right);
  if (!std::equal(row.begin(), row.end(), rows.begin() + 2 * n)) test::fail("a row depends on its company");
}

int main() {
  if (!test::has_device()) return 77;
  for (int transposes = 0; transposes < 4; transposes++) {
    const bool ta = transposes & 1, tb = transposes & 2;
    run(1, 1, 1, ta, tb);
    run(64, 64, 64, ta, tb);
    run(7, 5, 31, ta, tb);
    run(64, 128, 32, ta, tb);
    run(3, 1, 4096, ta, tb);
    run(64, 4096, 1, ta, tb);
  }
  company(40, 100);
  company(100, 20);
  if (made(2, 3, 0, false, false, test::Array(1), test::Array(1)) != std::vector<float>(6))
    test::fail("a sum of nothing is not 0");
  const test::Array x(64 * 64), y(64 * 64);
  test::time("small product 64 by 64 by 64", 3 * 64 * 64 * 4, [&] {
    smb_small_product(nullptr, 64, 64, 64, 0, 0, x, x, y);
  });
  return test::result();
}
