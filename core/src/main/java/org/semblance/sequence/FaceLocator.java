package org.semblance.sequence;

import java.util.List;
import org.semblance.image.Image;

/** Finds the faces of a frame. */
@FunctionalInterface
public interface FaceLocator {
    /** The faces, in any order; none if there is none. */
    List<Sighting> find(Image frame);

    /** Tells this from others, such as a threshold: a run is only resumed with the same. */
    default String fingerprint() {
        return "";
    }
}
