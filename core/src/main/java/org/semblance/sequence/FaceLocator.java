package org.semblance.sequence;

import java.util.List;
import org.semblance.image.Image;

/** Finds the faces of a frame. */
@FunctionalInterface
public interface FaceLocator {
    /** The faces, in any order; none if there is none. */
    List<Sighting> find(Image frame);
}
