package org.semblance.training;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.nn.ParameterSource;

/**
 * Parameters from arrays on the host, which must fit exactly.
 *
 * @param owner what they are of, for messages
 * @param values by name
 */
public record HostParameters(String owner, Map<String, HostArray> values) implements ParameterSource {
    @Override
    public HostArray take(String name, Shape shape) {
        HostArray found = takeIfPresent(name, shape);
        if (found == null) {
            throw new IllegalArgumentException(owner + ": parameter " + name + " " + shape + " is missing");
        }
        return found;
    }

    @Override
    public @Nullable HostArray takeIfPresent(String name, Shape shape) {
        HostArray found = values.get(name);
        if (found != null && !found.shape().equals(shape)) {
            throw new IllegalArgumentException(
                    owner + ": parameter " + name + " must have shape " + shape + ", got " + found.shape());
        }
        return found;
    }

    @Override
    public @Nullable Shape shapeOf(String name) {
        HostArray found = values.get(name);
        return found == null ? null : found.shape();
    }
}
