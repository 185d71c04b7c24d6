package org.semblance.backend;

/**
 * A small constant 2-D filter.
 *
 * @param height rows
 * @param width columns
 * @param taps {@code height * width} coefficients, row-major; not copied
 */
public record Fir(int height, int width, float[] taps) {
    public Fir {
        if (height < 1 || width < 1 || taps.length != height * width) {
            throw new IllegalArgumentException("filter: needs height * width taps and at least one, got " + height
                    + " x " + width + " with " + taps.length);
        }
    }

    /** The filter turned by 180 degrees and scaled. */
    public Fir prepared(boolean turn, float gain) {
        float[] result = new float[taps.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = taps[turn ? taps.length - 1 - i : i] * gain;
        }
        return new Fir(height, width, result);
    }
}
