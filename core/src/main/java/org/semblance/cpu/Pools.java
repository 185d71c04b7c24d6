package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.PoolSpec;

/** Pools of channels-last images; windows are clipped to the image, which no padding value can influence. */
final class Pools {
    private final PoolSpec spec;
    private final int channels;
    private final int height;
    private final int width;
    private final int outHeight;
    private final int outWidth;

    private Pools(PoolSpec spec, Shape x, Shape y) {
        this.spec = spec;
        channels = x.dim(1);
        height = x.dim(2);
        width = x.dim(3);
        outHeight = y.dim(2);
        outWidth = y.dim(3);
    }

    /** Receives a clipped window of one output pixel; offsets are in elements within one image. */
    private interface Window {
        void visit(int out, int top, int bottom, int left, int right);
    }

    private void forEachWindow(Window body) {
        for (int oy = 0; oy < outHeight; oy++) {
            int top = oy * spec.strideY() - spec.padTop();
            for (int ox = 0; ox < outWidth; ox++) {
                int left = ox * spec.strideX() - spec.padLeft();
                body.visit(
                        (oy * outWidth + ox) * channels,
                        Math.max(top, 0),
                        Math.min(top + spec.kernelY(), height),
                        Math.max(left, 0),
                        Math.min(left + spec.kernelX(), width));
            }
        }
    }

    private int at(int y, int x) {
        return (y * width + x) * channels;
    }

    /** Runs on each image, with its input-sized and output-sized planes staged on the heap. */
    private interface OnImage {
        void run(float[] big, float[] small);
    }

    private void forEachImage(int images, OnImage body, Plane big, Plane small) {
        int in = height * width * channels;
        int out = outHeight * outWidth * channels;
        Workers.run(images, (long) images * in, n -> {
            float[] bigPlane = big.load(n, in);
            float[] smallPlane = small.load(n, out);
            body.run(bigPlane, smallPlane);
            big.store(n, in, bigPlane);
            small.store(n, out, smallPlane);
        });
    }

    /** How one side of the computation reaches the heap: read before, or written after from zeros. */
    private record Plane(FloatBuffer floats, boolean isInput) {
        static Plane in(NdArray x) {
            return new Plane(HostMemory.floats(x), true);
        }

        static Plane out(NdArray x) {
            return new Plane(HostMemory.floats(x), false);
        }

        float[] load(int n, int size) {
            float[] plane = new float[size];
            if (isInput) {
                floats.get(n * size, plane);
            }
            return plane;
        }

        void store(int n, int size, float[] plane) {
            if (!isInput) {
                floats.put(n * size, plane);
            }
        }
    }

    static void max(PoolSpec spec, NdArray x, NdArray y) {
        Pools p = new Pools(spec, x.shape(), y.shape());
        p.forEachImage(x.shape().dim(0), p::max, Plane.in(x), Plane.out(y));
    }

    private void max(float[] x, float[] y) {
        Arrays.fill(y, Float.NEGATIVE_INFINITY);
        forEachWindow((out, top, bottom, left, right) -> {
            for (int iy = top; iy < bottom; iy++) {
                for (int ix = left; ix < right; ix++) {
                    maximum(x, at(iy, ix), y, out, channels);
                }
            }
        });
    }

    private static void maximum(float[] x, int xi, float[] y, int yi, int n) {
        for (int c = 0; c < n; c++) {
            y[yi + c] = Math.max(y[yi + c], x[xi + c]);
        }
    }

    static void maxScatter(PoolSpec spec, NdArray x, NdArray dy, NdArray dx) {
        Pools p = new Pools(spec, x.shape(), dy.shape());
        p.overMaxima(x, Plane.out(dx), Plane.in(dy), (dxPlane, in, dyPlane, out) -> dxPlane[in] += dyPlane[out]);
    }

    static void maxGather(PoolSpec spec, NdArray x, NdArray g, NdArray y) {
        Pools p = new Pools(spec, x.shape(), y.shape());
        p.overMaxima(x, Plane.in(g), Plane.out(y), (gPlane, in, yPlane, out) -> yPlane[out] = gPlane[in]);
    }

    /** Receives the place of a window's maximum. */
    private interface Maximum {
        void visit(float[] big, int in, float[] small, int out);
    }

    private void overMaxima(NdArray x, Plane big, Plane small, Maximum body) {
        FloatBuffer values = HostMemory.floats(x);
        int in = height * width * channels;
        int out = outHeight * outWidth * channels;
        Workers.run(x.shape().dim(0), x.shape().count(), n -> {
            float[] plane = new float[in];
            values.get(n * in, plane);
            float[] bigPlane = big.load(n, in);
            float[] smallPlane = small.load(n, out);
            forEachWindow((o, top, bottom, left, right) -> {
                for (int c = 0; c < channels; c++) {
                    body.visit(bigPlane, argmax(plane, c, top, bottom, left, right), smallPlane, o + c);
                }
            });
            big.store(n, in, bigPlane);
            small.store(n, out, smallPlane);
        });
    }

    private int argmax(float[] x, int c, int top, int bottom, int left, int right) {
        int best = at(top, left) + c;
        for (int iy = top; iy < bottom; iy++) {
            for (int ix = left; ix < right; ix++) {
                int i = at(iy, ix) + c;
                if (x[i] > x[best]) {
                    best = i;
                }
            }
        }
        return best;
    }

    static void average(PoolSpec spec, NdArray x, NdArray y) {
        Pools p = new Pools(spec, x.shape(), y.shape());
        p.forEachImage(x.shape().dim(0), p::average, Plane.in(x), Plane.out(y));
    }

    private void average(float[] x, float[] y) {
        forEachWindow((out, top, bottom, left, right) -> {
            float share = share(top, bottom, left, right, out);
            for (int iy = top; iy < bottom; iy++) {
                for (int ix = left; ix < right; ix++) {
                    axpy(share, x, at(iy, ix), y, out, channels);
                }
            }
        });
    }

    static void averageGrad(PoolSpec spec, NdArray dy, NdArray dx) {
        Pools p = new Pools(spec, dx.shape(), dy.shape());
        p.forEachImage(dx.shape().dim(0), p::averageGrad, Plane.out(dx), Plane.in(dy));
    }

    private void averageGrad(float[] dx, float[] dy) {
        forEachWindow((out, top, bottom, left, right) -> {
            float share = share(top, bottom, left, right, out);
            for (int iy = top; iy < bottom; iy++) {
                for (int ix = left; ix < right; ix++) {
                    axpy(share, dy, out, dx, at(iy, ix), channels);
                }
            }
        });
    }

    /** One over what a window counts: its pixels inside the image, or also those in the declared padding. */
    private float share(int top, int bottom, int left, int right, int out) {
        if (!spec.countPadding()) {
            return 1f / ((bottom - top) * (right - left));
        }
        int pixel = out / channels;
        int y0 = pixel / outWidth * spec.strideY() - spec.padTop();
        int x0 = pixel % outWidth * spec.strideX() - spec.padLeft();
        int rows = Math.min(y0 + spec.kernelY(), height + spec.padBottom()) - y0;
        int columns = Math.min(x0 + spec.kernelX(), width + spec.padRight()) - x0;
        return 1f / (rows * columns);
    }

    private static void axpy(float f, float[] x, int xi, float[] y, int yi, int n) {
        for (int c = 0; c < n; c++) {
            y[yi + c] = y[yi + c] + f * x[xi + c];
        }
    }
}
