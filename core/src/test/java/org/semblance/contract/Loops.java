package org.semblance.contract;

import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Fir;
import org.semblance.backend.PoolSpec;
import org.semblance.backend.Resample;

/** References in plain loops and double precision, written from the definitions. */
public final class Loops {
    private Loops() {}

    /** Image access with zeros outside. */
    static double at(HostArray x, int n, int c, int h, int w) {
        Shape s = x.shape();
        boolean inside = h >= 0 && h < s.dim(2) && w >= 0 && w < s.dim(3);
        return inside ? x.data()[((n * s.dim(1) + c) * s.dim(2) + h) * s.dim(3) + w] : 0;
    }

    /** A function of the indices of an image. */
    interface Pixel {
        double at(int n, int c, int h, int w);
    }

    static double[] image(Shape s, Pixel pixel) {
        double[] y = new double[s.intCount()];
        for (int i = 0; i < y.length; i++) {
            int w = i % s.dim(3);
            int h = i / s.dim(3) % s.dim(2);
            int c = i / s.dim(3) / s.dim(2) % s.dim(1);
            y[i] = pixel.at(i / s.dim(3) / s.dim(2) / s.dim(1), c, h, w);
        }
        return y;
    }

    public static double[] conv2d(HostArray x, HostArray w, ConvSpec s) {
        Shape out = s.outShape(x.shape(), w.shape());
        int perGroup = w.shape().dim(1);
        int outPerGroup = w.shape().dim(0) / s.groups();
        return image(out, (n, o, i, j) -> {
            double sum = 0;
            for (int c = 0; c < perGroup; c++) {
                for (int k = 0; k < w.shape().dim(2); k++) {
                    for (int l = 0; l < w.shape().dim(3); l++) {
                        int h = i * s.strideY() + k * s.dilationY() - s.padTop();
                        int v = j * s.strideX() + l * s.dilationX() - s.padLeft();
                        sum += at(w, o, c, k, l) * at(x, n, o / outPerGroup * perGroup + c, h, v);
                    }
                }
            }
            return sum;
        });
    }

    public static double[] upfirdn2d(HostArray x, Fir f, Resample s) {
        Shape out = s.outShape(x.shape(), f.height(), f.width());
        return image(out, (n, c, i, j) -> {
            double sum = 0;
            for (int k = 0; k < f.height(); k++) {
                for (int l = 0; l < f.width(); l++) {
                    int h = i * s.downY() + k - s.padTop();
                    int w = j * s.downX() + l - s.padLeft();
                    if (Math.floorMod(h, s.upY()) == 0 && Math.floorMod(w, s.upX()) == 0) {
                        int tap = k * f.width() + l;
                        double value = f.taps()[s.flip() ? tap : f.taps().length - 1 - tap];
                        sum += s.gain() * value * at(x, n, c, Math.floorDiv(h, s.upY()), Math.floorDiv(w, s.upX()));
                    }
                }
            }
            return sum;
        });
    }

    public static double[] pool(HostArray x, PoolSpec s, boolean max) {
        return image(s.outShape(x.shape()), (n, c, i, j) -> {
            double sum = 0;
            double largest = Double.NEGATIVE_INFINITY;
            int count = 0;
            for (int k = 0; k < s.kernelY(); k++) {
                for (int l = 0; l < s.kernelX(); l++) {
                    int h = i * s.strideY() + k - s.padTop();
                    int w = j * s.strideX() + l - s.padLeft();
                    if (h >= 0
                            && w >= 0
                            && h < x.shape().dim(2)
                            && w < x.shape().dim(3)) {
                        sum += at(x, n, c, h, w);
                        largest = Math.max(largest, at(x, n, c, h, w));
                        count++;
                    }
                }
            }
            return max ? largest : sum / (s.countPadding() ? s.kernelY() * s.kernelX() : count);
        });
    }
}
