package org.semblance.networks.faceapi;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.nn.ParameterSource;

/** Random weights of whatever shape is asked for, that keep activations of face-api's networks in range. */
public final class ScaledWeights implements ParameterSource {
    private final Map<String, Shape> taken = new TreeMap<>();

    @Override
    public HostArray take(String name, Shape shape) {
        taken.put(name, shape);
        Random random = new Random(name.hashCode());
        float[] data = new float[shape.intCount()];
        boolean isScale = name.contains("scale/weights") || name.contains("variance") || name.contains("gamma");
        double deviation = Math.sqrt(1.5 / terms(shape.dims()));
        for (int i = 0; i < data.length; i++) {
            data[i] = isScale ? 0.5f + random.nextFloat() : (float) (random.nextGaussian() * deviation);
        }
        return new HostArray(shape, data);
    }

    /** What is added up for a number; of kernels in TensorFlow's order of axes. */
    private static double terms(int[] dims) {
        if (dims.length == 4) {
            return (double) dims[0] * dims[1] * (dims[3] == 1 ? 1 : dims[2]);
        }
        return dims.length == 2 ? dims[0] : 400;
    }

    @Override
    public @Nullable HostArray takeIfPresent(String name, Shape shape) {
        return take(name, shape);
    }

    @Override
    public @Nullable Shape shapeOf(String name) {
        return null;
    }

    /** What was asked for. */
    Map<String, Shape> taken() {
        return taken;
    }

    /** Numbers in all that was asked for. */
    long parameters() {
        return taken.values().stream().mapToLong(Shape::count).sum();
    }
}
