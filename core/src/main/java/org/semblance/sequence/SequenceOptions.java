package org.semblance.sequence;

import org.semblance.image.SoftMask;

/**
 * How a sequence is processed.
 *
 * @param smoothing filter of the attribute codes
 * @param constancy share, 0 to 1, of what identities in the result would deviate from their mean that is taken back by
 *     asking for the opposite; 0 spares drawing every face twice
 * @param steadiness filter of the places that faces are cut from; without effect where frames are aligned faces
 * @param aligned whether every frame is one aligned face, so that none has to be found and nothing is pasted
 * @param tracking when two sightings are one face
 * @param unseen what becomes of frames in which nobody is seen
 * @param mask how much of a new face shows where
 * @param maskName tells the mask from others, as a run is only resumed with the same
 */
public record SequenceOptions(
        ZeroPhase smoothing,
        double constancy,
        ZeroPhase steadiness,
        boolean aligned,
        Tracking tracking,
        Unseen unseen,
        SoftMask mask,
        String maskName) {
    /** What is usual of constancy. */
    public static final double CONSTANCY = 0.5;

    private static final ZeroPhase USUAL_SMOOTHING = new ZeroPhase(1.5);
    private static final ZeroPhase USUAL_STEADINESS = new ZeroPhase(2);

    /** @throws IllegalArgumentException unless constancy lies in [0, 1] */
    public SequenceOptions {
        if (!(constancy >= 0 && constancy <= 1)) {
            throw new IllegalArgumentException("sequence: constancy must be 0 to 1, got " + constancy);
        }
    }

    /** What is usual for frames with faces in them. */
    public static SequenceOptions usual() {
        return new SequenceOptions(
                USUAL_SMOOTHING,
                CONSTANCY,
                USUAL_STEADINESS,
                false,
                Tracking.usual(),
                Unseen.KEEP,
                SoftMask.usual(),
                "square");
    }

    /** What is usual for frames that are aligned faces. */
    public static SequenceOptions forAligned() {
        return usual().withAligned(true);
    }

    /** These with frames that are aligned faces, or not. */
    public SequenceOptions withAligned(boolean are) {
        return new SequenceOptions(smoothing, constancy, steadiness, are, tracking, unseen, mask, maskName);
    }

    /** These with other filters, both 0 for every frame by itself. */
    public SequenceOptions withFilters(ZeroPhase codes, ZeroPhase places) {
        return new SequenceOptions(codes, constancy, places, aligned, tracking, unseen, mask, maskName);
    }

    /** These with another constancy. */
    public SequenceOptions withConstancy(double other) {
        return new SequenceOptions(smoothing, other, steadiness, aligned, tracking, unseen, mask, maskName);
    }

    /** These with every face that is found replaced, also one that is seen in a single frame: for anonymity. */
    public SequenceOptions withEverybody() {
        return withTracking(tracking.withAll());
    }

    /** These with other frames in place of those in which nobody is seen. */
    public SequenceOptions withUnseen(Unseen other) {
        return new SequenceOptions(smoothing, constancy, steadiness, aligned, tracking, other, mask, maskName);
    }

    /** These with another mask. */
    public SequenceOptions withMask(SoftMask other, String name) {
        return new SequenceOptions(smoothing, constancy, steadiness, aligned, tracking, unseen, other, name);
    }

    /** These with another tracking. */
    public SequenceOptions withTracking(Tracking other) {
        return new SequenceOptions(smoothing, constancy, steadiness, aligned, other, unseen, mask, maskName);
    }

    /** All that the result depends on. */
    String fingerprint() {
        return smoothing + " " + constancy + " " + steadiness + " " + aligned + " " + tracking + " " + unseen + " "
                + maskName;
    }
}
