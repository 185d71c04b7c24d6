package org.semblance.networks.stylegan2;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.nn.Parameters;
import org.semblance.tensor.Tensor;

/**
 * A generator with a style code per layer, of either generation: z and a label to w, w to a picture. Its spaces of
 * codes are its own: w of one network means nothing to another.
 */
public interface StyleGenerator extends AutoCloseable {
    /** Size of the random code. */
    int zDim();

    /** Size of the label, 0 for none. */
    int cDim();

    /** Size of the style code. */
    int wDim();

    /** Number of style codes that a picture takes. */
    int numWs();

    /** Pixels per side. */
    int resolution();

    /** Its parameters by name; they live as long as it does. */
    Parameters parameters();

    /** The mean style code, {@code [wDim]}. */
    Tensor wAvg();

    /** {@code [N, zDim]} and a label {@code [N, cDim]} (null if there is none) to {@code [N, wDim]}. */
    Tensor map(Tensor z, @Nullable Tensor label);

    /** {@code [N, wDim]} to {@code [N, numWs, wDim]}, truncated. */
    Tensor broadcast(Tensor w, Truncation truncation);

    /** {@code [N, numWs, wDim]} to pictures {@code [N, C, R, R]}, about [-1, 1]. */
    Tensor synthesise(Tensor ws, Noise noise);

    /**
     * As {@link #synthesise(Tensor, Noise)} in a precision.
     *
     * @throws UnsupportedOperationException with the reason, see {@link #refusal}
     */
    Tensor synthesise(Tensor ws, Noise noise, Precision precision);

    /**
     * {@code [N, numWs, wDim]} to 8-bit pixels on the host, {@code [N, R, R, 3]}: {@code floor(127.5 x + 128)} within
     * [0, 255].
     *
     * @throws IllegalArgumentException if a value is not finite, or pictures have other than three channels
     * @throws UnsupportedOperationException with the reason, see {@link #refusal}
     */
    byte[] pixels(Tensor ws, Noise noise, Precision precision);

    /** Why this network cannot be run in a precision here, in words; empty if it can. Never for float32. */
    Optional<String> refusal(Precision precision);

    /** Where it computes. */
    default Device device() {
        return parameters().device();
    }

    @Override
    void close();
}
