package org.semblance.bench;

import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.nn.ParameterSource;

/**
 * Random weights of a StyleGAN2 generator as at the start of a training, but with noise and biases that do something.
 */
public final class RandomGenerator implements ParameterSource {
    private static final float STRENGTH = 0.1f;

    @Override
    public HostArray take(String name, Shape shape) {
        long seed = name.hashCode();
        if (name.endsWith("affine.bias")) {
            return RandomArrays.normal(seed, shape, 1, 0);
        }
        boolean small = name.endsWith("bias") || name.endsWith("noise_strength");
        return small ? RandomArrays.normal(seed, shape, STRENGTH, STRENGTH / 2) : RandomArrays.normal(seed, shape);
    }

    @Override
    public @Nullable HostArray takeIfPresent(String name, Shape shape) {
        return name.endsWith("resample_filter") ? null : take(name, shape);
    }

    /** Nothing is stored, so no shape is known before it is asked for. */
    @Override
    public @Nullable Shape shapeOf(String name) {
        return null;
    }
}
