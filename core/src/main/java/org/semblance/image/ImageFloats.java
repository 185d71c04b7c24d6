package org.semblance.image;

import java.util.ArrayList;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;

/** Images to and from float32 planes in [-1, 1]. */
final class ImageFloats {
    private ImageFloats() {}

    static Image image(HostArray array) {
        Shape shape = array.shape();
        if (shape.rank() != 3 || shape.dim(0) != 3) {
            throw new IllegalArgumentException("image: an array must be [3, H, W], got " + shape);
        }
        return image(array.data(), 0, shape.dim(2), shape.dim(1));
    }

    static List<Image> unstack(HostArray batch) {
        Shape shape = batch.shape();
        if (shape.rank() != 4 || shape.dim(1) != 3) {
            throw new IllegalArgumentException("image: a batch must be [N, 3, H, W], got " + shape);
        }
        List<Image> images = new ArrayList<>();
        for (int n = 0; n < shape.dim(0); n++) {
            int start = n * 3 * shape.dim(2) * shape.dim(3);
            images.add(image(batch.data(), start, shape.dim(3), shape.dim(2)));
        }
        return List.copyOf(images);
    }

    static HostArray stack(List<Image> images) {
        if (images.isEmpty()) {
            throw new IllegalArgumentException("image: a batch must have at least one image, got none");
        }
        Image first = images.get(0);
        int size = 3 * first.width() * first.height();
        float[] to = new float[Math.multiplyExact(images.size(), size)];
        for (int n = 0; n < images.size(); n++) {
            Image image = images.get(n);
            if (image.width() != first.width() || image.height() != first.height()) {
                throw new IllegalArgumentException(
                        "image: images of a batch must have one size, got " + first + " and " + image);
            }
            fill(image, to, n * size);
        }
        return HostArray.of(to, images.size(), 3, first.height(), first.width());
    }

    /** Writes the three planes of an image to {@code to[start..]}. */
    static void fill(Image image, float[] to, int start) {
        int plane = image.width() * image.height();
        for (int i = 0; i < plane; i++) {
            for (int channel = 0; channel < 3; channel++) {
                to[start + channel * plane + i] = image.level(3 * i + channel) / 127.5f - 1;
            }
        }
    }

    private static Image image(float[] data, int start, int width, int height) {
        byte[] rgb = new byte[Image.bytes(width, height)];
        int plane = width * height;
        for (int i = 0; i < plane; i++) {
            for (int channel = 0; channel < 3; channel++) {
                rgb[3 * i + channel] = level(data, start + channel * plane + i);
            }
        }
        return new Image(width, height, rgb);
    }

    private static byte level(float[] data, int index) {
        float x = data[index];
        if (!Float.isFinite(x)) {
            throw new IllegalArgumentException("image: values must be finite, got " + x + " at element " + index);
        }
        return (byte) Math.max(0, Math.min(255, (int) Math.floor(x * 127.5f + 128f)));
    }
}
