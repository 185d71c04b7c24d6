package org.semblance.training;

import java.util.List;
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
 * @param numbers of the pictures in their {@link PictureSet}, one each; none where pictures are of no such set
 */
public record Samples(
        @Nullable HostArray z,
        @Nullable HostArray images,
        @Nullable HostArray w,
        @Nullable Swaps swaps,
        List<Long> numbers) {

    /**
     * The rest of known swaps, {@code [N, 3, R, R]} in [-1, 1] each.
     *
     * @param attributes attribute pictures
     * @param results pictures of the identity with the attributes
     * @param numbers of the attribute pictures in their set, one each or none
     */
    public record Swaps(HostArray attributes, HostArray results, List<Long> numbers) {
        public Swaps {
            numbers = List.copyOf(numbers);
        }
    }

    public Samples {
        if ((z == null) == (images == null)) {
            throw new IllegalArgumentException("samples: either z or images must be given");
        }
        if (w != null && (images == null || w.shape().dim(0) != images.shape().dim(0))) {
            throw new IllegalArgumentException("samples: w must be one code per picture, got " + w.shape());
        }
        numbers = List.copyOf(numbers);
        requireNumbers(numbers, images);
        if (swaps != null) {
            requireNumbers(swaps.numbers(), images);
        }
    }

    private static void requireNumbers(List<Long> numbers, @Nullable HostArray images) {
        int count = images == null ? 0 : images.shape().dim(0);
        if (!numbers.isEmpty() && numbers.size() != count) {
            throw new IllegalArgumentException(
                    "samples: numbers must be one per picture or none, got " + numbers.size() + " for " + count);
        }
    }

    /** Random codes {@code [N, zDim]}. */
    public static Samples codes(HostArray z) {
        return new Samples(z, null, null, null, List.of());
    }

    /** Pictures {@code [N, 3, R, R]} in [-1, 1] with their style codes {@code [N, wDim]}, or null. */
    public static Samples pictures(HostArray images, @Nullable HostArray w) {
        return new Samples(null, images, w, null, List.of());
    }

    /** Known swaps: identity pictures, attribute pictures and true results, {@code [N, 3, R, R]} in [-1, 1]. */
    public static Samples swaps(HostArray identities, HostArray attributes, HostArray results) {
        return new Samples(null, identities, null, new Swaps(attributes, results, List.of()), List.of());
    }

    /** These samples with the numbers of their pictures, and of the attribute pictures where they are known swaps. */
    public Samples numbered(List<Long> own, List<Long> ofAttributes) {
        Swaps known = swaps == null ? null : new Swaps(swaps.attributes(), swaps.results(), ofAttributes);
        return new Samples(z, images, w, known, own);
    }

    /** Number of samples. */
    public int count() {
        HostArray rows = z != null ? z : images;
        return rows == null ? 0 : rows.shape().dim(0);
    }
}
