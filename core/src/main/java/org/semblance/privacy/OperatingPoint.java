package org.semblance.privacy;

import java.util.List;
import java.util.Locale;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
import org.semblance.metrics.Impostors;
import org.semblance.metrics.Recogniser;

/**
 * A recogniser and the similarity from which it takes two pictures for one person.
 *
 * @param recogniser who compares
 * @param far share of pairs of different people that it accepts there
 * @param threshold the cosine
 * @param source who says so
 */
public record OperatingPoint(Recogniser recogniser, double far, double threshold, String source) {
    /** The FAR at which recognisers usually work. */
    public static final double FAR = 1e-3;

    private static final int RESAMPLES = 200;

    /** @throws IllegalArgumentException unless the threshold lies in (-1, 1) and the FAR in (0, 1) */
    public OperatingPoint {
        if (!(threshold > -1 && threshold < 1) || !(far > 0 && far < 1)) {
            throw new IllegalArgumentException("operating point: threshold must lie in (-1, 1) and far in (0, 1), got "
                    + threshold + " and " + far + " for " + recogniser.key());
        }
    }

    /**
     * The threshold that its makers state for a FAR of 1e-3.
     *
     * @throws IllegalArgumentException if they state none
     */
    public static OperatingPoint stated(Recogniser recogniser) {
        if (Double.isNaN(recogniser.threshold())) {
            throw new IllegalArgumentException("operating point: the makers of '" + recogniser.key()
                    + "' state no threshold; it must be calibrated on pictures of many people");
        }
        return new OperatingPoint(recogniser, FAR, recogniser.threshold(), "stated by its makers");
    }

    /**
     * The threshold that all pairs of pictures of different people set.
     *
     * @param pictures of any size, scaled to what the recogniser takes
     * @param persons who each shows
     * @param far share of pairs to accept; at least 10 / far pairs are needed
     */
    public static OperatingPoint calibrated(Recogniser recogniser, List<Image> pictures, int[] persons, double far) {
        HostArray rows = recogniser.features().ofScaled(pictures);
        Impostors impostors = Impostors.of(rows, persons);
        if (!(far > 0 && far < 1) || far * impostors.pairs() < 10) {
            throw new IllegalArgumentException("operating point: a FAR of " + far
                    + " needs 10 / FAR pairs of different people, got " + impostors.pairs());
        }
        Impostors.Threshold found = impostors.threshold(far, RESAMPLES, 0);
        String source =
                String.format(Locale.ROOT, "calibrated on %d pairs of %d people", found.pairs(), found.people());
        return new OperatingPoint(recogniser, far, found.value().value(), source);
    }
}
