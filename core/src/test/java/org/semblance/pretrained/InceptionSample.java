package org.semblance.pretrained;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.networks.convnet.InceptionV3;
import org.semblance.nn.ParameterSource;

/** Random weights of an InceptionV3 with one channel per convolution and no scales. */
final class InceptionSample implements ParameterSource {
    private final RandomWeights random = new RandomWeights();

    Map<String, HostArray> arrays() {
        InceptionV3.load(false, this, Device.cpu(), false).close();
        return new HashMap<>(random.made());
    }

    @Override
    public HostArray take(String name, Shape shape) {
        return random.take(name, shape);
    }

    @Override
    public @Nullable HostArray takeIfPresent(String name, Shape shape) {
        return name.endsWith(".bn.weight") ? null : take(name, shape);
    }

    @Override
    public Shape shapeOf(String name) {
        return Shape.of(1, 1);
    }
}
