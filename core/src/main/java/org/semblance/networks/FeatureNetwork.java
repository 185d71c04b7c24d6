package org.semblance.networks;

import java.util.List;
import org.semblance.backend.Device;
import org.semblance.nn.Parameters;
import org.semblance.tensor.Tensor;

/**
 * A network from square pictures to rows of numbers: a recogniser, an attribute encoder, a landmark detector. Whatever
 * it does to pixels first (their range, means, order of channels, a resize) is part of it, so that gradients reach the
 * picture.
 */
public interface FeatureNetwork extends AutoCloseable {
    /** Name for messages. */
    String name();

    /** Pixels per side that it takes. */
    int resolution();

    /** Numbers per picture. */
    int size();

    /** Its parameters by name; they live as long as it does. */
    Parameters parameters();

    /**
     * Pictures to numbers.
     *
     * @param x {@code [N, 3, R, R]}, red, green, blue in [-1, 1]
     * @return {@code [N, size]}
     */
    Tensor apply(Tensor x);

    /** As {@link #apply}, with the maps on the way where they are known. In the current scope, with their gradients. */
    default StagedFeatures staged(Tensor x) {
        return new StagedFeatures(List.of(), apply(x));
    }

    /** Where it computes. */
    default Device device() {
        return parameters().device();
    }

    @Override
    default void close() {
        parameters().close();
    }
}
