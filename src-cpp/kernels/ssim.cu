// Structural similarity of images under a separable window, over the windows that lie inside, and its gradient.
// A block takes a tile of 32 x 16 windows of one plane: what they see of both images comes to shared memory once, four
// moments are filtered along rows and then along columns, and nothing but a sum of the tile, or three fields of the
// gradient, goes to memory. Sums are added in a fixed order.
#include <cuda_runtime.h>

#include "runtime.h"
#include "semblance_kernels.h"

namespace smb {

constexpr int WIDTH = 32;
constexpr int HEIGHT = 16;
constexpr int SIDE_X = WIDTH + SMB_MAX_WINDOW - 1;
constexpr int SIDE_Y = HEIGHT + SMB_MAX_WINDOW - 1;
constexpr int MOMENTS = 4;
constexpr int FIELDS = 3;

struct Similarity {
  int h, w, oh, ow, window;
  float c1, c2;
  int luminance;
  float taps[SMB_MAX_WINDOW];
};

// Luminance, contrast, and what they are made of at one window.
struct Moments {
  float a, b, luminance, contrast, squares, spread;
};

__device__ inline Moments moments_of(const Similarity &s, const float *m) {
  const float product = 2 * m[0] * m[1], squares = m[0] * m[0] + m[1] * m[1];
  const float spread = m[2] - squares + s.c2;
  return {m[0], m[1], (product + s.c1) / (squares + s.c1), (2 * m[3] - product + s.c2) / spread, squares, spread};
}

// Calls body(oy, ox, moments) for the windows of this block that this thread takes.
template <typename Body>
__device__ inline void each_window(const Similarity &s, const float *a, const float *b, Body body) {
  __shared__ float seen[2][SIDE_Y][SIDE_X];
  __shared__ float rows[MOMENTS][SIDE_Y][WIDTH];
  const int left = blockIdx.x * WIDTH, top = blockIdx.y * HEIGHT;
  const int64_t plane = int64_t{blockIdx.z} * s.h * s.w;
  const int width = WIDTH + s.window - 1, height = HEIGHT + s.window - 1;
  for (int i = threadIdx.x; i < width * height; i += BLOCK) {
    const int y = i / width, x = i - y * width;
    const bool inside = top + y < s.h && left + x < s.w;
    const int64_t at = plane + int64_t{top + y} * s.w + left + x;
    seen[0][y][x] = inside ? a[at] : 0;
    seen[1][y][x] = inside ? b[at] : 0;
  }
  __syncthreads();
  for (int i = threadIdx.x; i < WIDTH * height; i += BLOCK) {
    const int y = i / WIDTH, x = i % WIDTH;
    float m[MOMENTS] = {};
    for (int k = 0; k < s.window; k++) {
      const float u = seen[0][y][x + k], v = seen[1][y][x + k], tap = s.taps[k];
      m[0] += tap * u;
      m[1] += tap * v;
      m[2] += tap * (u * u + v * v);
      m[3] += tap * u * v;
    }
    for (int j = 0; j < MOMENTS; j++) rows[j][y][x] = m[j];
  }
  __syncthreads();
  for (int i = threadIdx.x; i < WIDTH * HEIGHT; i += BLOCK) {
    const int y = i / WIDTH, x = i % WIDTH;
    if (top + y >= s.oh || left + x >= s.ow) continue;
    float m[MOMENTS] = {};
    for (int k = 0; k < s.window; k++) {
      for (int j = 0; j < MOMENTS; j++) m[j] += s.taps[k] * rows[j][y + k][x];
    }
    body(top + y, left + x, moments_of(s, m));
  }
}

__global__ void ssim_kernel(const __grid_constant__ Similarity s, const float *a, const float *b, float *sums) {
  __shared__ double partial[BLOCK];
  double sum = 0;
  each_window(s, a, b, [&](int, int, const Moments &m) {
    sum += static_cast<double>(s.luminance ? m.luminance * m.contrast : m.contrast);
  });
  partial[threadIdx.x] = sum;
  for (int half = BLOCK / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) partial[threadIdx.x] += partial[threadIdx.x + half];
  }
  if (threadIdx.x == 0) {
    sums[(int64_t{blockIdx.z} * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x] = static_cast<float>(partial[0]);
  }
}

// y [planes] = means of the tiles' sums; a warp for each plane.
__global__ void ssim_means_kernel(int planes, int tiles, float windows, const float *sums, float *y) {
  const int plane = blockIdx.x * (BLOCK / 32) + threadIdx.x / 32;
  if (plane >= planes) return;
  double sum = 0;
  for (int i = threadIdx.x % 32; i < tiles; i += 32) sum += static_cast<double>(sums[int64_t{plane} * tiles + i]);
  for (int apart = 16; apart > 0; apart /= 2) sum += __shfl_down_sync(0xffffffffu, sum, apart);
  if (threadIdx.x % 32 == 0) y[plane] = static_cast<float>(sum / static_cast<double>(windows));
}

// The gradient at the mean of a, at the mean of a b, and at the mean of a^2 + b^2, of each window.
__global__ void ssim_fields_kernel(const __grid_constant__ Similarity s, const float *g, const float *a, const float *b,
                                   int64_t field, float *fields) {
  const float up = g[blockIdx.z] / (static_cast<float>(s.oh) * static_cast<float>(s.ow));
  each_window(s, a, b, [&](int oy, int ox, const Moments &m) {
    const float contrast = s.luminance ? up * m.luminance : up;
    const float luminance = s.luminance ? up * m.contrast : 0;
    const float cross = contrast / m.spread, spread = -cross * m.contrast;
    const float bright = 2 * luminance * (m.b - m.luminance * m.a) / (m.squares + s.c1);
    const int64_t at = (int64_t{blockIdx.z} * s.oh + oy) * s.ow + ox;
    fields[at] = bright - 2 * (m.b * cross + m.a * spread);
    fields[field + at] = 2 * cross;
    fields[2 * field + at] = spread;
  });
}

// da = the fields spread over their windows, each times what it is the gradient of.
__global__ void ssim_grad_kernel(const __grid_constant__ Similarity s, const float *a, const float *b, int64_t field,
                                 const float *fields, float *da) {
  __shared__ float seen[FIELDS][SIDE_Y][SIDE_X];
  __shared__ float rows[FIELDS][SIDE_Y][WIDTH];
  const int left = blockIdx.x * WIDTH, top = blockIdx.y * HEIGHT, reach = s.window - 1;
  const int64_t plane = int64_t{blockIdx.z} * s.oh * s.ow;
  const int width = WIDTH + reach, height = HEIGHT + reach;
  for (int i = threadIdx.x; i < width * height; i += BLOCK) {
    const int y = i / width, x = i - y * width;
    const int oy = top + y - reach, ox = left + x - reach;
    const bool inside = oy >= 0 && oy < s.oh && ox >= 0 && ox < s.ow;
    const int64_t at = plane + int64_t{oy} * s.ow + ox;
    for (int j = 0; j < FIELDS; j++) seen[j][y][x] = inside ? fields[j * field + at] : 0;
  }
  __syncthreads();
  for (int i = threadIdx.x; i < WIDTH * height; i += BLOCK) {
    const int y = i / WIDTH, x = i % WIDTH;
    float v[FIELDS] = {};
    for (int k = 0; k < s.window; k++) {
      for (int j = 0; j < FIELDS; j++) v[j] += s.taps[k] * seen[j][y][x + reach - k];
    }
    for (int j = 0; j < FIELDS; j++) rows[j][y][x] = v[j];
  }
  __syncthreads();
  for (int i = threadIdx.x; i < WIDTH * HEIGHT; i += BLOCK) {
    const int y = i / WIDTH, x = i % WIDTH;
    if (top + y >= s.h || left + x >= s.w) continue;
    float v[FIELDS] = {};
    for (int k = 0; k < s.window; k++) {
      for (int j = 0; j < FIELDS; j++) v[j] += s.taps[k] * rows[j][y + reach - k][x];
    }
    const int64_t at = (int64_t{blockIdx.z} * s.h + top + y) * s.w + left + x;
    da[at] = v[0] + b[at] * v[1] + 2 * a[at] * v[2];
  }
}

static const char *broken(int planes, int h, int w, int window) {
  if (window < 1 || window > SMB_MAX_WINDOW) return "smb_ssim: windows have 1 to SMB_MAX_WINDOW taps";
  if (h < window || w < window) return "smb_ssim: images must hold the window";
  return planes < 0 || planes > 65535 ? "smb_ssim: at most 65535 planes" : nullptr;
}

static Similarity similarity_of(int h, int w, int window, const float *taps, float c1, float c2, int luminance) {
  Similarity s = {h, w, h - window + 1, w - window + 1, window, c1, c2, luminance, {}};
  for (int i = 0; i < window; i++) s.taps[i] = taps[i];
  return s;
}

static dim3 tiles_of(int h, int w, int planes) {
  return dim3((w + WIDTH - 1) / WIDTH, (h + HEIGHT - 1) / HEIGHT, planes);
}

}  // namespace smb

extern "C" {

int64_t smb_ssim_scratch(int planes, int h, int w, int window) {
  if (smb::broken(planes, h, w, window)) return 0;
  const dim3 tiles = smb::tiles_of(h - window + 1, w - window + 1, planes);
  return int64_t{tiles.x} * tiles.y * tiles.z;
}

int64_t smb_ssim_grad_scratch(int planes, int h, int w, int window) {
  if (smb::broken(planes, h, w, window)) return 0;
  return int64_t{smb::FIELDS} * planes * (h - window + 1) * (w - window + 1);
}

int smb_ssim(void *stream, int planes, int h, int w, int window, const float *taps, float c1, float c2, int luminance,
             const float *a, const float *b, float *y, float *scratch) {
  if (const char *rule = smb::broken(planes, h, w, window)) return smb::refuse(rule);
  if (planes == 0) return smb::check(cudaSuccess);
  const smb::Similarity s = smb::similarity_of(h, w, window, taps, c1, c2, luminance);
  const dim3 grid = smb::tiles_of(s.oh, s.ow, planes);
  smb::ssim_kernel<<<grid, smb::BLOCK, 0, smb::on(stream)>>>(s, a, b, scratch);
  const int each = smb::BLOCK / 32;
  smb::ssim_means_kernel<<<(planes + each - 1) / each, smb::BLOCK, 0, smb::on(stream)>>>(
      planes, grid.x * grid.y, static_cast<float>(s.oh) * static_cast<float>(s.ow), scratch, y);
  return smb::launched();
}

int smb_ssim_grad(void *stream, int planes, int h, int w, int window, const float *taps, float c1, float c2,
                  int luminance, const float *g, const float *a, const float *b, float *da, float *scratch) {
  if (const char *rule = smb::broken(planes, h, w, window)) return smb::refuse(rule);
  if (planes == 0) return smb::check(cudaSuccess);
  const smb::Similarity s = smb::similarity_of(h, w, window, taps, c1, c2, luminance);
  const int64_t field = int64_t{planes} * s.oh * s.ow;
  smb::ssim_fields_kernel<<<smb::tiles_of(s.oh, s.ow, planes), smb::BLOCK, 0, smb::on(stream)>>>(s, g, a, b, field,
                                                                                               scratch);
  smb::ssim_grad_kernel<<<smb::tiles_of(h, w, planes), smb::BLOCK, 0, smb::on(stream)>>>(s, a, b, field, scratch, da);
  return smb::launched();
}
}
