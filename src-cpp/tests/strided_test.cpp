// Strided copies and sums over axes against plain loops.
#include "device_array.h"
#include "semblance_kernels.h"

// A flipped, permuted box of [6, 7, 8] into a dense [4, 5, 6] and back.
static void copies() {
  const std::vector<float> x = test::normal(6 * 7 * 8, 1);
  const int64_t walk[] = {4, 5, 6, 30, 6, 1, 1, -8, 56};
  const int64_t offset = 2 + 6 * 8;
  std::vector<double> expected;
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < 5; j++) {
      for (int k = 0; k < 6; k++) expected.push_back(x[offset + i - 8 * j + 56 * k]);
    }
  }
  const test::Array from(x), to(120);
  SMB(smb_copy(nullptr, 3, walk, from, offset, to, 0));
  test::same("gather", to.host(), expected, 0);
  const int64_t back[] = {4, 5, 6, 1, -8, 56, 30, 6, 1};
  const test::Array whole(std::vector<float>(x.size(), 0));
  SMB(smb_copy(nullptr, 3, back, to, 0, whole, offset));
  std::vector<double> scattered(x.size(), 0);
  for (int i = 0; i < 120; i++) scattered[offset + i / 30 - 8 * (i / 6 % 5) + 56 * (i % 6)] = expected[i];
  test::same("scatter", whole.host(), scattered, 0);
}

// Sum of x [a, b, c] over the middle axis or over the outer two.
static void sum(int64_t a, int64_t b, int64_t c, bool outer) {
  const std::vector<float> x = test::normal(a * b * c, static_cast<unsigned>(a + b + c));
  std::vector<double> expected(outer ? b : a * c, 0);
  for (int64_t i = 0; i < a * b * c; i++) expected[outer ? i / c % b : i / b / c * c + i % c] += x[i];
  const int64_t kept_outer[] = {b, c}, reduced_outer[] = {a, c, b * c, 1};
  const int64_t kept_middle[] = {a, c, b * c, 1}, reduced_middle[] = {b, c};
  const int64_t kept = outer ? b : a * c, reduced = outer ? a * c : b;
  const test::Array from(x), to(expected.size()), scratch(smb_sum_scratch(kept, reduced));
  if (outer) {
    SMB(smb_sum(nullptr, 1, kept_outer, 2, reduced_outer, from, to, scratch));
  } else {
    SMB(smb_sum(nullptr, 2, kept_middle, 1, reduced_middle, from, to, scratch));
  }
  test::same("sum of " + std::to_string(a) + " x " + std::to_string(b) + " x " + std::to_string(c) +
                 (outer ? " over both ends" : " over the middle"),
             to.host(), expected);
}

static void squares(int64_t n) {
  const std::vector<float> x = test::normal(n, static_cast<unsigned>(n));
  double expected = 0;
  for (const float v : x) expected += double{v} * v;
  const test::Array from(x), y(1), scratch(2 * SMB_SQUARES_PARTS);
  SMB(smb_sum_squares(nullptr, n, from, y, scratch));
  test::same("squares of " + std::to_string(n), y.host(), {expected});
}

int main() {
  if (!test::has_device()) return 77;
  copies();
  for (const int64_t n : {0, 1, 3, 4, 1023, 1024, 5000003}) squares(n);
  for (const bool outer : {true, false}) {
    sum(3, 4, 5, outer);
    sum(1, 1, 100000, outer);
    sum(2, 3000, 7, outer);
    sum(8, 64, 4096, outer);
    sum(1, 1000, 2000, outer);
    sum(70000, 3, 1, outer);
  }
  sum(1, 5000000, 1, false);
  const int64_t n = 1 << 26;
  const test::Array x(std::vector<float>(n, 0.5f)), y(1), scratch(smb_sum_scratch(1, n));
  const int64_t all[] = {n, 1};
  smb_sum(nullptr, 0, nullptr, 1, all, x, y, scratch);
  test::time("sum of 64 Mi", 4.0 * n, [&] { smb_sum(nullptr, 0, nullptr, 1, all, x, y, scratch); });
  test::same("sum of 64 Mi", y.host(), {0.5 * n});
  const test::Array parts(2 * SMB_SQUARES_PARTS);
  test::time("squares of 64 Mi", 4.0 * n, [&] { smb_sum_squares(nullptr, n, x, y, parts); });
  return test::result();
}
