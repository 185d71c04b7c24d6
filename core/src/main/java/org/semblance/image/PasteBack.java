package org.semblance.image;

/** Draws a face into its frame in a photograph. */
final class PasteBack {
    private final Image photo;
    private final Image face;
    private final FaceFrame frame;
    private final SoftMask mask;

    PasteBack(Image photo, Image face, FaceFrame frame, SoftMask mask) {
        this.photo = photo;
        this.face = smallEnough(face, frame);
        this.frame = frame;
        this.mask = mask;
    }

    /** Shrunk to the frame first, so that every pixel of the face counts. */
    private static Image smallEnough(Image face, FaceFrame frame) {
        int side = (int) Math.max(1, Math.ceil(frame.side()));
        return side < face.width() ? face.resized(side, side) : face;
    }

    Image run() {
        byte[] rgb = photo.toBytes();
        Box box = frame.bounds();
        int left = (int) Math.max(0, Math.floor(box.x()));
        int top = (int) Math.max(0, Math.floor(box.y()));
        int right = (int) Math.min(photo.width(), Math.ceil(box.x() + box.width()));
        int bottom = (int) Math.min(photo.height(), Math.ceil(box.y() + box.height()));
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                pixel(x, y, rgb);
            }
        }
        return new Image(photo.width(), photo.height(), rgb);
    }

    private void pixel(int x, int y, byte[] rgb) {
        Point place = frame.inFace(new Point(x + 0.5, y + 0.5));
        boolean inside = place.x() > 0 && place.x() < 1 && place.y() > 0 && place.y() < 1;
        double share = inside ? mask.at(place.x(), place.y()) : 0;
        if (share <= 0) {
            return;
        }
        int at = 3 * (y * photo.width() + x);
        for (int channel = 0; channel < 3; channel++) {
            double level = Bilinear.level(face, place.x() * face.width(), place.y() * face.height(), channel);
            rgb[at + channel] = (byte) Math.round(photo.level(at + channel) * (1 - share) + level * share);
        }
    }
}
