// Arrays end to end and back.
#include <memory>

#include "device_array.h"
#include "semblance_kernels.h"

static void times() {
  if (!test::wants_times()) return;
  const int64_t n = 1 << 24, sizes[] = {n, n};
  const test::Array a(test::normal(n, 1)), b(test::normal(n, 2)), all(2 * n);
  const int64_t addresses[] = {reinterpret_cast<int64_t>(+a), reinterpret_cast<int64_t>(+b)};
  test::time("join of 2 x 16 Mi", 16.0 * n, [&] { smb_join(nullptr, 2, addresses, sizes, 0, all); });
  test::time("split into the same", 16.0 * n, [&] { smb_join(nullptr, 2, addresses, sizes, 1, all); });
}

int main() {
  if (smb_join(nullptr, SMB_MAX_PARTS + 1, nullptr, nullptr, 0, nullptr) == 0) test::fail("too many were taken");
  if (!test::has_device()) return test::failures ? 1 : 77;
  const std::vector<int64_t> sizes = {1, 5000, 0, 3, 2048, 1, 7777};
  std::vector<std::unique_ptr<test::Array>> parts;
  std::vector<int64_t> addresses;
  std::vector<double> expected;
  for (size_t i = 0; i < sizes.size(); i++) {
    const std::vector<float> values = test::normal(sizes[i], static_cast<unsigned>(i));
    parts.push_back(std::make_unique<test::Array>(values));
    addresses.push_back(reinterpret_cast<int64_t>(static_cast<float *>(*parts.back())));
    expected.insert(expected.end(), values.begin(), values.end());
  }
  const int count = static_cast<int>(sizes.size());
  const test::Array all(expected.size());
  SMB(smb_join(nullptr, count, addresses.data(), sizes.data(), 0, all));
  test::same("join", all.host(), expected);

  const test::Array zeros(std::vector<float>(5000, 0.0f));
  addresses[1] = reinterpret_cast<int64_t>(static_cast<float *>(zeros));
  SMB(smb_join(nullptr, count, addresses.data(), sizes.data(), 1, all));
  test::same("split", zeros.host(), std::vector<double>(expected.begin() + 1, expected.begin() + 5001));
  times();
  return test::result();
}
