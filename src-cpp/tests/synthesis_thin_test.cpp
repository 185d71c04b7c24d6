// A thin layer of a planned synthesis in one kernel against plain loops in double, and its time at the sizes that count.
#include "halves.h"
#include "pictures.h"
#include "semblance_kernels.h"

static const float SCALARS[] = {0.2f, 3.0f, 2.5f, 0.25f, 0.75f, 0.7f, 0.3f};

static void run(int dtype, int n, int h, int w, int c, bool has_next) {
  const size_t size = size_t(h) * w, count = n * size * c;
  const std::vector<float> x = test::rounded(dtype, test::normal(count, 1)), factor = test::normal(n * 4 * c, 3),
                           bias = test::normal(c, 4), noise = test::normal(n * size, 5), next = test::normal(n * c, 6),
                           rgb = test::normal(n * 4 * c, 7), rgb_bias = test::normal(3, 8),
                           before = test::normal(n * 3 * size / 4, 9);
  std::vector<float> weights = test::normal(9 * c * c, 2);
  for (float &v : weights) v /= 3 * std::sqrt(float(c));
  weights = test::rounded(dtype, weights);
  std::vector<double> y(count), image(n * 3 * size);
  for (int b = 0; b < n; b++)
    for (size_t p = 0; p < size; p++) {
      double sums[3] = {};
      for (int o = 0; o < c; o++) {
        double acc = 0;
        for (int tap = 0; tap < 9; tap++) {
          const int yy = int(p) / w + tap / 3 - 1, xx = int(p) % w + tap % 3 - 1;
          if (yy < 0 || xx < 0 || yy >= h || xx >= w) continue;
          for (int i = 0; i < c; i++)
            acc += double{x[((size_t(b) * h + yy) * w + xx) * c + i]} * weights[(o * 9 + tap) * c + i];
        }
        const double z = acc * factor[b * 4 * c + o] + noise[b * size + p] + bias[o];
        const double v = std::fmin(std::fmax(z > 0 ? z : SCALARS[0] * z, -SCALARS[1]), SCALARS[1]);
        for (int q = 0; q < 3; q++) sums[q] += v * rgb[(b * 4 + q) * c + o];
        y[(b * size + p) * c + o] = has_next ? v * next[b * c + o] : v;
      }
      for (int q = 0; q < 3; q++)
        image[(b * 3 + q) * size + p] =
            std::fmin(std::fmax(sums[q] + rgb_bias[q], -SCALARS[2]), SCALARS[2]) +
            test::enlarged(before, (b * 3 + q) * size / 4, h / 2, w / 2, int(p) / w, int(p) % w, SCALARS + 3);
    }
  const test::Halves from(dtype, x), packed(dtype, weights), to(dtype, count);
  const test::Array dfactor(factor), dbias(bias), dnoise(noise), dnext(next), drgb(rgb), drgb_bias(rgb_bias),
      dbefore(before), made(image.size());
  const int sizes[] = {n, h, w, c, 4 * c, c, 1};
  SMB(smb_thin_layer(nullptr, dtype, sizes, SCALARS, from, packed, dfactor, dbias, dnoise, has_next ? +dnext : nullptr,
                     to, drgb, drgb_bias, dbefore, made, nullptr));
  const std::string name = std::to_string(c) + " channels of " + std::to_string(h) + "x" + std::to_string(w) +
                           (dtype ? " bfloat16" : " half");
  test::same("thin layer " + name, to.host(), y, test::unit(dtype));
  test::same("picture " + name, made.host(), image, 1e-5);
}

static void timing(int n, int side, int c, bool stores) {
  const size_t count = size_t(n) * side * side * c;
  void *x = nullptr, *y = nullptr;
  test::cuda("cudaMalloc", cudaMalloc(&x, count * 2));
  test::cuda("cudaMalloc", cudaMalloc(&y, count * 2));
  const test::Halves some(0, test::normal(count / 16, 1)), weights(0, test::normal(9 * c * c, 2));
  for (int i = 0; i < 16; i++)
    cudaMemcpy(static_cast<char *>(x) + i * (count / 8), some, count / 8, cudaMemcpyDeviceToDevice);
  const test::Array table(test::normal(n * 4 * c, 2)), noise(test::normal(side * side, 3)),
      before(test::normal(size_t(n) * 3 * side * side / 4, 4)), image(size_t(n) * 3 * side * side);
  const int sizes[] = {n, side, side, c, 4 * c, c, 0};
  test::time("thin layer, " + std::to_string(c) + " channels at " + std::to_string(side) + ", batch " +
                 std::to_string(n),
             (stores ? 4.0 : 2.0) * count, [&] {
               smb_thin_layer(nullptr, 0, sizes, SCALARS, x, weights, table, table, noise, table, stores ? y : nullptr,
                              table, table, before, image, nullptr);
             });
  cudaFree(x);
  cudaFree(y);
}

int main() {
  const int odd[] = {1, 40, 16, 32, 32, 32, 0};
  if (smb_thin_layer(nullptr, 0, odd, SCALARS, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                     nullptr, nullptr, nullptr, nullptr) == 0)
    test::fail("40 rows were taken");
  if (!test::has_device()) return test::failures ? 1 : 77;
  for (int dtype = 0; dtype < 2; dtype++) {
    run(dtype, 2, 48, 32, 32, true);
    run(dtype, 1, 64, 16, 32, false);
    run(dtype, 3, 160, 160, 32, true);
  }
  timing(8, 1024, 32, false);
  timing(8, 512, 32, true);
  timing(1, 1024, 32, false);
  return test::result();
}
