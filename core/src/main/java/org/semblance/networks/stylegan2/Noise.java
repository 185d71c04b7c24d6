package org.semblance.networks.stylegan2;

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

    /**
     * Random maps {@code [N, 1, R, R]}, normal numbers, a stream of their own for every layer and sample.
     *
     * @param layer tells the layer from others
     */
    public Tensor maps(Device device, int layer, int n, int resolution) {
        int size = resolution * resolution;
        float[] data = new float[n * size];
        for (int i = 0; i < n; i++) {
            NormalNumbers.of(seed, layer, first + i).fill(data, i * size, size);
        }
        return Tensor.of(device, new HostArray(Shape.of(n, 1, resolution, resolution), data));
    }
}
