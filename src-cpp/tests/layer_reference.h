// Whole layers of a planned synthesis as plain loops in double.
#pragma once

#include "halves.h"
#include "semblance_kernels.h"

namespace test {

// Slope, clamp, clamp of the picture, taps.
inline const float SCALARS[] = {0.2f, 3.0f, 2.5f, 0.25f, 0.75f, 0.7f, 0.3f};

// Random arguments of a layer of c channels at n pictures of h x w, rows of tables being longer than they need be.
struct LayerCase {
  int dtype, n, h, w, ins, c;
  bool enlarges, has_next;
  std::vector<float> x, weights, factor, bias, noise, next, rgb, rgb_bias, before;

  LayerCase(int dtype, int n, int h, int w, int ins, int c, bool enlarges, bool has_next)
      : dtype(dtype), n(n), h(h), w(w), ins(ins), c(c), enlarges(enlarges), has_next(has_next) {
    const int shrink = enlarges ? 4 : 1;
    x = rounded(dtype, normal(size_t(n) * h * w * ins / shrink, 1));
    weights = normal(size_t(9) * c * ins, 2);
    for (float &v : weights) v /= 3 * std::sqrt(float(ins));
    if (!enlarges) weights = rounded(dtype, weights);
    factor = normal(size_t(n) * 4 * c, 3);
    bias = normal(c, 4);
    noise = normal(size_t(n) * h * w, 5);
    next = normal(size_t(n) * c, 6);
    rgb = normal(size_t(n) * 4 * c, 7);
    for (float &v : rgb) v /= std::sqrt(float(c));
    rgb_bias = normal(3, 8);
    before = normal(size_t(n) * 3 * (h / 2) * (w / 2), 9);
  }

  std::string name() const {
    return std::to_string(ins) + " to " + std::to_string(c) + " channels of " + std::to_string(n) + "x" +
           std::to_string(h) + "x" + std::to_string(w) + (dtype ? " bfloat16" : " half");
  }

  std::vector<int> sizes() const { return {n, h, w, c, 4 * c, c, 1}; }

  // weights [c, 9, ins] as packed, or [c, ins, 9] where the layer enlarges.
  double weight(int o, int i, int tap) const {
    return enlarges ? weights[(size_t(o) * ins + i) * 9 + tap] : weights[(size_t(o) * 9 + tap) * ins + i];
  }

  // The 3x3 convolution [n, h, w, c].
  std::vector<double> same() const {
    std::vector<double> sums(size_t(n) * h * w * c);
    for (int b = 0; b < n; b++)
      for (int y = 0; y < h; y++)
        for (int xx = 0; xx < w; xx++)
          for (int tap = 0; tap < 9; tap++) {
            const int sy = y + tap / 3 - 1, sx = xx + tap % 3 - 1;
            if (sy < 0 || sx < 0 || sy >= h || sx >= w) continue;
            const float *from = &x[((size_t(b) * h + sy) * w + sx) * ins];
            double *to = &sums[((size_t(b) * h + y) * w + xx) * c];
            for (int o = 0; o < c; o++) {
              const float *k = &weights[(size_t(o) * 9 + tap) * ins];
              double sum = 0;
              for (int i = 0; i < ins; i++) sum += double{from[i]} * k[i];
              to[o] += sum;
            }
          }
    return sums;
  }

  // The transposed convolution and the filter.
  std::vector<double> enlarged() const {
    const int th = h + 1, tw = w + 1;
    std::vector<double> t(size_t(n) * th * tw * c), sums(size_t(n) * h * w * c);
    for (int b = 0; b < n; b++)
      for (int y = 0; y < h / 2; y++)
        for (int xx = 0; xx < w / 2; xx++)
          for (int tap = 0; tap < 9; tap++)
            for (int o = 0; o < c; o++) {
              double sum = 0;
              for (int i = 0; i < ins; i++)
                sum += double{x[((size_t(b) * (h / 2) + y) * (w / 2) + xx) * ins + i]} * weight(o, i, tap);
              t[((size_t(b) * th + 2 * y + tap / 3) * tw + 2 * xx + tap % 3) * c + o] += sum;
            }
    for (int b = 0; b < n; b++)
      for (int y = 0; y < h; y++)
        for (int xx = 0; xx < w; xx++)
          for (int a = 0; a < 16; a++) {
            const int ty = y - 1 + a / 4, tx = xx - 1 + a % 4;
            if (ty < 0 || tx < 0 || ty >= th || tx >= tw) continue;
            const double tap = double{SCALARS[3 + a / 4]} * SCALARS[3 + a % 4];
            for (int o = 0; o < c; o++)
              sums[((size_t(b) * h + y) * w + xx) * c + o] += tap * t[((size_t(b) * th + ty) * tw + tx) * c + o];
          }
    return sums;
  }

  // Ends the sums in place and makes the picture [n, 3, h, w].
  std::vector<double> finish(std::vector<double> &sums) const {
    const size_t size = size_t(h) * w;
    for (size_t i = 0; i < sums.size(); i++) {
      const size_t o = i % c, p = i / c, b = p / size;
      const double z = sums[i] * factor[b * 4 * c + o] + noise[p] + bias[o];
      sums[i] = std::fmin(std::fmax(z > 0 ? z : SCALARS[0] * z, -SCALARS[1]), SCALARS[1]);
    }
    const std::vector<double> image = picture(sums);
    for (size_t i = 0; i < sums.size() && has_next; i++) sums[i] *= next[i / c / size * c + i % c];
    return image;
  }

  // The picture [n, 3, h, w] of activations.
  template <typename V>
  std::vector<double> picture(const std::vector<V> &y) const {
    const size_t size = size_t(h) * w;
    std::vector<double> image(n * 3 * size);
    for (int b = 0; b < n; b++)
      for (size_t p = 0; p < size; p++)
        for (int q = 0; q < 3; q++) {
          double dot = rgb_bias[q];
          for (int o = 0; o < c; o++) dot += double{y[(b * size + p) * c + o]} * rgb[(size_t(b) * 4 + q) * c + o];
          image[(b * 3 + q) * size + p] =
              std::fmin(std::fmax(dot, -SCALARS[2]), SCALARS[2]) + skip(b, q, p / w, p % w);
        }
    return image;
  }

  // The picture before, zeros inserted and filtered.
  double skip(int b, int q, int y, int xx) const {
    double sum = 0;
    for (int a = 0; a < 16; a++) {
      const int sy = y - 2 + a / 4, sx = xx - 2 + a % 4;
      if (sy < 0 || sx < 0 || sy % 2 != 0 || sx % 2 != 0 || sy / 2 >= h / 2 || sx / 2 >= w / 2) continue;
      sum += double{SCALARS[3 + a / 4]} * SCALARS[3 + a % 4] *
             before[((size_t(b) * 3 + q) * (h / 2) + sy / 2) * (w / 2) + sx / 2];
    }
    return sum;
  }
};

// Activations that are not all the same, of any size.
class Activations {
 public:
  explicit Activations(size_t count) {
    cuda("cudaMalloc", cudaMalloc(&data_, count * 2));
    const size_t part = std::min(count, size_t{1} << 20);
    const Halves some(0, normal(part, 1));
    for (size_t at = 0; at < count; at += part)
      cudaMemcpy(static_cast<char *>(data_) + at * 2, some, std::min(part, count - at) * 2, cudaMemcpyDeviceToDevice);
  }
  Activations(const Activations &) = delete;
  Activations &operator=(const Activations &) = delete;
  ~Activations() { cudaFree(data_); }
  operator void *() const { return data_; }

 private:
  void *data_ = nullptr;
};

}  // namespace test
