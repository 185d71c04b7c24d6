package org.semblance.sequence;

import java.util.List;
import org.semblance.image.AlignedFace;
import org.semblance.image.FaceAligner;
import org.semblance.image.FaceFrame;
import org.semblance.image.Image;

/** Finds faces in frames, cuts them out and puts new ones in. */
final class Faces {
    private final FaceLocator locator;
    private final FaceAligner aligner;
    private final SequenceOptions options;

    Faces(FaceLocator locator, int resolution, SequenceOptions options) {
        this.locator = locator;
        this.options = options;
        aligner = new FaceAligner(resolution);
    }

    List<Sighting> in(Image frame) {
        return options.aligned() ? List.of(Sighting.whole(frame.width(), frame.height())) : locator.find(frame);
    }

    /** A face, upright and of the size that networks take. */
    Image cut(Image frame, FaceFrame place) {
        int side = aligner.resolution();
        return options.aligned()
                ? frame.resized(side, side)
                : aligner.align(frame, place).image();
    }

    /** The frame with another face. */
    Image put(Image frame, FaceFrame place, Image face) {
        return options.aligned() ? face : new AlignedFace(face, place).pasteInto(frame, face, options.mask());
    }
}
