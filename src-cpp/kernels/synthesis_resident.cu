// Same-size layers of 32, 64 and 128 channels of a planned synthesis in one kernel each, on Hopper's tensor cores: the
// 3x3 convolution as an implicit product and everything that smb_layer_rgb does, on the float32 sums; the picture is
// made of the activations as rounded.
//
// A block keeps the weights of all taps of its output channels (49, 74 or 147 KB) and walks over tiles; the pipeline is
// device/turns.cuh's. Of 64 channels a tile has 8x16 pixels and nine taps. Of 32 channels the 64 rows of a product are
// those of two rows of pixels, which share twelve taps of the four rows above, on and below them, and a tile has 8x32
// pixels: four thirds of the products that nine taps would be, where rows that are not filled would take twice as many.
// Of 128 channels two blocks of a cluster take 64 each, and the first adds up what both give the picture.
//
// On an H100, batch 8: 32 channels at 1024 0.54 ms, 64 at 512 0.33, whose products alone would take 0.26 and 0.2; one
// picture, before noise was read through shared memory, cuDNN and a pass in brackets: 64 channels at 256 0.015, 128 at
// 128 0.016 (0.019).
#include <cuda_runtime.h>

#include "device/turns.cuh"
#include "whole_layer.h"

namespace smb {

template <typename T, int C>
struct SameWork {
  static constexpr int OUTS = C < 64 ? C : 64, CLUSTER = C / OUTS;  // a block's output channels, blocks
  static constexpr int ROW = C == 64 ? 128 : 64, DEPTHS = 2 * C / ROW, DEPTH_STEPS = ROW / 32;
  static constexpr int GROUPS = C == 128 ? 2 : 3, STAGES = C == 32 ? 7 : C == 64 ? 5 : 4, SUMS = 1, BORDER_ROWS = 1;
  static constexpr int RISE = PRODUCT_ROWS / OUTS, TAP_ROWS = RISE + 2, STEPS = OUTS / 16;
  static constexpr int TILE_ROWS = PRODUCT_COLUMNS / COLUMNS * RISE, BOX_ROWS = TILE_ROWS + 2;
  static constexpr int OUT_ROW = 2 * OUTS, PIXELS_BYTES = TILE_ROWS * COLUMNS * OUT_ROW;
  static constexpr int MINE = TILE_ROWS / 4;  // rows of pixels whose picture a warp makes
  // Beside the pixels in the staging: the tile's noise, the picture before around it (zeros outside), the other block's
  // sums.
  static constexpr int NOISES = TILE_ROWS * COLUMNS, NOISE_AT = PIXELS_BYTES, BEFORE_AT = NOISE_AT + NOISES * 4;
  static constexpr int BEFORE_ROWS = TILE_ROWS / 2 + 2, BEFORE_COLUMNS = COLUMNS / 2 + 2;
  static constexpr int BEFORES = BEFORE_ROWS * BEFORE_COLUMNS;
  static constexpr int JOIN_AT = (BEFORE_AT + 3 * BEFORES * 4 + 1023) / 1024 * 1024;
  static constexpr int STAGING_BYTES = JOIN_AT + (CLUSTER > 1 ? GROUP * MINE * 4 : 0);

  Layer l;
  Picture p;
  CUtensorMap weights;  // [c, 9, c]
  bool stores;

  __device__ static int rank() { return blockIdx.x % CLUSTER; }

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  // Row r of tap i is output channel r % OUTS of pixel row r / OUTS, whose tap is i - r / OUTS; others arrive as zeros.
  __device__ void copy_weights(uint32_t to, uint32_t barrier) const {
    for (int i = 0; i < DEPTHS * SHIFTS * TAP_ROWS * RISE; i++) {
      const int row = i % RISE, tap = i / RISE % TAP_ROWS, shift = i / RISE / TAP_ROWS % SHIFTS;
      const int depth = i / RISE / TAP_ROWS / SHIFTS;
      copy_box(to + i * OUTS * ROW, &weights, barrier, depth * (ROW / 2), 3 * (tap - row) + shift, rank() * OUTS, 0);
    }
  }
#endif

  // Of a lane's two channels factor and bias; as pairs of operands what y is times for the next layer and the picture's
  // weights; of a lane's channel of the picture the bias and, unless it is made of levels, the place.
  struct Sample {
    float factor[2], bias[2], rgb_bias;
    uint32_t next[STEPS][2], rgb[STEPS][2];
    float *plane;

    __device__ void load(const SameWork &work, int n) {
      const Layer &l = work.l;
      const Picture &p = work.p;
      const int lane = threadIdx.x % 32, warp = threadIdx.x % GROUP / 32, q = lane / 8, pair = lane % 4 * 2;
      const int quad = min(lane % 4, 2);
      rgb_bias = __ldg(p.bias + quad);
      plane = p.image ? p.image : p.call->pixels ? nullptr : p.call->image;
      if (plane) plane += (static_cast<int64_t>(n) * 3 + quad) * l.h * l.w;
      const int64_t at = static_cast<int64_t>(n) * l.factor_stride, style_at = static_cast<int64_t>(n) * l.style_stride;
#pragma unroll
      for (int h = 0; h < 2; h++) {
        const int c = rank() * OUTS + (16 * warp + lane / 4 + 8 * h) % OUTS;
        factor[h] = __ldg(l.factor + at + c);
        bias[h] = __ldg(l.bias + c);
      }
#pragma unroll
      for (int i = 0; i < 2 * STEPS; i++) {
        const int c = rank() * OUTS + 8 * i + pair;
        float2 style = {1, 1}, weight = {};
        if (l.next) style = make_float2(__ldg(l.next + style_at + c), __ldg(l.next + style_at + c + 1));
        next[i / 2][i % 2] = pair_of<T>(style.x, style.y);
        const float *from = p.weights + at + q * C + c;
        if (q < 3) weight = make_float2(__ldg(from), __ldg(from + 1));
        rgb[i / 2][i % 2] = lane / 4 % 2 == 0 ? pair_of<T>(weight.x, weight.y) : rest_of<T>(weight.x, weight.y);
      }
    }
  };

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  __device__ static void multiply(float (&acc)[1][PRODUCT_COLUMNS / 2], uint64_t taps, uint64_t box, bool first) {
#pragma unroll
    for (int tap = 0; tap < TAP_ROWS; tap++) {
#pragma unroll
      for (int k = 0; k < DEPTH_STEPS; k++)
        Products<T, PRODUCT_COLUMNS>::run(acc[0], moved(taps, bytes_on(tap * PRODUCT_ROWS * ROW + 32 * k)),
                                          moved(box, bytes_on(tap * COLUMNS * ROW + 32 * k)),
                                          !(first && tap == 0 && k == 0));
    }
  }
#endif

  struct End {
    Tile t;

    __device__ End(const SameWork &work, const Tile &t, const Room &room) : t(t) {
      const Layer &l = work.l;
      const int thread = threadIdx.x % GROUP;
      if (l.noise) {
        const float *from = l.noise + t.n * l.noise_stride;
#pragma unroll
        for (int i = thread; i < NOISES; i += GROUP) {
          const int y = t.y + i / COLUMNS, x = t.x + i % COLUMNS;
          write_shared(room.staging + NOISE_AT + 4 * i, y < l.h && x < l.w ? __ldg(from + y * l.w + x) : 0);
        }
      }
      if (work.p.before && rank() == 0) {
        const int h = l.h / 2, w = l.w / 2;
        const float *from = work.p.before + static_cast<int64_t>(t.n) * 3 * h * w;
#pragma unroll
        for (int i = thread; i < 3 * BEFORES; i += GROUP) {
          const int y = t.y / 2 - 1 + i / BEFORE_COLUMNS % BEFORE_ROWS, x = t.x / 2 - 1 + i % BEFORE_COLUMNS;
          const bool inside = y >= 0 && y < h && x >= 0 && x < w;
          write_shared(room.staging + BEFORE_AT + 4 * i, inside ? __ldg(from + (i / BEFORES * h + y) * w + x) : 0);
        }
      }
    }

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
    __device__ void finish(const SameWork &work, const Sample &of, const Room &room, const CUtensorMap *to,
                           const float (&acc)[1][PRODUCT_COLUMNS / 2]) const {
      float before[MINE] = {};
      if (work.p.before && rank() == 0) enlarge(work.p.taps, room.staging, before);
      activate(work, of, room.staging, acc[0]);
      meet(room.barrier, GROUP);
      float rgb[MINE / 2][4] = {};
      picture(of, room.staging, rgb);
      if (work.stores) {
        publish_shared();
        meet(room.barrier, GROUP);
        if (threadIdx.x % GROUP == 0) store_box(to, room.staging, rank() * OUTS, t.x, t.y, t.n);
      }
      float sums[MINE];
#pragma unroll
      for (int i = 0; i < MINE; i++) sums[i] = rgb[i / 2][i % 2 * 2] + rgb[i / 2][i % 2 * 2 + 1];  // of both terms
      if (CLUSTER == 1 || joined(room, sums)) put_column(work, of, before, sums);
    }

    // The lane's channel of the picture before at its pixels, which lie in a column.
    __device__ static void enlarge(const Taps &taps, uint32_t staging, float (&made)[MINE]) {
      const int quad = min(static_cast<int>(threadIdx.x) % 4, 2), column = threadIdx.x % 32 / 4, odd = column % 2;
      const int first = quad * BEFORES + threadIdx.x % GROUP / 32 * (MINE / 2) * BEFORE_COLUMNS + (column + 1) / 2;
      const float near = odd ? taps.h[1] : taps.h[0], far = odd ? taps.h[3] : taps.h[2];
      float rows[MINE / 2 + 2];
#pragma unroll
      for (int i = 0; i < MINE / 2 + 2; i++) {
        const uint32_t at = staging + BEFORE_AT + 4 * (first + i * BEFORE_COLUMNS);
        rows[i] = near * read_shared(at) + far * read_shared(at + 4);
      }
#pragma unroll
      for (int i = 0; i < MINE; i += 2) {
        made[i] = taps.h[0] * rows[i / 2] + taps.h[2] * rows[i / 2 + 1];
        made[i + 1] = taps.h[1] * rows[i / 2 + 1] + taps.h[3] * rows[i / 2 + 2];
      }
    }

    // The picture's sums of both blocks, in the first one; whether this is it.
    __device__ static bool joined(const Room &room, float (&sums)[MINE]) {
      const uint32_t at = room.staging + JOIN_AT + threadIdx.x % GROUP * 16;
      if (rank() > 0) {
        wait_cluster_phase(room.taken, room.round % 2 ^ 1);
        write_shared_of(0, at, make_float4(sums[0], sums[1], sums[2], sums[3]));
        arrive_at(0, room.given);
        return false;
      }
      wait_cluster_phase(room.given, room.round % 2);
      float4 v;
      asm volatile("ld.shared.v4.f32 {%0, %1, %2, %3}, [%4];"
                   : "=f"(v.x), "=f"(v.y), "=f"(v.z), "=f"(v.w)
                   : "r"(at)
                   : "memory");
      arrive_at(1, room.taken);
      sums[0] += v.x, sums[1] += v.y, sums[2] += v.z, sums[3] += v.w;
      return true;
    }

    // Writes the picture's channel of the lane at its pixels, which lie in a column.
    __device__ void put_column(const SameWork &work, const Sample &of, const float (&before)[MINE],
                               const float (&sums)[MINE]) const {
      const Layer &l = work.l;
      const int quad = threadIdx.x % 4, y = t.y + threadIdx.x % GROUP / 32 * MINE, x = t.x + threadIdx.x % 32 / 4;
      if (quad == 3 || x >= l.w) return;
      if (of.plane) {
        float *to = of.plane + y * l.w + x;
#pragma unroll
        for (int i = 0; i < MINE; i++)
          if (y + i < l.h) to[i * l.w] = clamped(sums[i] + of.rgb_bias, work.p.clamp) + before[i];
      } else {
#pragma unroll
        for (int i = 0; i < MINE; i++)
          if (y + i < l.h) put(work.p, l, t.n, (y + i) * l.w + x, quad, sums[i], before[i]);
      }
    }

    // Activations go to the staging, pixels as rows.
    __device__ static void activate(const SameWork &work, const Sample &of, uint32_t staging,
                                    const float (&acc)[PRODUCT_COLUMNS / 2]) {
      using P = typename Pair<T>::type;
      const Act &act = work.l.act;
      const P top = both<P>(act.clamp), bottom = both<P>(-act.clamp);
      const int lane = threadIdx.x % 32, row = 16 * (threadIdx.x % GROUP / 32), column = lane % 8;
      const int pixel = (lane / 16 * RISE + row / OUTS) * COLUMNS + column;
      const uint32_t to = staging + pixel * OUT_ROW + swizzled<OUT_ROW>(column, row % OUTS / 8 + lane / 8 % 2);
      float2 noise[PRODUCT_COLUMNS / 8] = {};  // at the lane's two columns of each group of 8 pixels
      const uint32_t noise_at = staging + NOISE_AT + 4 * (row / OUTS * COLUMNS + lane % 4 * 2);
#pragma unroll
      for (int j = 0; j < PRODUCT_COLUMNS / 8; j++)
        if (work.l.noise) noise[j] = read_shared2(noise_at + j * RISE * COLUMNS * 4);
#pragma unroll
      for (int j = 0; j < PRODUCT_COLUMNS / 8; j += 2) {
        uint32_t made[4];
#pragma unroll
        for (int i = 0; i < 4; i++) {
          const int h = i % 2, group = j + i / 2;
          const float a = acc[4 * group + 2 * h], b = acc[4 * group + 2 * h + 1];
          made[i] = bits(bounded<T>(act.bent(a * of.factor[h] + (noise[group].x + of.bias[h])),
                                    act.bent(b * of.factor[h] + (noise[group].y + of.bias[h])), bottom, top));
        }
        store_matrices_turned(to + j * RISE * COLUMNS * OUT_ROW, made);
      }
    }

    // Sums of the picture of a warp's pixels, 16 a product; leaves the activations times the next layer's style.
    __device__ void picture(const Sample &of, uint32_t staging, float (&rgb)[MINE / 2][4]) const {
      const int lane = threadIdx.x % 32, pixel = threadIdx.x % GROUP / 32 * MINE * COLUMNS + lane % 16;
      const uint32_t first = staging + pixel * OUT_ROW + swizzled<OUT_ROW>(lane % 8, lane / 16);
#pragma unroll
      for (int k = 0; k < STEPS; k++) {
#pragma unroll
        for (int m = 0; m < MINE / 2; m++) {
          const uint32_t at = (first ^ 32 * k) + m * 16 * OUT_ROW;
          uint32_t y[4];
          load_matrices(at, y);
          smb::multiply<T>(rgb[m], y, of.rgb[k][0], of.rgb[k][1]);
          const uint32_t made[4] = {product<T>(y[0], of.next[k][0]), product<T>(y[1], of.next[k][0]),
                                    product<T>(y[2], of.next[k][1]), product<T>(y[3], of.next[k][1])};
          store_matrices(at, made);
        }
      }
    }
#endif
  };
};

template <typename Work>
__global__ void __launch_bounds__(Turns<Work>::THREADS, 1)
    resident_kernel(const __grid_constant__ Tiles tiles, const __grid_constant__ CUtensorMap from,
                    const __grid_constant__ CUtensorMap to, const __grid_constant__ Work work) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  take_turns(tiles, blockIdx.x / Work::CLUSTER, gridDim.x / Work::CLUSTER, &from, &to, work);
#else
  __trap();
#endif
}

template <typename T, int C>
int launch_resident(const WholeLayer &k) {
  using Work = SameWork<T, C>;
  Work work = {k.l, k.p, {}, k.y != nullptr};
  CUtensorMap to = {};
  int failed = pixel_map(k.dtype, k.weights, 1, C, 9, C, Work::ROW, Work::OUTS, 1, &work.weights);
  if (!failed && k.y)
    failed = pixel_map(k.dtype, k.y, k.n, k.l.h, k.l.w, C, Work::OUT_ROW, Work::TILE_ROWS, COLUMNS, &to);
  if (failed) return failed;
  return launch_turns(resident_kernel<Work>, k.dtype, k.x, k.n, k.l.h, k.l.w, Work::CLUSTER, to, work, k.stream);
}

template <int C>
int launch_resident(const WholeLayer &k) {
  return k.dtype == 0 ? launch_resident<__half, C>(k) : launch_resident<__nv_bfloat16, C>(k);
}

int resident_layer(const WholeLayer &k) {
  if (k.l.c != 32 && k.l.c != 64 && k.l.c != 128)
    return refuse("smb_whole_layer: layers with resident weights have 32, 64 or 128 channels");
  if (k.l.h % 2 != 0 || k.l.w % 2 != 0)
    return refuse("smb_whole_layer: resident weights need even numbers of rows and columns");
  if (!has_warpgroups()) return refuse("smb_whole_layer: resident weights need a device of capability 9.0");
  return k.l.c == 32 ? launch_resident<32>(k) : k.l.c == 64 ? launch_resident<64>(k) : launch_resident<128>(k);
}

}  // namespace smb
