package org.semblance.networks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.nn.Initialisers;
import org.semblance.nn.ParameterSource;

/**
 * Random parameters that depend on the seed and their names alone, for networks of any architecture; remembers what it
 * gave. Variances are positive, and the stored filter is the standard one.
 */
public final class RandomSource implements ParameterSource {
    private final long seed;
    private final Map<String, HostArray> taken = new LinkedHashMap<>();

    public RandomSource(long seed) {
        this(seed, Map.of());
    }

    /** With these values in place of some random ones. */
    public RandomSource(long seed, Map<String, HostArray> fixed) {
        this.seed = seed;
        taken.putAll(fixed);
    }

    /** Everything that was asked for, in order. */
    public Map<String, HostArray> taken() {
        return Collections.unmodifiableMap(taken);
    }

    @Override
    public HostArray take(String name, Shape shape) {
        return taken.computeIfAbsent(name, n -> values(n, shape));
    }

    @Override
    public HostArray takeIfPresent(String name, Shape shape) {
        return take(name, shape);
    }

    /** It has whatever is asked for, of any shape. */
    @Override
    public @Nullable Shape shapeOf(String name) {
        return taken.containsKey(name) ? taken.get(name).shape() : null;
    }

    private HostArray values(String name, Shape shape) {
        RandomGenerator random = Initialisers.random(seed * 31 + name.hashCode());
        if (name.endsWith("running_var")) {
            HostArray normal = Initialisers.normal(shape, 0.5, random);
            for (int i = 0; i < normal.data().length; i++) {
                normal.data()[i] = (float) Math.exp(normal.data()[i]);
            }
            return normal;
        }
        if (name.endsWith("resample_filter")) {
            return filter(shape);
        }
        HostArray normal = Initialisers.normal(shape, deviation(name), random);
        if (name.endsWith("affine.bias")) {
            for (int i = 0; i < normal.data().length; i++) {
                normal.data()[i]++;
            }
        }
        return normal;
    }

    /** As StyleGAN2 begins: the mapping network's learning rate of 0.01 scales its weights down again. */
    private static double deviation(String name) {
        return (name.endsWith("bias") ? 0.2 : 1) * (name.startsWith("mapping.fc") ? 100 : 1);
    }

    private static HostArray filter(Shape shape) {
        float[] taps = {1, 3, 3, 1};
        float[] data = new float[16];
        for (int i = 0; i < 16; i++) {
            data[i] = taps[i / 4] * taps[i % 4] / 64;
        }
        return new HostArray(shape, data);
    }
}
