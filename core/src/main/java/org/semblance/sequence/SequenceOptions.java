package org.semblance.sequence;

import org.semblance.image.SoftMask;

/**
 * How a sequence is processed.
 *
 * @param smoothing filter of the attribute codes
 * @param steadiness filter of the places that faces are cut from; without effect where frames are aligned faces
 * @param aligned whether every frame is one aligned face, so that none has to be found and nothing is pasted
 * @param tracking when two sightings are one face
 * @param mask how much of a new face shows where
 * @param maskName tells the mask from others, as a run is only resumed with the same
 */
public record SequenceOptions(
        ZeroPhase smoothing, ZeroPhase steadiness, boolean aligned, Tracking tracking, SoftMask mask, String maskName) {
    private static final ZeroPhase USUAL_SMOOTHING = new ZeroPhase(1.5);
    private static final ZeroPhase USUAL_STEADINESS = new ZeroPhase(2);

    /** What is usual for frames with faces in them. */
    public static SequenceOptions usual() {
        return new SequenceOptions(
                USUAL_SMOOTHING, USUAL_STEADINESS, false, Tracking.usual(), SoftMask.usual(), "square");
    }

    /** What is usual for frames that are aligned faces. */
    public static SequenceOptions forAligned() {
        return usual().withAligned(true);
    }

    /** These with frames that are aligned faces, or not. */
    public SequenceOptions withAligned(boolean are) {
        return new SequenceOptions(smoothing, steadiness, are, tracking, mask, maskName);
    }

    /** These with other filters, both 0 for every frame by itself. */
    public SequenceOptions withFilters(ZeroPhase codes, ZeroPhase places) {
        return new SequenceOptions(codes, places, aligned, tracking, mask, maskName);
    }

    /** These with another mask. */
    public SequenceOptions withMask(SoftMask other, String name) {
        return new SequenceOptions(smoothing, steadiness, aligned, tracking, other, name);
    }

    /** These with another tracking. */
    public SequenceOptions withTracking(Tracking other) {
        return new SequenceOptions(smoothing, steadiness, aligned, other, mask, maskName);
    }

    /** All that the result depends on. */
    String fingerprint() {
        return smoothing + " " + steadiness + " " + aligned + " " + tracking + " " + maskName;
    }
}
