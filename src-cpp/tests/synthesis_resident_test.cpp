// Layers of 32 and 64 channels with resident weights against plain loops in double, and their times at the sizes that count.
#include "layer_reference.h"

static void run_same(int dtype, int n, int h, int w, int c, bool has_next, bool has_before) {
  const test::LayerCase k(dtype, n, h, w, c, c, false, has_next);
  std::vector<double> y = k.same();
  test::LayerCase bare = k;
  if (!has_before) std::fill(bare.before.begin(), bare.before.end(), 0.0f);
  const std::vector<double> image = bare.finish(y);
  const test::Halves x(dtype, k.x), packed(dtype, k.weights), to(dtype, y.size());
  const test::Array factor(k.factor), bias(k.bias), noise(k.noise), next(k.next), rgb(k.rgb), rgb_bias(k.rgb_bias),
      before(k.before), made(image.size());
  SMB(smb_whole_layer(nullptr, 2, dtype, k.sizes().data(), test::SCALARS, x, packed, factor, bias, noise,
                         has_next ? +next : nullptr, to, rgb, rgb_bias, has_before ? +before : nullptr, made, nullptr));
  test::same("layer " + k.name(), to.host(), y, test::unit(dtype));
  test::same("picture " + k.name(), made.host(), image, 1e-5);
}

static void time_same(int n, int side, int c) {
  const size_t count = size_t(n) * side * side * c;
  const test::Activations x(count), y(count);
  const test::Halves weights(0, test::normal(9 * c * c, 2));
  const test::Array table(test::normal(n * 4 * c, 2)), noise(test::normal(side * side, 3)),
      before(test::normal(size_t(n) * 3 * side * side / 4, 4)), image(size_t(n) * 3 * side * side);
  const int sizes[] = {n, side, side, c, 4 * c, c, 0};
  const std::string of = ", " + std::to_string(c) + " channels at " + std::to_string(side) + ", batch " + std::to_string(n);
  test::time("layer" + of, 4.0 * count, [&] {
    smb_whole_layer(nullptr, 2, 0, sizes, test::SCALARS, x, weights, table, table, noise, table, y, table, table,
                       before, image, nullptr);
  });
  test::time("pass after a convolution" + of, 4.0 * count, [&] {
    smb_layer_rgb(nullptr, 0, sizes, test::SCALARS, x, table, table, noise, table, y, table, table, before, image,
                  nullptr);
  });
}

int main() {
  const int sizes[] = {1, 16, 16, 48, 48, 48, 0};
  if (smb_whole_layer(nullptr, 2, 0, sizes, test::SCALARS, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                         nullptr, nullptr, nullptr, nullptr, nullptr, nullptr) == 0)
    test::fail("48 channels were taken");
  if (!test::has_device() || smb_layer_way(8, 512, 64, 64, 1) != 2) return test::failures ? 1 : 77;
  for (int dtype = 0; dtype < 2; dtype++) {
    for (int c = 32; c <= 64; c *= 2) {
      run_same(dtype, 2, 16, 16, c, true, false);
      run_same(dtype, 3, 22, 38, c, true, true);
      run_same(dtype, 2, 48, 80, c, false, true);
      run_same(dtype, 1400, 2, 4, c, true, true);  // two tiles for each warpgroup, every one of another sample
    }
  }
  time_same(8, 1024, 32);
  time_same(8, 512, 64);
  time_same(1, 1024, 32);
  time_same(1, 512, 64);
  time_same(1, 256, 64);
  time_same(8, 256, 64);
  return test::result();
}
