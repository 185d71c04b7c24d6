package org.semblance.pretrained;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.networks.convnet.InceptionV3;
import org.semblance.nn.ParameterSource;
import org.semblance.weights.Permutation;

/** Random weights of an InceptionV3 with one channel per convolution. */
final class InceptionSample implements ParameterSource {
    private final RandomWeights random = new RandomWeights();
    private final boolean scaled;

    /** @param scaled whether normalisations have a factor, as torchvision's */
    InceptionSample(boolean scaled) {
        this.scaled = scaled;
    }

    /** In the order of torchvision's layers, each with its kernel first. */
    Map<String, HostArray> arrays() {
        InceptionV3.load(false, this, Device.cpu(), false).close();
        return new LinkedHashMap<>(random.made());
    }

    /** The same under the names and in the layouts of Keras, whose layers are numbered from the second model's. */
    static Map<String, HostArray> keras(Map<String, HostArray> arrays) {
        Map<String, String> roles = Map.of(
                "weight", "gamma", "bias", "beta", "running_mean", "moving_mean", "running_var", "moving_variance");
        Map<String, HostArray> keras = new LinkedHashMap<>();
        int layer = 93;
        for (Map.Entry<String, HostArray> e : arrays.entrySet()) {
            String name = e.getKey();
            if (name.endsWith(".conv.weight")) {
                HostArray kernel = e.getValue();
                Permutation hwio = new Permutation(new int[] {2, 3, 1, 0});
                keras.put(
                        "conv2d_" + ++layer + "/kernel",
                        new HostArray(hwio.shape(kernel.shape()), hwio.apply(kernel.data(), kernel.shape())));
            } else {
                String role = Objects.requireNonNull(roles.get(name.substring(name.lastIndexOf('.') + 1)));
                keras.put("batch_normalization_" + layer + "/" + role, e.getValue());
            }
        }
        return keras;
    }

    @Override
    public HostArray take(String name, Shape shape) {
        return random.take(name, shape);
    }

    @Override
    public @Nullable HostArray takeIfPresent(String name, Shape shape) {
        return take(name, shape);
    }

    @Override
    public @Nullable Shape shapeOf(String name) {
        return !scaled && name.endsWith(".bn.weight") ? null : Shape.of(1, 1);
    }
}
