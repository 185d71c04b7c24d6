package org.semblance.image;

/**
 * The part of a photograph around a face, shrunk where it is much too large, with what is beyond the edge made up.
 *
 * @param image the part
 * @param frame the face's frame in it
 */
record Surroundings(Image image, FaceFrame frame) {
    static Surroundings of(Image photo, FaceFrame frame, int resolution) {
        Surroundings cut = cut(photo, frame);
        Surroundings small = cut.shrunk(resolution);
        return small.padded();
    }

    /** Pixels around the frame that are kept, a tenth of its side. */
    private static int border(FaceFrame frame) {
        return (int) Math.max(3, Math.rint(frame.side() * 0.1));
    }

    private static Surroundings cut(Image photo, FaceFrame frame) {
        Box box = frame.bounds();
        int border = border(frame);
        int left = inside(Math.floor(box.x()) - border, photo.width() - 1);
        int top = inside(Math.floor(box.y()) - border, photo.height() - 1);
        int right = inside(Math.ceil(box.x() + box.width()) + border, photo.width());
        int bottom = inside(Math.ceil(box.y() + box.height()) + border, photo.height());
        if (right <= left || bottom <= top) {
            throw new IllegalArgumentException("face: a frame must touch " + photo + ", got " + frame);
        }
        return new Surroundings(photo.cropped(left, top, right - left, bottom - top), frame.within(left, top, 1));
    }

    private static int inside(double place, int most) {
        return (int) Math.max(0, Math.min(most, place));
    }

    /** By the same factor along both axes, so that the frame stays square. */
    private Surroundings shrunk(int resolution) {
        int by = (int) Math.floor(frame.side() / resolution * 0.5);
        if (by <= 1) {
            return this;
        }
        int width = Math.max(1, (int) Math.rint((double) image.width() / by));
        int height = Math.max(1, (int) Math.rint((double) image.height() / by));
        // Rounded sizes stretch by less than half a pixel of the whole part; the mean keeps the middle in place.
        double scale = 0.5 * ((double) width / image.width() + (double) height / image.height());
        return new Surroundings(image.resized(width, height), frame.within(0, 0, scale));
    }

    /** With the part of the frame beyond the edge, if there is one. */
    private Surroundings padded() {
        Box box = frame.bounds();
        int border = border(frame);
        int left = beyond(-Math.floor(box.x()) + border);
        int top = beyond(-Math.floor(box.y()) + border);
        int right = beyond(Math.ceil(box.x() + box.width()) - image.width() + border);
        int bottom = beyond(Math.ceil(box.y() + box.height()) - image.height() + border);
        if (Math.max(Math.max(left, right), Math.max(top, bottom)) <= border - 4) {
            return this;
        }
        int least = (int) Math.rint(frame.side() * 0.3);
        EdgeFill fill = new EdgeFill(
                image, Math.max(left, least), Math.max(top, least), Math.max(right, least), Math.max(bottom, least));
        return new Surroundings(
                fill.run(frame.side() * 0.02), frame.within(-Math.max(left, least), -Math.max(top, least), 1));
    }

    private static int beyond(double pixels) {
        return (int) Math.max(0, pixels);
    }
}
