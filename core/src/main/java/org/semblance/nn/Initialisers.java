package org.semblance.nn;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;

/** Initial values of parameters. The same seed gives the same values on every machine. */
public final class Initialisers {
    private Initialisers() {}

    /** A source of random numbers for the methods below. */
    public static RandomGenerator random(long seed) {
        return new SplittableRandom(seed);
    }

    /** One value everywhere. */
    public static HostArray constant(Shape shape, float value) {
        float[] data = new float[shape.intCount()];
        Arrays.fill(data, value);
        return new HostArray(shape, data);
    }

    /** Normal values of mean 0 and this deviation. */
    public static HostArray normal(Shape shape, double deviation, RandomGenerator random) {
        float[] data = new float[shape.intCount()];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) (deviation * gaussian(random));
        }
        return new HostArray(shape, data);
    }

    /** Box and Muller's transform in strict arithmetic, so that it gives the same values everywhere. */
    private static double gaussian(RandomGenerator random) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
    }

    /** Uniform values in {@code [-limit, limit)}. */
    public static HostArray uniform(Shape shape, double limit, RandomGenerator random) {
        float[] data = new float[shape.intCount()];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) (limit * (2 * random.nextDouble() - 1));
        }
        return new HostArray(shape, data);
    }

    /**
     * Normal values for layers followed by a rectifier, {@code deviation = sqrt(2 / fanIn)}: He et al., Delving Deep
     * into Rectifiers. Weights are {@code [out, in, ...]}.
     */
    public static HostArray he(Shape shape, RandomGenerator random) {
        return normal(shape, Math.sqrt(2.0 / fanIn(shape)), random);
    }

    /**
     * Uniform values with {@code limit = sqrt(6 / (fanIn + fanOut))}, Keras' default: Glorot and Bengio, Understanding
     * the difficulty of training deep feedforward neural networks. Weights are {@code [out, in, ...]}.
     */
    public static HostArray glorot(Shape shape, RandomGenerator random) {
        double fanOut = (double) shape.count() / shape.dim(1);
        return uniform(shape, Math.sqrt(6.0 / (fanIn(shape) + fanOut)), random);
    }

    private static double fanIn(Shape shape) {
        if (shape.rank() < 2 || shape.count() == 0) {
            throw new IllegalArgumentException("initialiser: weights must be [out, in, ...], got " + shape);
        }
        return (double) shape.count() / shape.dim(0);
    }
}
