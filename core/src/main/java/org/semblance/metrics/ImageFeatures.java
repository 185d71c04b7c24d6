package org.semblance.metrics;

import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.image.Image;

/** A network that measures: pictures to rows of numbers. Plug in any other one here. */
public interface ImageFeatures {
    /** Features {@code [N, D]} of pictures of {@link #resolution} pixels per side. */
    HostArray of(List<Image> images);

    /** Pixels per side that it takes. */
    int resolution();

    /** Features of pictures of any size, scaled where they have another. */
    default HostArray ofScaled(List<Image> images) {
        int side = resolution();
        return of(images.stream().map(i -> i.resized(side, side)).toList());
    }
}
