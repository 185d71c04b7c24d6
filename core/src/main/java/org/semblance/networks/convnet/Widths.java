package org.semblance.networks.convnet;

import java.util.function.ToIntFunction;
import org.semblance.array.Shape;
import org.semblance.nn.ParameterSource;

/** Output channels of layers, read off the shapes of their weights. */
final class Widths {
    private Widths() {}

    /** The channels of the layer with a prefix. */
    static ToIntFunction<String> of(String network, ParameterSource source) {
        return layer -> {
            Shape shape = source.shapeOf(layer + ".weight");
            if (shape == null || shape.rank() < 2 || shape.dim(0) < 1) {
                throw new IllegalArgumentException(network + ": weights must have " + layer + ".weight, got "
                        + (shape == null ? "none" : "shape " + shape));
            }
            return shape.dim(0);
        };
    }
}
