package org.semblance.sequence;

/**
 * When two sightings are the same face.
 *
 * @param overlap least intersection over union of the boxes of neighbouring frames, 0 to 1
 * @param likeness least cosine of their identity embeddings, -1 to 1; below it, a cut has put somebody else there
 * @param samePerson least cosine of the mean embeddings of two tracks that are joined into one person, -1 to 1
 * @param gap most frames in a row in which a face may be missed and is filled in between
 * @param least fewest frames in which a face must be seen; what is seen less often is taken for a mistake
 */
public record Tracking(double overlap, double likeness, double samePerson, int gap, int least) {
    /** @throws IllegalArgumentException if a number is out of its range */
    public Tracking {
        if (!(overlap >= 0 && overlap <= 1)) {
            throw new IllegalArgumentException("tracking: overlap must lie in [0, 1], got " + overlap);
        }
        if (!(Math.abs(likeness) <= 1) || !(Math.abs(samePerson) <= 1)) {
            throw new IllegalArgumentException(
                    "tracking: cosines must lie in [-1, 1], got " + likeness + " and " + samePerson);
        }
        if (gap < 0 || least < 1) {
            throw new IllegalArgumentException(
                    "tracking: gap must be at least 0 and least at least 1, got " + gap + " and " + least);
        }
    }

    /** What is usual. */
    public static Tracking usual() {
        return new Tracking(0.3, 0.3, 0.6, 8, 3);
    }

    /** The same with another number of frames that are filled. */
    public Tracking withGap(int frames) {
        return new Tracking(overlap, likeness, samePerson, frames, least);
    }

    /** The same with every sighting taken for a face, though it be seen in one frame alone. */
    public Tracking withAll() {
        return new Tracking(overlap, likeness, samePerson, gap, 1);
    }
}
