package org.semblance.image;

/**
 * A face cut from a photograph, upright and of the size that networks take.
 *
 * @param image the face
 * @param frame where it lies in the photograph
 */
public record AlignedFace(Image image, FaceFrame frame) {
    /** Puts a changed version of this face back into its photograph, with a soft square edge. */
    public Image pasteInto(Image photo, Image changed) {
        return pasteInto(photo, changed, SoftMask.usual());
    }

    /**
     * Puts a changed version of this face back into its photograph; where the mask is 0, not a bit changes.
     *
     * @param photo the photograph that the frame was measured in
     * @param changed the new face, square, of any size
     * @param mask how much of it shows where
     * @throws IllegalArgumentException if it is not square
     */
    public Image pasteInto(Image photo, Image changed, SoftMask mask) {
        if (changed.width() != changed.height()) {
            throw new IllegalArgumentException("face: a face must be square to be put back, got " + changed);
        }
        return new PasteBack(photo, changed, frame, mask).run();
    }
}
