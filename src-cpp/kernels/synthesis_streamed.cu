// Same-size layers of 128, 256 or 512 channels of a planned synthesis in one kernel each, on Hopper's tensor cores: the
// 3x3 convolution as an implicit product and everything that smb_layer_rgb does, on the float32 sums; the picture is
// made of the activations as rounded.
//
// A block walks over tiles of 16x16 pixels and takes 128 output channels at a time. For every 64 input channels one
// warp copies the tile with its border as one box (41 KB; zeros outside are the padding), whose nine shifted
// descriptors are the nine taps, and another streams the weights, 16 KB a tap, eight taps ahead, so that neither stops
// while a tile is ended. Two warpgroups of 16x8 pixels share them: 256 pixels to each read of weights keep the traffic
// of the L2 cache at 3 to 4 TB/s where 128 would ask for 7, more than it gives. The picture's sums stay in registers
// over the blocks of output channels, so that they are added in one order. On an H200, batch 8, cuDNN and a pass in
// brackets: 128 channels at 256 0.29 ms (0.35), 256 at 128 0.25 (0.29), 512 at 64 0.23 (0.25).
#include <cuda_runtime.h>

#include "dependent.h"
#include "device/cluster.cuh"
#include "device/tensor_layer.cuh"
#include "tensor_maps.h"
#include "whole_layer.h"

namespace smb {

struct Streamed {
  static constexpr int THREADS = 3 * GROUP, CONSUMERS = 2 * GROUP, N = 128, MOST = 512, TILE_H = 2 * GROUP_H;
  static constexpr int BOX_ROWS = HALO_W * (TILE_H + 2), ROW = 128, BOX_BYTES = BOX_ROWS * ROW;
  static constexpr int BOX_STEP = (BOX_BYTES + 1023) / 1024 * 1024, BOXES = 2;
  static constexpr int TAP_BYTES = N * ROW, TAPS = 8;
  static constexpr int TAPS_AT = BOXES * BOX_STEP, TABLES_AT = TAPS_AT + TAPS * TAP_BYTES;
  static constexpr int BARRIERS = 2 * (BOXES + TAPS);

  static int bytes(int channels) { return TABLES_AT + TABLES * channels * 4 + BARRIERS * 8 + 1024; }
};

template <typename T>
__global__ void __launch_bounds__(Streamed::THREADS, 1)
    streamed_kernel(const __grid_constant__ Tiles tiles, const __grid_constant__ CUtensorMap pixels,
                    const __grid_constant__ CUtensorMap weights, const __grid_constant__ Layer l,
                    const __grid_constant__ Picture p, T *out) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
  using S = Streamed;
  extern __shared__ unsigned char raw[];
  unsigned char *shared = raw + (1024 - shared_address(raw) % 1024) % 1024;
  float *tables = reinterpret_cast<float *>(shared + S::TABLES_AT);
  const uint32_t boxes_at = shared_address(shared), taps_at = boxes_at + S::TAPS_AT;
  const uint32_t box_full = boxes_at + S::TABLES_AT + TABLES * l.c * 4, box_empty = box_full + 8 * S::BOXES;
  const uint32_t tap_full = box_empty + 8 * S::BOXES, tap_empty = tap_full + 8 * S::TAPS;
  if (threadIdx.x == 0) {
    for (int i = 0; i < S::BOXES; i++) init_barrier(box_full + 8 * i, 1), init_barrier(box_empty + 8 * i, 8);
    for (int i = 0; i < S::TAPS; i++) init_barrier(tap_full + 8 * i, 1), init_barrier(tap_empty + 8 * i, 8);
    publish_barriers();
  }
  __syncthreads();
  constexpr int DEPTH = S::ROW / 2;
  const int depths = l.c / DEPTH, passes = l.c / S::N;
  const int group = group_of_thread() - 1;
  if (group < 0) {
    give_registers<40>();
    if (threadIdx.x == 0) {
      await_previous();
      Ring<S::BOXES> ring;
      for (int index = blockIdx.x; index < tiles.count; index += gridDim.x) {
        const Tile t(tiles, index);
        for (int i = 0; i < passes * depths; i++, ring.next()) {
          const uint32_t full = box_full + 8 * ring.place;
          wait_phase(box_empty + 8 * ring.place, ring.parity ^ 1);
          arrive_expecting(full, S::BOX_BYTES);
          copy_box(boxes_at + ring.place * S::BOX_STEP, &pixels, full, i % depths * DEPTH, t.x - 1, t.y - 1, t.n);
        }
      }
    } else if (threadIdx.x == 32) {
      Ring<S::TAPS> ring;
      for (int index = blockIdx.x; index < tiles.count; index += gridDim.x) {
        for (int pass = 0; pass < passes; pass++) {
          for (int i = 0; i < depths * 9; i++, ring.next()) {
            const uint32_t full = tap_full + 8 * ring.place;
            wait_phase(tap_empty + 8 * ring.place, ring.parity ^ 1);
            arrive_expecting(full, S::TAP_BYTES);
            copy_box(taps_at + ring.place * S::TAP_BYTES, &weights, full, i % 9 * l.c + i / 9 * DEPTH, 0, 0, 0,
                     pass * (S::N / 32));
          }
        }
      }
    }
  } else {
    take_registers<232>();
    await_previous();
    const int lane = threadIdx.x % 32;
    const uint64_t a = descriptor<S::ROW>(boxes_at + group * GROUP_H * HALO_W * S::ROW, HALO_W);
    const uint64_t b = descriptor<S::ROW>(taps_at, 8);
    Ring<S::BOXES> boxes;
    Ring<S::TAPS> taps;
    int loaded = -1;
    for (int index = blockIdx.x; index < tiles.count; index += gridDim.x) {
      const Tile t(tiles, index);
      if (t.n != loaded) {
        meet(1, S::CONSUMERS);  // others may still read the last sample's
        load_tables<T>(l, p.weights, t.n, threadIdx.x - GROUP, S::CONSUMERS, tables);
        meet(1, S::CONSUMERS);
        loaded = t.n;
      }
      const Place at(t, group * GROUP_H);
      const Noise noise(l, at);
      PictureSums rgb = {};
      for (int pass = 0; pass < passes; pass++) {
        float acc[2][S::N / 2];
        int open = -1;  // the tap whose products may still run
        for (int depth = 0; depth < depths; depth++, boxes.next()) {
          wait_phase(box_full + 8 * boxes.place, boxes.parity);
          const uint64_t box = moved(a, bytes_on(boxes.place * S::BOX_STEP));
#pragma unroll
          for (int tap = 0; tap < 9; tap++, taps.next()) {
            wait_phase(tap_full + 8 * taps.place, taps.parity);
            const uint64_t columns = moved(b, bytes_on(taps.place * S::TAP_BYTES));
            begin_products();
#pragma unroll
            for (int k = 0; k < DEPTH / 16; k++) {
#pragma unroll
              for (int m = 0; m < 2; m++)
                Products<T, S::N>::run(acc[m],
                                       moved(box, bytes_on((tap / 3 * HALO_W + tap % 3 + 8 * m) * S::ROW + 32 * k)),
                                       moved(columns, bytes_on(32 * k)), depth > 0 || tap > 0 || k > 0);
            }
            commit_products();
            wait_products<1>();
            if (open >= 0 && lane == 0) arrive(tap_empty + 8 * open);
            if (tap == 0 && depth > 0 && lane == 0) arrive(box_empty + 8 * (boxes.place ^ 1));
            open = taps.place;
          }
        }
        wait_products<0>();
        settle(acc[0]);
        settle(acc[1]);
        if (lane == 0) {
          arrive(tap_empty + 8 * open);
          arrive(box_empty + 8 * (boxes.place ^ 1));
        }
        end_layer<T, S::N>(l, tables, pass * S::N, at, noise, acc, rgb, out);
      }
      end_picture(l, p, at, Skip(l, p, at), rgb);
    }
  }
#else
  __trap();
#endif
}

template <typename T>
int launch_streamed(const WholeLayer &k) {
  using S = Streamed;
  const Layer &l = k.l;
  CUtensorMap pixels, taps;
  int failed = pixel_map(k.dtype, k.x, k.n, l.h, l.w, l.c, S::ROW, S::TILE_H + 2, HALO_W, &pixels);
  if (!failed) failed = weight_map(k.dtype, k.weights, l.c, l.c, S::N, &taps);
  const auto kernel = streamed_kernel<T>;
  if (!failed)
    failed = check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, S::bytes(S::MOST)));
  if (failed) return failed;
  const Tiles tiles(k.n, l.h, l.w, S::TILE_H, GROUP_W);
  if (!tiles.fits()) return refuse("smb_whole_layer: too many tiles");
  const int blocks = tiles.count < multiprocessors() ? tiles.count : multiprocessors();
  return launch_dependent(kernel, blocks, S::THREADS, S::bytes(l.c), k.stream, tiles, pixels, taps, l, k.p,
                          static_cast<T *>(k.y));
}

int streamed_layer(const WholeLayer &k) {
  if (k.l.c % Streamed::N != 0 || k.l.c > Streamed::MOST)
    return refuse("smb_whole_layer: layers with streamed weights have 128, 256, 384 or 512 channels");
  if (k.l.h % 2 != 0) return refuse("smb_whole_layer: streamed weights need an even number of rows");
  if (!has_warpgroups()) return refuse("smb_whole_layer: streamed weights need a device of capability 9.0");
  return k.dtype == 0 ? launch_streamed<__half>(k) : launch_streamed<__nv_bfloat16>(k);
}

}  // namespace smb
