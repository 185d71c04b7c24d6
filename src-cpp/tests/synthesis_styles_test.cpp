// Styles, demodulation, packed weights, the modulated start, random noise and 8-bit pixels against plain loops in
// double.
#include "halves.h"
#include "semblance_kernels.h"

static constexpr int NUM_WS = 4;

static int64_t address(const void *p) { return reinterpret_cast<int64_t>(p); }

// One layer of IN to OUT channels on row 1 and a picture of OUT channels on row 2.
static void styles(const int dtype, const int N, const int W_DIM, const int IN, const int OUT) {
  const std::vector<float> ws = test::normal(N * NUM_WS * W_DIM, 1), a = test::normal((IN + OUT) * W_DIM, 2),
                           b = test::normal(IN + OUT, 3), w = test::normal(OUT * IN * 9, 4),
                           rgb = test::normal(3 * OUT, 5);
  const test::Array dws(ws), da(a), db(b), dw(w), drgb(rgb), norm(OUT), energy(OUT * IN), styles(N * (IN + OUT)),
      scaled(N * (IN + OUT)), peaks(N * SMB_MAX_STYLES), factors(N * 4 * OUT), call(16);
  const std::string of = ", " + std::to_string(N) + " codes, " + std::to_string(IN) + " to " + std::to_string(OUT);
  for (int turned = 0; turned < 2; turned++) {
    const test::Halves packed(dtype, OUT * IN * 9);
    SMB(smb_pack_weights(nullptr, dtype, OUT, IN, turned, dw, packed, norm, energy));
    std::vector<double> expected(OUT * IN * 9), norms(OUT), energies(OUT * IN);
    for (int o = 0; o < OUT; o++) {
      for (int j = 0; j < IN * 9; j++) {
        norms[o] += double{w[o * IN * 9 + j]} * w[o * IN * 9 + j];
        energies[o * IN + j / 9] += double{w[o * IN * 9 + j]} * w[o * IN * 9 + j];
      }
      norms[o] = std::sqrt(norms[o]);
      for (int i = 0; i < IN; i++)
        for (int k = 0; k < 9; k++)
          expected[turned ? (i * 9 + k) * OUT + o : (o * 9 + k) * IN + i] = w[(o * IN + i) * 9 + k] / norms[o];
    }
    test::same("packed weights", packed.host(), expected, test::unit(dtype));
    test::same("norms", norm.host(), norms);
    test::same("energies", energy.host(), energies);
    test::time((turned ? "packed weights, turned" : "packed weights") + of, 58.0 * IN * OUT,
               [&] { smb_pack_weights(nullptr, dtype, OUT, IN, turned, dw, packed, norm, energy); });
  }
  const int64_t values[SMB_CALL_FIELDS] = {address(+dws), 0, 0, 0, 0, 0, 0, 0};
  SMB(smb_set_call(nullptr, values, call));
  const int sizes[] = {2, N, W_DIM, NUM_WS, IN + OUT, 4 * OUT};
  const float *bias = db;
  const int64_t fields[] = {0, IN, OUT, 0, 0, 1, address(+da), address(+db), address(+energy), address(+norm),
                            1, OUT, 3, IN, OUT, 2, address(da + IN * W_DIM), address(bias + IN), address(+drgb), 0};
  const float gains[] = {1.4f, 1.0f, 0.25f};
  const std::vector<float> start = test::normal(IN * 16, 6);
  const test::Halves y(dtype, N * 16 * IN);
  const test::Array dstart(start);
  SMB(smb_styles(nullptr, sizes, fields, gains, call, styles, scaled, peaks, factors, dtype, dstart, y));
  std::vector<double> s(N * (IN + OUT)), f(N * 4 * OUT);
  const std::vector<float> norms = norm.host(), energies = energy.host();
  for (int n = 0; n < N; n++) {
    double peak = 0;
    for (int c = 0; c < IN + OUT; c++) {
      double sum = 0;
      for (int j = 0; j < W_DIM; j++) sum += double{a[c * W_DIM + j]} * ws[(n * NUM_WS + (c < IN ? 1 : 2)) * W_DIM + j];
      s[n * (IN + OUT) + c] = (sum / std::sqrt(double(W_DIM)) + b[c]) * gains[c < IN ? 1 : 2];
      if (c < IN) peak = std::fmax(peak, std::fabs(s[n * (IN + OUT) + c]));
    }
    for (int o = 0; o < OUT; o++) {
      double sum = 1e-8;
      for (int i = 0; i < IN; i++) sum += s[n * (IN + OUT) + i] * s[n * (IN + OUT) + i] * energies[o * IN + i];
      f[n * 4 * OUT + o] = peak * norms[o] * gains[0] / std::sqrt(sum);
      for (int k = 0; k < 3; k++)
        f[n * 4 * OUT + OUT + k * OUT + o] = s[n * (IN + OUT) + IN + o] * rgb[k * OUT + o];
    }
    for (int i = 0; i < IN; i++) s[n * (IN + OUT) + i] /= peak;
  }
  std::vector<float> got = scaled.host();
  const std::vector<float> raw = styles.host();
  for (int n = 0; n < N; n++)
    for (int c = IN; c < IN + OUT; c++) got[n * (IN + OUT) + c] = raw[n * (IN + OUT) + c];
  test::same("styles", got, s, 2e-6);
  test::same("factors", factors.host(), f, 2e-6);
  const std::vector<float> scale = scaled.host();
  std::vector<double> x(N * 16 * IN);
  for (int i = 0; i < N * 16 * IN; i++)
    x[i] = double{start[i % IN * 16 + i / IN % 16]} * scale[i / IN / 16 * (IN + OUT) + i % IN];
  test::same("modulated start", y.host(), x, test::unit(dtype));

  test::time("styles and factors" + of, 4.0 * ((IN + OUT) * W_DIM + IN * OUT), [&] {
    smb_styles(nullptr, sizes, fields, gains, call, styles, scaled, peaks, factors, dtype, dstart, y);
  });
}

static uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

static void normal_maps() {
  const uint64_t step = 0x9E3779B97F4A7C15ull;
  const int64_t seed = -5, first = 7;
  const int N = 3, size = 81, layer = -12345;
  const test::Array call(16), map(N * size);
  const int64_t values[SMB_CALL_FIELDS] = {0, 0, 0, 0, seed, first, 0, 0};
  SMB(smb_set_call(nullptr, values, call));
  SMB(smb_normal_maps(nullptr, call, layer, N, size, 0.5f, map));
  std::vector<double> expected(N * size);
  for (int i = 0; i < N * size; i++) {
    const int n = i / size, k = i % size;
    const uint64_t key = mix(mix(uint64_t(seed) * step + uint64_t(int64_t{layer})) + uint64_t(first + n) * step);
    const uint64_t bits = mix(key + uint64_t(k / 2 + 1) * step);
    const double radius = std::sqrt(-2 * std::log((double(bits >> 32) + 0.5) * 0x1p-32));
    const double angle = 2 * M_PI * (double(bits & 0xFFFFFFFFull) * 0x1p-32);
    expected[i] = 0.5 * radius * (k % 2 ? std::sin(angle) : std::cos(angle));
  }
  test::same("normal numbers", map.host(), expected, 1e-7);
}

// A graph that begins with a call's arguments: each replay has its own, also where others are still queued.
static void replays() {
  const int size = 64, calls = 5;
  const test::Array call(16), map(size), maps(calls * size);
  const auto queue = [&](cudaStream_t stream, const int64_t *values) {
    SMB(smb_set_call(stream, values, call));
    SMB(smb_normal_maps(stream, call, 3, 1, size, 1, map));
  };
  cudaStream_t stream;
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t made = nullptr;
  void *beginning = nullptr;
  int moved = -1;
  int64_t values[SMB_CALL_FIELDS] = {};
  test::cuda("cudaStreamCreate", cudaStreamCreate(&stream));
  test::cuda("cudaStreamBeginCapture", cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed));
  queue(stream, values);
  test::cuda("cudaStreamEndCapture", cudaStreamEndCapture(stream, &graph));
  SMB(smb_begin_graph(graph, nullptr, 0, &beginning, &moved));
  test::cuda("cudaGraphInstantiate", cudaGraphInstantiate(&made, graph, 0));
  for (int i = 0; i < calls; i++) {
    values[4] = 100 + i;
    SMB(smb_launch_graph(stream, made, beginning, values, call));
    cudaMemcpyAsync(maps + i * size, map, size * sizeof(float), cudaMemcpyDeviceToDevice, stream);
  }
  test::cuda("cudaStreamSynchronize", cudaStreamSynchronize(stream));
  const std::vector<float> got = maps.host();
  for (int i = 0; i < calls; i++) {
    values[4] = 100 + i;
    queue(nullptr, values);
    const std::vector<float> one = map.host();
    test::same("a call's own arguments", std::vector<float>(got.begin() + i * size, got.begin() + (i + 1) * size),
               std::vector<double>(one.begin(), one.end()), 0);
  }
  cudaGraphExecDestroy(made);
  smb_end_graph(beginning);
  cudaGraphDestroy(graph);
  cudaStreamDestroy(stream);
}

// More pairs of pixels than a grid has threads at most: the last pixels are made too.
static void normal_maps_beyond_a_grid() {
  const int size = 2 * ((1 << 28) + 1000), last = 4096;
  float *map = nullptr;
  if (!test::cuda("cudaMalloc", cudaMalloc(reinterpret_cast<void **>(&map), size * sizeof(float)))) return;
  cudaMemset(map, 0xff, size * sizeof(float));
  const test::Array call(16);
  const int64_t values[SMB_CALL_FIELDS] = {};
  SMB(smb_set_call(nullptr, values, call));
  SMB(smb_normal_maps(nullptr, call, 1, 1, size, 1, map));
  std::vector<float> end(last);
  test::cuda("cudaMemcpy", cudaMemcpy(end.data(), map + size - last, last * sizeof(float), cudaMemcpyDeviceToHost));
  if (!std::all_of(end.begin(), end.end(), [](float v) { return std::fabs(v) < 10; }))
    test::fail("pixels beyond the grid were not made");
  cudaFree(map);
}

static void pixels() {
  const int n = 2, size = 35;
  std::vector<float> x = test::normal(n * 3 * size, 9);
  const test::Array from(x), to(n * 3 * size), bad(std::vector<float>{0});
  SMB(smb_pixels(nullptr, n, size, from, reinterpret_cast<uint8_t *>(+to), reinterpret_cast<int *>(+bad)));
  std::vector<uint8_t> rgb(n * 3 * size);
  test::cuda("cudaMemcpy", cudaMemcpy(rgb.data(), to, rgb.size(), cudaMemcpyDeviceToHost));
  for (int i = 0; i < n * 3 * size; i++) {
    const float v = x[(i / 3 / size * 3 + i % 3) * size + i / 3 % size];
    const float level = std::fmin(std::fmax(std::floor(v * 127.5f + 128.0f), 0.0f), 255.0f);
    if (rgb[i] != static_cast<uint8_t>(level)) test::fail("pixel " + std::to_string(i));
  }
  if (bad.host()[0] != 0) test::fail("finite values were flagged");
  x[17] = INFINITY;
  const test::Array infinite(x);
  SMB(smb_pixels(nullptr, n, size, infinite, reinterpret_cast<uint8_t *>(+to), reinterpret_cast<int *>(+bad)));
  int flag = 0;
  test::cuda("cudaMemcpy", cudaMemcpy(&flag, bad, sizeof flag, cudaMemcpyDeviceToHost));
  if (flag != 1) test::fail("an infinite value was not flagged");
}

static void times() {
  if (!test::wants_times()) return;
  const int n = 4, size = 1024 * 1024;
  const test::Array call(16), maps(n * size), image(test::normal(n * 3 * size, 1)), to(n * size), bad(1);
  const int64_t values[SMB_CALL_FIELDS] = {};
  test::time("arguments of a call", sizeof values, [&] { smb_set_call(nullptr, values, call); });
  test::time("normal numbers, 4 x 1024^2", 4.0 * n * size,
             [&] { smb_normal_maps(nullptr, call, 1, n, size, 1, maps); });
  test::time("pixels, 4 x 1024^2", 15.0 * n * size, [&] {
    smb_pixels(nullptr, n, size, image, reinterpret_cast<uint8_t *>(+to), reinterpret_cast<int *>(+bad));
  });
}

int main() {
  const int sizes[] = {33, 1, 1, 1, 1, 1};
  if (smb_styles(nullptr, sizes, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, 0, nullptr,
                 nullptr) == 0)
    test::fail("33 layers were taken");
  if (!test::has_device()) return test::failures ? 1 : 77;
  styles(0, 1, 40, 24, 16);
  styles(1, 3, 40, 24, 16);
  styles(0, 11, 520, 300, 70);
  normal_maps();
  replays();
  normal_maps_beyond_a_grid();
  pixels();
  times();
  return test::result();
}
