// Enlarging layers in one kernel against plain loops in double, and their times at the sizes that count.
#include "layer_reference.h"

static void run(int dtype, int n, int h, int w, int ins, int c, bool has_next) {
  const test::LayerCase k(dtype, n, h, w, ins, c, true, has_next);
  std::vector<double> y = k.enlarged();
  k.finish(y);
  std::vector<float> norms = test::normal(c, 11);
  std::vector<float> scaled = k.weights;
  for (int o = 0; o < c; o++) {
    norms[o] = 2 + std::fabs(norms[o]);
    for (int i = 0; i < ins * 9; i++) scaled[size_t(o) * ins * 9 + i] *= norms[o];
  }
  const test::Halves x(dtype, k.x), folded(dtype, size_t{18} * c * ins), to(dtype, y.size());
  const test::Array weights(scaled), norm(norms), factor(k.factor), bias(k.bias), noise(k.noise), next(k.next);
  SMB(smb_fold_weights(nullptr, dtype, c, ins, test::SCALARS + 3, weights, norm, folded));
  folded.host();  // waits: weights are read before the kernel ahead has ended
  SMB(smb_fused_up_layer(nullptr, dtype, k.sizes().data(), test::SCALARS, ins, x, folded, factor, bias, noise,
                         has_next ? +next : nullptr, to));
  // The weights are rounded once here, and not in the loops.
  test::same("up-layer " + k.name(), to.host(), y, 1.5 * test::unit(dtype));
}

static void run_split(int dtype, int n, int h, int w, int ins, int c, bool has_next) {
  const test::LayerCase k(dtype, n, h, w, ins, c, true, has_next);
  std::vector<double> y = k.enlarged();
  k.finish(y);
  std::vector<float> packed(k.weights.size());
  for (int o = 0; o < c; o++)
    for (int i = 0; i < ins; i++)
      for (int tap = 0; tap < 9; tap++) packed[(size_t(i) * 9 + tap) * c + o] = float(k.weight(o, i, tap));
  const test::Halves x(dtype, k.x), weights(dtype, packed), t(dtype, size_t(n) * (h + 1) * (w + 1) * c),
      to(dtype, y.size());
  const test::Array factor(k.factor), bias(k.bias), noise(k.noise), next(k.next);
  SMB(smb_split_up(nullptr, dtype, k.sizes().data(), ins, x, weights, t));
  SMB(smb_up_layer(nullptr, dtype, k.sizes().data(), test::SCALARS, t, factor, bias, noise, has_next ? +next : nullptr,
                   to));
  // Weights and the transposed convolution are rounded here, and not in the loops.
  test::same("split up-layer " + k.name(), to.host(), y, 1.5 * test::unit(dtype));
  const std::vector<float> first = t.host();
  SMB(smb_split_up(nullptr, dtype, k.sizes().data(), ins, x, weights, t));
  if (t.host() != first) test::fail("split up-layer " + k.name() + " is another the second time");
}

static void timing_split(int n, int side, int ins, int c) {
  if (!test::wants_times()) return;
  const size_t pixels = size_t(n) * side * side;
  const test::Activations x(pixels / 4 * ins), y(pixels * c), t(size_t(n) * (side + 1) * (side + 1) * c);
  std::vector<float> drawn = test::normal(size_t{9} * c * ins, 2);
  for (float &v : drawn) v /= 3 * std::sqrt(float(ins));
  const test::Halves weights(0, drawn);
  const test::Array table(test::normal(n * 4 * c, 2)), noise(test::normal(side * side, 3));
  const int sizes[] = {n, side, side, c, 4 * c, c, 0};
  const std::string of = ", " + std::to_string(ins) + " to " + std::to_string(c) + " channels at " +
                         std::to_string(side) + ", batch " + std::to_string(n);
  test::time_in_graph("split transposed convolution" + of, (2.0 * c + 0.5 * ins) * pixels, [&](cudaStream_t stream) {
    SMB(smb_split_up(stream, 0, sizes, ins, x, weights, t));
  });
  test::time_in_graph("the same and the pass" + of, (2.0 * c + 0.5 * ins) * pixels, [&](cudaStream_t stream) {
    SMB(smb_split_up(stream, 0, sizes, ins, x, weights, t));
    SMB(smb_up_layer(stream, 0, sizes, test::SCALARS, t, table, table, noise, table, y));
  });
}

static void check_split() {
  for (int dtype = 0; dtype < 2; dtype++) {
    run_split(dtype, 1, 8, 8, 64, 64, true);
    run_split(dtype, 1, 8, 8, 512, 64, false);
    run_split(dtype, 2, 4, 6, 192, 64, true);
    run_split(dtype, 7, 4, 8, 128, 64, true);
    run_split(dtype, 1, 32, 32, 256, 128, true);
    run_split(dtype, 3, 20, 44, 128, 64, true);
  }
  timing_split(1, 8, 512, 512);
  timing_split(4, 8, 512, 512);
  timing_split(1, 16, 512, 512);
  timing_split(1, 32, 512, 512);
}

static void timing(int n, int side, int ins, int c) {
  if (!test::wants_times()) return;  // drawing the inputs takes longer than the kernels
  const size_t pixels = size_t(n) * side * side;
  const test::Activations x(pixels / 4 * ins), y(pixels * c);
  std::vector<float> drawn = test::normal(size_t{18} * c * ins, 2);
  for (float &v : drawn) v /= 3 * std::sqrt(float(ins));
  const test::Halves folded(0, drawn);
  const test::Array table(test::normal(n * 4 * c, 2)), noise(test::normal(side * side, 3));
  const int sizes[] = {n, side, side, c, 4 * c, c, 0};
  const std::string of = ", " + std::to_string(ins) + " to " + std::to_string(c) + " channels at " +
                         std::to_string(side) + ", batch " + std::to_string(n);
  test::time_in_graph("up-layer" + of, (2.0 * c + 0.5 * ins) * pixels, [&](cudaStream_t stream) {
    smb_fused_up_layer(stream, 0, sizes, test::SCALARS, ins, x, folded, table, table, noise, table, y);
  });
}

static void timing_pass(int n, int side, int c) {
  if (!test::wants_times()) return;
  const size_t pixels = size_t(n) * side * side;
  const test::Activations y(pixels * c), t(size_t(n) * (side + 1) * (side + 1) * c);
  const test::Array table(test::normal(n * 4 * c, 2)), noise(test::normal(side * side, 3));
  const int sizes[] = {n, side, side, c, 4 * c, c, 0};
  const std::string of =
      ", " + std::to_string(c) + " channels at " + std::to_string(side) + ", batch " + std::to_string(n);
  test::time_in_graph("pass after a transposed convolution" + of, 4.0 * c * pixels, [&](cudaStream_t stream) {
    SMB(smb_up_layer(stream, 0, sizes, test::SCALARS, t, table, table, noise, table, y));
  });
}

int main() {
  const int sizes[] = {1, 16, 16, 32, 32, 32, 0};
  if (smb_fused_up_layer(nullptr, 0, sizes, test::SCALARS, 32, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                         nullptr) == 0)
    test::fail("32 input channels were taken");
  if (smb_fold_weights(nullptr, 0, 16, 64, test::SCALARS + 3, nullptr, nullptr, nullptr) == 0)
    test::fail("weights of 16 output channels were folded");
  if (test::has_device() && smb_layer_way(1, 8, 512, 512, 2) == 6) check_split();
  if (!test::has_device() || smb_layer_way(8, 1024, 64, 32, 2) != 4) return test::failures ? 1 : 77;
  for (int dtype = 0; dtype < 2; dtype++) {
    run(dtype, 2, 16, 32, 64, 32, true);
    run(dtype, 3, 44, 76, 64, 32, false);
    run(dtype, 540, 4, 8, 64, 32, true);  // two tiles for each warpgroup, every one of another sample
    run(dtype, 2, 36, 60, 128, 64, true);
    run(dtype, 300, 2, 4, 128, 64, true);
  }
  timing(8, 1024, 64, 32);
  timing(8, 512, 128, 64);
  timing(1, 1024, 64, 32);
  timing(1, 512, 128, 64);
  timing(8, 256, 128, 64);
  timing(1, 256, 128, 64);
  timing_pass(8, 256, 128);
  timing_pass(8, 128, 256);
  timing_pass(8, 128, 128);
  timing_pass(8, 64, 256);
  timing_pass(1, 128, 128);
  timing_pass(1, 32, 512);
  timing_pass(1, 8, 512);
  return test::result();
}
