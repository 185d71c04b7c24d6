// Whole same-size layers in every way against plain loops in double, and their times at the sizes that count.
#include "layer_reference.h"

static const char *const WAYS[] = {"", "thin", "resident", "streamed", "", "split"};

// Whether the device runs kernels for Hopper's tensor cores.
static bool has_warpgroups() { return smb_layer_way(8, 512, 64, 64, 1) == 2; }

// 8-bit levels of a picture in the range of half a level.
static void same_levels(const std::string &name, const std::vector<uint8_t> &actual, const std::vector<double> &image,
                        int n, size_t size) {
  int wrong = 0;
  for (size_t i = 0; i < actual.size(); i++) {
    const size_t b = i / 3 / size, pixel = i / 3 % size, k = i % 3;
    const double level = std::floor(image[(b * 3 + k) * size + pixel] * 127.5 + 128);
    if (std::fabs(actual[i] - std::fmin(std::fmax(level, 0.0), 255.0)) > 1) wrong++;
  }
  std::printf("%s %s: %d of %zu levels of %d pictures wrong\n", wrong ? "FAIL" : "ok  ", name.c_str(), wrong,
              actual.size(), n);
  if (wrong) test::failures++;
}

static void run(int way, int dtype, int n, int h, int w, int c, bool has_next, bool has_before) {
  test::LayerCase k(dtype, n, h, w, c, c, false, has_next);
  std::vector<double> y = k.same();
  const test::Array before(k.before);
  if (!has_before) std::fill(k.before.begin(), k.before.end(), 0.0f);
  std::vector<double> image = k.finish(y);
  const test::Halves x(dtype, k.x), packed(dtype, k.weights), to(dtype, y.size());
  const test::Array factor(k.factor), bias(k.bias), noise(k.noise), next(k.next), rgb(k.rgb), rgb_bias(k.rgb_bias),
      made(image.size()), called(image.size()), call(size_t{2 * SMB_CALL_FIELDS}),
      scratch(std::vector<float>(SMB_SPLIT_TILES + image.size() * c / 32, 0.0f));
  auto layer = [&](void *out, float *picture, bool scales = true) {
    SMB(smb_whole_layer(nullptr, way, dtype, k.sizes().data(), test::SCALARS, x, packed, factor, bias, noise,
                        has_next && scales ? +next : nullptr, out, rgb, rgb_bias, has_before ? +before : nullptr,
                        picture, call, scratch));
  };
  const std::string name = std::string(WAYS[way]) + " " + k.name();
  if (way == 2 || way == 3) {  // the picture is one of rounded activations, which a layer with no next one leaves
    layer(to, made, false);
    test::same("rounded picture " + name, made.host(), image, test::unit(dtype));
    image = k.picture(to.host());
  }
  layer(to, made);
  test::same("layer " + name, to.host(), y, test::unit(dtype));
  test::same("picture " + name, made.host(), image, 1e-5);

  const std::vector<float> first = to.host(), first_picture = made.host();
  layer(to, made);
  if (to.host() != first || made.host() != first_picture) test::fail("layer " + name + " is another the second time");

  // As the last layer of a network: nothing for a next one, and the picture where the call says, in floats or levels.
  const test::Array bytes(std::vector<float>((image.size() + 3) / 4 + 1, 0.0f));
  int64_t values[SMB_CALL_FIELDS] = {0, reinterpret_cast<int64_t>(+called)};
  SMB(smb_set_call(nullptr, values, call));
  layer(nullptr, nullptr);
  test::same("picture of the call, " + name, called.host(), image, 1e-5);
  values[2] = reinterpret_cast<int64_t>(+bytes);
  values[3] = reinterpret_cast<int64_t>(+bytes + (image.size() + 3) / 4);
  SMB(smb_set_call(nullptr, values, call));
  layer(nullptr, nullptr);
  const std::vector<float> raw = bytes.host();
  const uint8_t *levels = reinterpret_cast<const uint8_t *>(raw.data());
  same_levels(name, std::vector<uint8_t>(levels, levels + image.size()), image, n, size_t(h) * w);
}

static void timing(int way, int n, int side, int c) {
  if (!test::wants_times()) return;  // drawing the inputs takes longer than the kernels
  const size_t count = size_t(n) * side * side * c;
  const test::Activations x(count), y(count);
  std::vector<float> drawn = test::normal(9 * c * c, 2);
  for (float &v : drawn) v /= 3 * std::sqrt(float(c));
  const test::Halves weights(0, drawn);
  const test::Array table(test::normal(n * 4 * c, 2)), noise(test::normal(side * side, 3)),
      before(test::normal(size_t(n) * 3 * side * side / 4, 4)), image(size_t(n) * 3 * side * side);
  const int sizes[] = {n, side, side, c, 4 * c, c, 0};
  const std::string of = ", " + std::to_string(c) + " channels at " + std::to_string(side) + ", batch " +
                         std::to_string(n);
  const test::Array scratch(std::vector<float>(SMB_SPLIT_TILES + (way == 5 ? 3 * count / 32 : 0), 0.0f));
  test::time_in_graph(std::string(WAYS[way]) + " layer" + of, 4.0 * count, [&](cudaStream_t stream) {
    SMB(smb_whole_layer(stream, way, 0, sizes, test::SCALARS, x, weights, table, table, noise, table, y, table, table,
                        before, image, nullptr, scratch));
  });
}

static void refuses(int way, int rows, int c, int columns = 16) {
  const int sizes[] = {1, rows, columns, c, c, c, 0};
  if (smb_whole_layer(nullptr, way, 0, sizes, test::SCALARS, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                      nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr) == 0)
    test::fail(std::string("way ") + std::to_string(way) + " took " + std::to_string(rows) + " rows of " +
               std::to_string(columns) + " columns of " + std::to_string(c) + " channels");
}

static void check_refusals() {
  refuses(0, 16, 32);
  refuses(1, 40, 32);
  refuses(1, 16, 64);
  refuses(2, 16, 48);
  refuses(2, 15, 64);
  refuses(2, 16, 64, 15);
  refuses(3, 16, 64);
  refuses(3, 15, 128);
  refuses(4, 16, 64);
  refuses(5, 16, 32);
  refuses(6, 16, 64);
  if (smb_layer_way(8, 1024, 96, 96, 1) != 0 || smb_layer_way(8, 1024, 64, 32, 1) != 0)
    test::fail("a layer was to be whole that no kernel computes");
}

int main() {
  check_refusals();
  if (!test::has_device()) return test::failures ? 1 : 77;
  for (int dtype = 0; dtype < 2; dtype++) {
    run(1, dtype, 2, 48, 32, 32, true, true);
    run(1, dtype, 1, 64, 16, 32, false, false);
    run(1, dtype, 3, 160, 160, 32, true, true);
    if (!has_warpgroups()) continue;
    for (int c = 32; c <= 128; c *= 2) {
      run(2, dtype, 2, 16, 16, c, true, false);
      run(2, dtype, 3, 22, 38, c, true, true);
      run(2, dtype, 2, 48, 80, c, false, true);
      run(2, dtype, 1400, 2, 4, c, true, true);  // two tiles for each warpgroup, every one of another sample
    }
    run(3, dtype, 2, 16, 16, 128, true, false);
    run(3, dtype, 3, 22, 38, 128, true, true);
    run(3, dtype, 1, 18, 20, 512, false, true);
    run(3, dtype, 280, 4, 6, 128, true, true);  // two tiles for each block, every one of another sample
  }
  if (smb_layer_way(1, 4, 512, 512, 1) == 5) {
    for (int dtype = 0; dtype < 2; dtype++) {
      run(5, dtype, 1, 4, 4, 64, true, false);
      run(5, dtype, 1, 4, 4, 512, true, false);
      run(5, dtype, 1, 2, 6, 192, false, true);
      run(5, dtype, 1, 8, 8, 512, true, true);
      run(5, dtype, 5, 4, 6, 64, true, true);
      run(5, dtype, 3, 10, 14, 256, true, true);
      run(5, dtype, 1, 16, 16, 512, false, true);
      run(5, dtype, 2, 20, 70, 128, true, true);
      run(5, dtype, 1, 34, 40, 64, true, true);
      run(5, dtype, 5, 14, 18, 128, true, true);
      run(5, dtype, 1, 32, 64, 256, true, true);
    }
    timing(5, 1, 4, 512);
    timing(5, 4, 4, 512);
    timing(5, 1, 8, 512);
    timing(5, 1, 16, 512);
  }
  timing(1, 8, 1024, 32);
  timing(1, 1, 1024, 32);
  if (has_warpgroups()) {
    timing(2, 8, 1024, 32);
    timing(2, 8, 512, 64);
    timing(2, 1, 1024, 32);
    timing(2, 8, 256, 128);
    timing(2, 1, 256, 64);
    timing(2, 1, 128, 128);
    timing(3, 8, 256, 128);
    timing(3, 8, 128, 256);
    timing(3, 8, 64, 512);
  }
  return test::result();
}
