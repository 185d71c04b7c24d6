package org.semblance.bench;

import java.util.Random;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;

/** Normal numbers from a seed, the same in every library's fork. */
public final class RandomArrays {
    private RandomArrays() {}

    /** An array of normal numbers. */
    public static HostArray normal(long seed, Shape shape) {
        return normal(seed, shape, 0, 1);
    }

    /** An array of normal numbers of this mean and deviation. */
    public static HostArray normal(long seed, Shape shape, float mean, float deviation) {
        Random random = new Random(seed);
        float[] data = new float[shape.intCount()];
        for (int i = 0; i < data.length; i++) {
            data[i] = mean + deviation * (float) random.nextGaussian();
        }
        return new HostArray(shape, data);
    }
}
