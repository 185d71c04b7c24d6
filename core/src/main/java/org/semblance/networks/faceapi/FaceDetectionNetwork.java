package org.semblance.networks.faceapi;

import java.util.List;
import org.semblance.backend.Device;
import org.semblance.nn.Parameters;
import org.semblance.tensor.Tensor;

/** A network that finds faces in a square picture. */
public interface FaceDetectionNetwork extends AutoCloseable {
    /** Pixels per side that it takes. */
    int resolution();

    /** Its parameters by name; they live as long as it does. */
    Parameters parameters();

    /**
     * The faces in each picture, best first; boxes that overlap a better one are left out. Ends the gradient.
     *
     * @param x {@code [N, 3, R, R]}, red, green, blue in [-1, 1]
     * @param score the least confidence, 0 to 1
     */
    List<List<FaceBox>> detect(Tensor x, double score);

    /** Where it computes. */
    default Device device() {
        return parameters().device();
    }

    @Override
    default void close() {
        parameters().close();
    }
}
