package org.semblance.weights.files;

import java.io.IOException;
import java.nio.file.Path;
import org.semblance.weights.Weights;

/** Opens a file and reads all that it claims to hold. */
final class Opening {
    private Opening() {}

    /** Null if all of it can be read, else the message of the {@link IOException}; anything else is thrown. */
    static String fault(Path path) {
        try (WeightsFile file = WeightsFile.open(path)) {
            for (NetworkPart part : file.parts()) {
                part.scheme().translate(part.original()).names();
            }
            Weights weights = file.weights();
            for (String name : weights.names()) {
                weights.doubles(name);
            }
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
