package org.semblance.image;

import java.util.List;

/**
 * Cuts faces from photographs as FFHQ's pictures were cut: the {@linkplain FaceFrame frame} of the landmarks, sampled
 * from the photograph. What lies beyond the photograph's edge is mirrored, blurred and faded into the median colour.
 *
 * <p>Memory grows with the face, not with the photograph: the part around the face is cut out and, if it is more than
 * twice the wanted size, shrunk first.
 *
 * <p>Source: Karras et al., A Style-Based Generator Architecture (FFHQ). Differences: positions are continuous
 * throughout (the recipe's published copies shift by half a pixel), the blur is a threefold box of the same variance,
 * and the last reduction is by a triangle filter.
 *
 * @param resolution pixels per side of what it makes
 */
public record FaceAligner(int resolution) {
    private static final int MOST = 4096;

    /** @throws IllegalArgumentException unless the size lies in [16, 4096] */
    public FaceAligner {
        if (resolution < 16 || resolution > MOST) {
            throw new IllegalArgumentException("face: resolution must lie in [16, " + MOST + "], got " + resolution);
        }
    }

    /**
     * The face of these landmarks.
     *
     * @param landmarks the 68 points of the iBUG order, in pixels of the photograph
     * @throws IllegalArgumentException if there are not 68, or they make no frame
     */
    public AlignedFace align(Image photo, List<Point> landmarks) {
        return align(photo, FaceFrame.of(landmarks));
    }

    /** What a frame holds. */
    public AlignedFace align(Image photo, FaceFrame frame) {
        if (frame.side() > 64.0 * Math.max(photo.width(), photo.height())) {
            throw new IllegalArgumentException("face: a frame must be of the size of " + photo + ", got " + frame);
        }
        Surroundings part = Surroundings.of(photo, frame, resolution);
        return new AlignedFace(sampled(part), frame);
    }

    /** On a grid of a few samples per pixel, which is then reduced. */
    private Image sampled(Surroundings part) {
        int fine = (int) Math.max(1, Math.min(4, Math.ceil(part.frame().side() / resolution)));
        int side = resolution * fine;
        byte[] rgb = new byte[Image.bytes(side, side)];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                Point place = part.frame().inPhoto((x + 0.5) / side, (y + 0.5) / side);
                for (int channel = 0; channel < 3; channel++) {
                    double level = Bilinear.level(part.image(), place.x(), place.y(), channel);
                    rgb[3 * (y * side + x) + channel] = (byte) Math.round(level);
                }
            }
        }
        return new Image(side, side, rgb).resized(resolution, resolution);
    }
}
