package org.semblance.pretrained;

import java.io.IOException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.nn.ParameterSource;
import org.semblance.tensor.Closing;
import org.semblance.weights.WeightBinder;
import org.semblance.weights.Weights;

/** Makes networks from weights: whole or not at all. */
public final class WeightBinding {
    private WeightBinding() {}

    /**
     * Constructs a network, and closes it again if the weights did not fit. The weights stay open.
     *
     * @param name of the network, for messages
     * @param ignorable names that may be left over
     * @param make constructs it from a source
     * @throws IOException if names are missing or left over, shapes differ, or values are not finite
     */
    public static <T extends AutoCloseable> T bind(
            Weights weights, String name, Predicate<String> ignorable, Function<ParameterSource, T> make)
            throws IOException {
        WeightBinder binder = WeightBinder.of(weights, name);
        T network = make.apply(source(binder));
        try {
            binder.ignore(ignorable);
            binder.finish();
            return network;
        } catch (IOException e) {
            Closing.close(network, e);
            throw e;
        }
    }

    private static ParameterSource source(WeightBinder binder) {
        return new ParameterSource() {
            @Override
            public HostArray take(String name, Shape shape) {
                return binder.take(name, shape);
            }

            @Override
            public @Nullable HostArray takeIfPresent(String name, Shape shape) {
                return binder.takeIfPresent(name, shape);
            }

            @Override
            public @Nullable Shape shapeOf(String name) {
                return binder.shapeOf(name);
            }
        };
    }
}
