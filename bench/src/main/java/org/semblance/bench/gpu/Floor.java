package org.semblance.bench.gpu;

/**
 * The least time that StyleGAN2 synthesis can take on one H100: over its layers, the sum of the larger of operations by
 * {@value #OPERATIONS_PER_SECOND} and bytes by {@value #BYTES_PER_SECOND}, both rates measured there.
 *
 * <p>Enlarging layers count nine products per pixel of their input, as a transposed convolution has. A layer reads its
 * input, weights and noise once and writes its output once, two bytes an element; its conversion to RGB reads nothing
 * but the smaller picture and writes the picture, four bytes an element. Without a gradient, the last layer's output
 * need not be written. The gradient with respect to the style codes, weights frozen, has the products of the forward
 * pass once more, reads the gradient of the output and the input, and writes the gradient of the input.
 */
final class Floor {
    private static final double OPERATIONS_PER_SECOND = 790e12;
    private static final double BYTES_PER_SECOND = 3.0e12;
    private static final int WIDEST = 512;

    private final int size;
    private final int base;
    private final long batch;
    private final boolean backward;
    private double seconds;

    private Floor(GpuRow row) {
        size = row.size();
        base = row.channelBase();
        batch = row.batch();
        backward = row.backward();
    }

    static double millis(GpuRow row) {
        Floor floor = new Floor(row);
        for (int r = 4; r <= floor.size; r *= 2) {
            floor.block(r);
        }
        return 1e3 * floor.seconds;
    }

    private void block(int r) {
        if (r > 4) {
            layer(features(r / 2), features(r), weights(r / 2, r), r, products(r / 2, r, r / 2), true);
        }
        long input = r == 4 ? 0 : features(r);
        layer(input, features(r), weights(r, r), r, products(r, r, r), r < size || backward);
        long picture = 12L * batch * r * r;
        long smaller = r == 4 ? 0 : picture / 4;
        long passes = backward ? 2 : 1;
        seconds += passes * larger(3L * channels(r) * r * r * batch, picture + smaller + 12L * channels(r));
    }

    private void layer(long input, long output, long weights, int r, long products, boolean stored) {
        seconds += larger(products, input + (stored ? output : 0) + weights + 2L * r * r);
        if (backward) {
            long read = input == 0 ? features(r) : input;
            seconds += larger(products, output + 2 * read + weights);
        }
    }

    private static double larger(long products, long bytes) {
        return Math.max(2 * products / OPERATIONS_PER_SECOND, bytes / BYTES_PER_SECOND);
    }

    private long products(int from, int to, int side) {
        return 9L * channels(from) * channels(to) * side * side * batch;
    }

    private long weights(int from, int to) {
        return 18L * channels(from) * channels(to);
    }

    private long features(int r) {
        return 2L * channels(r) * r * r * batch;
    }

    private long channels(int r) {
        return Math.min(base / r, WIDEST);
    }
}
