package org.semblance.networks.stylegan2;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.tensor.Tensor;

/**
 * What is added to the feature maps before their bias.
 *
 * @param mode where it comes from
 * @param seed of the random mode
 * @param first number of the first sample: a sample's random maps depend on its number, not on its batch
 */
public record Noise(Mode mode, long seed, int first) {
    /** Sources of noise. */
    public enum Mode {
        /** No noise. */
        NONE,
        /** The maps stored with the weights. */
        CONST,
        /** Fresh maps for every sample and layer, from a seed. */
        RANDOM
    }

    /** No noise. */
    public static Noise none() {
        return new Noise(Mode.NONE, 0, 0);
    }

    /** The stored maps. */
    public static Noise constant() {
        return new Noise(Mode.CONST, 0, 0);
    }

    /** Maps drawn from a normal distribution; the same seed gives the same maps. */
    public static Noise random(long seed) {
        return new Noise(Mode.RANDOM, seed, 0);
    }

    /** This noise for samples from this number on. */
    public Noise from(int sample) {
        return new Noise(mode, seed, sample);
    }

    /** Random maps {@code [N, 1, R, R]}, normal numbers, a stream of their own for every layer and sample. */
    public Tensor maps(Device device, String layer, int n, int resolution) {
        int size = resolution * resolution;
        float[] data = new float[n * size];
        for (int i = 0; i < n; i++) {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom")
                    .create((seed * 0x9E3779B97F4A7C15L + layer.hashCode()) * 0xBF58476D1CE4E5B9L + first + i);
            for (int k = 0; k < size; k++) {
                data[i * size + k] = (float) random.nextGaussian();
            }
        }
        return Tensor.of(device, new HostArray(Shape.of(n, 1, resolution, resolution), data));
    }
}
