// Layers of few pixels and many channels of a planned synthesis (up to 8x8 inputs of one picture), bound by reading
// their weights: device/split.cuh's product, spread over all multiprocessors.
//
//   split_layer  a whole same-size layer: everything that smb_layer_rgb does, on the float32 sums. A block ends the
//                pixels of its share; what its channels give the picture is put aside, and the last block of a tile
//                adds that up, in one order
//
//   split_up     the transposed convolution of an enlarging layer, in 16 bits, for smb_up_layer
//
// Tiles of 32 channels, so that 512 of them and a cluster of eight are 128 blocks; 16 pixels for one 4x4 picture, 64
// for more, 32 and 128 places of enlarging layers. Within a captured pass at 256, batch 1, on an H200, cuDNN and a pass
// over its product in brackets: conv4 9.8 us (15.3), up8 11.9 (19.8), conv8 9.9 (17.2), up16 21 (22.6). Of 256 pixels
// and more clusters of eight large blocks found no places at once, and cuDNN was faster: 23 us against 17 for conv16.
#include <cuda_runtime.h>

#include "device/layer.cuh"
#include "device/split.cuh"
#include "semblance_kernels.h"
#include "tensor_maps.h"
#include "whole_layer.h"

namespace smb {

// What the blocks of a layer tell each other; counters are zero before and after.
struct SplitScratch {
  int *counters;   // [tiles]
  float *picture;  // [slices, pixels, 3]
};

template <typename S, typename T>
__device__ void end_pixels(const SplitProduct<S, T> &product, const Layer &l, const Picture &p, float *parts, T *out) {
  constexpr int LANES = S::SUMS / VEC;
  const int blocks = gridDim.x, pixels = product.in.n * l.h * l.w, lane = threadIdx.x % LANES;
  const int c = product.first + lane * VEC;
  for (int base = 0; base < S::M / blocks * LANES; base += S::THREADS) {
    const int task = base + threadIdx.x, m = task / LANES * blocks + product.rank, pixel = product.tile * S::M + m;
    float rgb[3] = {};
    const bool inside = m < S::M && pixel < pixels;
    if (inside) {
      const int n = pixel / (l.h * l.w), at = pixel - n * l.h * l.w;
      const float *table = l.factor + int64_t{n} * l.factor_stride + c;
      const float *weights = p.weights + int64_t{n} * l.factor_stride + c;
      float v[VEC], factor[VEC], bias[VEC], next[VEC], w[3][VEC];
      load_floats8(table, factor);
      load_floats8(l.bias + c, bias);
#pragma unroll
      for (int q = 0; q < 3; q++) load_floats8(weights + q * l.c, w[q]);
      if (l.next) load_floats8(l.next + int64_t{n} * l.style_stride + c, next);
      const float noise = l.noise ? __ldg(l.noise + n * l.noise_stride + at) : 0;
      product.read(m, lane * VEC, blocks, v);
#pragma unroll
      for (int j = 0; j < VEC; j++) {
        v[j] = l.act.of(v[j] * factor[j] + (noise + bias[j]));
#pragma unroll
        for (int q = 0; q < 3; q++) rgb[q] += v[j] * w[q][j];
        if (l.next) v[j] *= next[j];
      }
      if (out) store16(out + int64_t{pixel} * l.c + c, pack8<T>(v));
    }
#pragma unroll
    for (int q = 0; q < 3; q++) {
#pragma unroll
      for (int d = LANES / 2; d > 0; d >>= 1) rgb[q] += __shfl_xor_sync(~0u, rgb[q], d);
    }
    if (inside && lane == 0) {
#pragma unroll
      for (int q = 0; q < 3; q++) parts[(int64_t{blockIdx.y} * pixels + pixel) * 3 + q] = rgb[q];
    }
  }
}

// The picture at a tile's pixels, by the block that comes last.
template <typename S, typename T>
__device__ void end_picture(const SplitProduct<S, T> &product, const Layer &l, const Picture &p,
                            const SplitScratch &scratch) {
  __shared__ bool last;
  const int pixels = product.in.n * l.h * l.w, slices = gridDim.y;
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) {
    int *counter = scratch.counters + product.tile;
    last = atomicAdd(counter, 1) + 1 == slices * static_cast<int>(gridDim.x);
    if (last) *counter = 0;
  }
  __syncthreads();
  if (!last) return;
  __threadfence();
  for (int i = threadIdx.x; i < S::M * 3; i += S::THREADS) {
    const int k = i % 3, pixel = product.tile * S::M + i / 3;
    if (pixel >= pixels) break;
    const int n = pixel / (l.h * l.w), at = pixel - n * l.h * l.w;
    const float skip = skip_at(p, l, n, at / l.w, at % l.w, k);
    float sum = 0;
#pragma unroll 16
    for (int slice = 0; slice < slices; slice++)
      sum += __ldcg(scratch.picture + (int64_t{slice} * pixels + pixel) * 3 + k);
    put(p, l, n, at, k, sum, skip);
  }
}

template <typename S, typename T>
__global__ void __launch_bounds__(S::THREADS, S::BLOCKS)
    split_layer_kernel(const __grid_constant__ SplitInput<T> in, const __grid_constant__ Layer l,
                       const __grid_constant__ Picture p, SplitScratch scratch, T *out) {
  extern __shared__ __align__(128) unsigned char shared[];
  SplitProduct<S, T> product(in, blockIdx.x, blockIdx.y, blockIdx.z, shared_address(shared));
  float acc[1][S::MT][S::NT][4] = {};
  product.run(acc);
  end_pixels(product, l, p, scratch.picture, out);
  end_picture(product, l, p, scratch);
  meet_cluster();  // others may still read this block's sums
}

// t [n, 2 h + 1, 2 w + 1, outs].
template <typename S, typename T>
__global__ void __launch_bounds__(S::THREADS, S::BLOCKS)
    split_up_kernel(const __grid_constant__ SplitInput<T> in, T *t) {
  constexpr int LANES = S::SUMS / VEC;
  extern __shared__ __align__(128) unsigned char shared[];
  SplitProduct<S, T> product(in, blockIdx.x, blockIdx.y, blockIdx.z, shared_address(shared));
  float acc[S::PHASES][S::MT][S::NT][4] = {};
  product.run(acc);
  const int blocks = gridDim.x;
  for (int task = threadIdx.x; task < S::M / blocks * LANES; task += S::THREADS) {
    const int m = task / LANES * blocks + product.rank, column = task % LANES * VEC, phase = column / S::NB;
    const int place = product.tile * S::M + m, row = place / (in.w + 1), sample = row / (in.h + 1);
    const int y = 2 * (row - sample * (in.h + 1)) + phase / 2, x = 2 * (place - row * (in.w + 1)) + phase % 2;
    if (sample >= in.n || y > 2 * in.h || x > 2 * in.w) continue;
    float v[VEC];
    product.read(m, column, blocks, v);
    const int64_t pixel = (int64_t{sample} * (2 * in.h + 1) + y) * (2 * in.w + 1) + x;
    store16(t + pixel * in.outs + product.first + column % S::NB, pack8<T>(v));
  }
  meet_cluster();
}

// Blocks of a cluster: as many as find a place, each having channels to take.
template <typename S>
int cluster_of(int tiles, int slices, int ins) {
  const int places = multiprocessors() * S::BLOCKS;
  int blocks = 8;
  while (blocks > 1 && (ins % (blocks * S::CH) != 0 || tiles * slices * blocks > places)) blocks /= 2;
  return blocks;
}

template <typename S, typename T, typename... Parameters, typename... Arguments>
int launch_split(void (*kernel)(Parameters...), SplitInput<T> in, int places, cudaStream_t stream,
                 Arguments... arguments) {
  const int tiles = (places + S::M - 1) / S::M, slices = in.outs / S::NB, blocks = cluster_of<S>(tiles, slices, in.ins);
  if (in.ins % S::CH != 0 || in.outs % S::NB != 0 || tiles > SMB_SPLIT_TILES)
    return refuse("split layers: channels must be multiples of 64, pixels few");
  in.chunks = in.ins / (blocks * S::CH);
  in.stages = in.chunks < 2 ? 1 : 2;
  const int bytes = S::bytes(in.w, in.stages);
  const int failed = check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
  if (failed) return failed;
  cudaLaunchAttribute attributes[2] = {};
  attributes[0].id = cudaLaunchAttributeClusterDimension;
  attributes[0].val.clusterDim.x = blocks;
  attributes[0].val.clusterDim.y = attributes[0].val.clusterDim.z = 1;
  attributes[1].id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attributes[1].val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config = {};
  config.gridDim = dim3(blocks, slices, tiles);
  config.blockDim = dim3(S::THREADS);
  config.dynamicSmemBytes = bytes;
  config.stream = stream;
  config.attrs = attributes;
  config.numAttrs = 2;
  return check(cudaLaunchKernelEx(&config, kernel, in, arguments...));
}

template <typename S, typename T>
int launch_layer(const WholeLayer &k) {
  const T *x = static_cast<const T *>(k.x), *weights = static_cast<const T *>(k.weights);
  const SplitInput<T> in = {k.n, k.l.h, k.l.w, k.l.c, k.l.c, 0, 0, x, weights};
  const SplitScratch scratch = {static_cast<int *>(k.scratch), static_cast<float *>(k.scratch) + SMB_SPLIT_TILES};
  return launch_split<S, T>(split_layer_kernel<S, T>, in, k.n * k.l.h * k.l.w, k.stream, k.l, k.p, scratch,
                            static_cast<T *>(k.y));
}

template <typename T>
int launch_layer(const WholeLayer &k) {
  return k.n * k.l.h * k.l.w <= 16 ? launch_layer<Split<false, 16, 32, 64, 1, 2, 2, 2>, T>(k)
                                   : launch_layer<Split<false, 64, 32, 64, 2, 2, 1, 2>, T>(k);
}

template <typename T>
int launch_up(const SplitInput<T> &in, void *t, cudaStream_t stream) {
  using Small = Split<true, 32, 32, 64, 2, 2, 1, 2>;
  using Large = Split<true, 128, 32, 32, 4, 2, 1, 2>;
  const int places = in.n * (in.h + 1) * (in.w + 1);
  return places <= 32 ? launch_split<Small, T>(split_up_kernel<Small, T>, in, places, stream, static_cast<T *>(t))
                      : launch_split<Large, T>(split_up_kernel<Large, T>, in, places, stream, static_cast<T *>(t));
}

int split_layer(const WholeLayer &k) {
  if (!has_clusters()) return refuse("smb_whole_layer: split layers need a device of capability 9.0");
  return k.dtype == 0 ? launch_layer<__half>(k) : launch_layer<__nv_bfloat16>(k);
}

}  // namespace smb

extern "C" int smb_split_up(void *stream, int dtype, const int *sizes, int ins, const void *x, const void *weights,
                            void *t) {
  if (!smb::has_clusters()) return smb::refuse("smb_split_up: needs a device of capability 9.0");
  if (sizes[1] % 2 != 0 || sizes[2] % 2 != 0) return smb::refuse("smb_split_up: rows and columns must be even");
  return smb::half_type(dtype, "smb_split_up: dtype must be 0 or 1", [&](auto zero) {
    using T = decltype(zero);
    const smb::SplitInput<T> in = {
        sizes[0], sizes[1] / 2, sizes[2] / 2, ins, sizes[3], 0, 0, static_cast<const T *>(x),
        static_cast<const T *>(weights)};
    return smb::launch_up<T>(in, t, smb::on(stream));
  });
}
