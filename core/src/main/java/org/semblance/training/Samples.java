package org.semblance.training;

import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;

/**
 * Samples on the host: pictures, or random codes of which the generator makes pictures on the device.
 *
 * @param z random codes of the generator, {@code [N, zDim]}, or null if there are pictures
 * @param images pictures, {@code [N, 3, R, R]} in [-1, 1], or null if there are random codes
 * @param w the style code that each picture was made from, {@code [N, wDim]}, or null where it is not known or made
 *     from z
 * @param swaps where pictures are identity pictures of known swaps: their attribute pictures and true results, each of
 *     the shape of {@code images}; otherwise null
 */
public record Samples(
        @Nullable HostArray z,
        @Nullable HostArray images,
        @Nullable HostArray w,
        @Nullable Swaps swaps) {

    /**
     * The rest of known swaps, {@code [N, 3, R, R]} in [-1, 1] each.
     *
     * @param attributes attribute pictures
     * @param results pictures of the identity with the attributes
     */
    public record Swaps(HostArray attributes, HostArray results) {}

    public Samples {
        if ((z == null) == (images == null)) {
            throw new IllegalArgumentException("samples: either z or images must be given");
        }
        if (w != null && (images == null || w.shape().dim(0) != images.shape().dim(0))) {
            throw new IllegalArgumentException("samples: w must be one code per picture, got " + w.shape());
        }
    }

    /** Random codes {@code [N, zDim]}. */
    public static Samples codes(HostArray z) {
        return new Samples(z, null, null, null);
    }

    /** Pictures {@code [N, 3, R, R]} in [-1, 1] with their style codes {@code [N, wDim]}, or null. */
    public static Samples pictures(HostArray images, @Nullable HostArray w) {
        return new Samples(null, images, w, null);
    }

    /** Known swaps: identity pictures, attribute pictures and true results, {@code [N, 3, R, R]} in [-1, 1]. */
    public static Samples swaps(HostArray identities, HostArray attributes, HostArray results) {
        return new Samples(null, identities, null, new Swaps(attributes, results));
    }

    /** Number of samples. */
    public int count() {
        HostArray rows = z != null ? z : images;
        return rows == null ? 0 : rows.shape().dim(0);
    }
}
