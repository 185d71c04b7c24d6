package org.semblance.pretrained;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.nn.ParameterSource;

/** Gives a network any weights that it asks for, and remembers them. */
final class RandomWeights implements ParameterSource {
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<String, HostArray> made = new LinkedHashMap<>();

    /** What was asked for, by name. */
    Map<String, HostArray> made() {
        return made;
    }

    @Override
    public HostArray take(String name, Shape shape) {
        float[] data = new float[shape.intCount()];
        boolean isPositive = name.endsWith("running_var");
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) (isPositive ? 0.5 + random.nextDouble() : random.nextDouble() * 2 - 1);
        }
        HostArray array = new HostArray(shape, data);
        made.put(name, array);
        return array;
    }

    @Override
    public @Nullable HostArray takeIfPresent(String name, Shape shape) {
        return take(name, shape);
    }

    @Override
    public @Nullable Shape shapeOf(String name) {
        return null;
    }
}
