// Layers with resident weights against plain loops in double, and their times at the sizes that count.
#include "layer_reference.h"

static void run_same(int dtype, int n, int h, int w, bool has_next, bool has_before) {
  const test::LayerCase k(dtype, n, h, w, 64, 64, false, has_next);
  std::vector<double> y = k.same();
  test::LayerCase bare = k;
  if (!has_before) std::fill(bare.before.begin(), bare.before.end(), 0.0f);
  const std::vector<double> image = bare.finish(y);
  const test::Halves x(dtype, k.x), packed(dtype, k.weights), to(dtype, y.size());
  const test::Array factor(k.factor), bias(k.bias), noise(k.noise), next(k.next), rgb(k.rgb), rgb_bias(k.rgb_bias),
      before(k.before), made(image.size());
  SMB(smb_resident_layer(nullptr, dtype, k.sizes().data(), test::SCALARS, x, packed, factor, bias, noise,
                         has_next ? +next : nullptr, to, rgb, rgb_bias, has_before ? +before : nullptr, made, nullptr));
  test::same("layer " + k.name(), to.host(), y, test::unit(dtype));
  test::same("picture " + k.name(), made.host(), image, 1e-5);
}

static void run_up(int dtype, int n, int h, int w) {
  const test::LayerCase k(dtype, n, h, w, 64, 32, true, true);
  std::vector<double> y = k.enlarged();
  k.finish(y);
  const test::Halves x(dtype, k.x), folded(dtype, size_t{4} * 32 * 9 * 64), to(dtype, y.size());
  const test::Array weights(k.weights), norm(std::vector<float>(32, 1.0f)), factor(k.factor), bias(k.bias),
      noise(k.noise), next(k.next);
  SMB(smb_fold_weights(nullptr, dtype, 32, 64, test::SCALARS + 3, weights, norm, folded));
  SMB(smb_resident_up_layer(nullptr, dtype, k.sizes().data(), test::SCALARS, 64, x, folded, factor, bias, noise, next,
                            to));
  test::same("up-layer " + k.name(), to.host(), y, 1.5 * test::unit(dtype));
}

static void time_same(int n, int side) {
  const int c = 64;
  const size_t count = size_t(n) * side * side * c;
  const test::Activations x(count), y(count);
  const test::Halves weights(0, test::normal(9 * c * c, 2));
  const test::Array table(test::normal(n * 4 * c, 2)), noise(test::normal(side * side, 3)),
      before(test::normal(size_t(n) * 3 * side * side / 4, 4)), image(size_t(n) * 3 * side * side);
  const int sizes[] = {n, side, side, c, 4 * c, c, 0};
  const std::string of = ", 64 channels at " + std::to_string(side) + ", batch " + std::to_string(n);
  test::time("layer" + of, 4.0 * count, [&] {
    smb_resident_layer(nullptr, 0, sizes, test::SCALARS, x, weights, table, table, noise, table, y, table, table,
                       before, image, nullptr);
  });
  test::time("pass after a convolution" + of, 4.0 * count, [&] {
    smb_layer_rgb(nullptr, 0, sizes, test::SCALARS, x, table, table, noise, table, y, table, table, before, image,
                  nullptr);
  });
}

static void time_up(int n, int side) {
  const size_t pixels = size_t(n) * side * side;
  const test::Activations x(pixels * 16), y(pixels * 32), t(size_t(n) * (side + 1) * (side + 1) * 32);
  const test::Halves folded(0, test::normal(4 * 32 * 9 * 64, 2));
  const test::Array table(test::normal(n * 4 * 32, 2)), noise(test::normal(side * side, 3));
  const int sizes[] = {n, side, side, 32, 4 * 32, 32, 0};
  const std::string of = ", 64 to 32 channels at " + std::to_string(side) + ", batch " + std::to_string(n);
  test::time("up-layer" + of, 96.0 * pixels, [&] {
    smb_resident_up_layer(nullptr, 0, sizes, test::SCALARS, 64, x, folded, table, table, noise, table, y);
  });
  test::time("pass after a transposed convolution" + of, 128.0 * pixels, [&] {
    smb_up_layer(nullptr, 0, sizes, test::SCALARS, t, table, table, noise, table, y);
  });
}

int main() {
  const int sizes[] = {1, 16, 16, 32, 32, 32, 0};
  if (smb_resident_layer(nullptr, 0, sizes, test::SCALARS, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                         nullptr, nullptr, nullptr, nullptr, nullptr, nullptr) == 0)
    test::fail("32 channels were taken");
  if (smb_resident_up_layer(nullptr, 0, sizes, test::SCALARS, 32, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                            nullptr) == 0)
    test::fail("32 input channels were taken");
  if (!test::has_device() || !smb_has_warpgroups()) return test::failures ? 1 : 77;
  for (int dtype = 0; dtype < 2; dtype++) {
    run_same(dtype, 2, 16, 16, true, false);
    run_same(dtype, 3, 22, 38, true, true);
    run_same(dtype, 2, 48, 80, false, true);
    run_same(dtype, 540, 4, 4, true, true);  // two tiles for each warpgroup, every one of another sample
    run_up(dtype, 2, 16, 32);
    run_up(dtype, 3, 44, 76);
    run_up(dtype, 540, 4, 8);
  }
  time_same(8, 512);
  time_same(1, 512);
  time_same(1, 256);
  time_same(8, 256);
  time_up(8, 1024);
  time_up(1, 1024);
  return test::result();
}
