package org.semblance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Runs networks on host data in batches of bounded size. */
final class Batches {
    /** Images that go through a network together: on a processor, and anywhere if they are large. */
    static final int SIZE = 8;

    /**
     * Rows of numbers, or small images, that go through a network together on a GPU, which waits more than it works.
     */
    private static final int MANY = 64;

    private static final int SMALL_PIXELS = 64 * 64;

    private Batches() {}

    /** Runs work on a batch of rows at a time and joins the rows of the results. */
    static HostArray rows(Device device, HostArray rows, Function<Tensor, Tensor> work) {
        return rows(device, rows, (batch, first) -> work.apply(batch));
    }

    /** Work on a batch of rows. */
    interface Work {
        /** Computes on the rows whose first has this number. */
        Tensor run(Tensor rows, int first);
    }

    /** As above, for work that asks which rows it was given. */
    static HostArray rows(Device device, HostArray rows, Work work) {
        return rows(device, rows, rows.shape().rank() == 4 ? rows.shape().dim(3) : 1, work);
    }

    /** As above, for work on rows that become pictures. @param side pixels of the largest pictures on the way */
    static HostArray rows(Device device, HostArray rows, int side, Work work) {
        List<HostArray> parts = new ArrayList<>();
        parts(
                rows,
                most(device, side),
                (part, first) -> parts.add(device.call(() -> {
                    try (Scope scope = Scope.open("batch")) {
                        return work.run(Tensor.of(device, part), first).toHost();
                    }
                })));
        return joined(parts);
    }

    /** What is done with a part of the rows. */
    interface Part {
        /** Takes the rows whose first has this number. */
        void take(HostArray rows, int first);
    }

    /** How many images of this many pixels per side go through a network together. */
    static int most(Device device, int side) {
        if (device.backend().name().equals("cpu")) {
            return SIZE;
        }
        return most(side);
    }

    /** The same of a device that gains from large batches. */
    static int most(int side) {
        int room = (int) (MANY * (long) SMALL_PIXELS / Math.max(SMALL_PIXELS, (long) side * side));
        return Math.max(SIZE, Integer.highestOneBit(room));
    }

    /**
     * How many of the rows that are left go next: above {@link #SIZE} a power of two, since networks are prepared for
     * each number that comes.
     */
    private static int next(int left, int most) {
        int some = Math.min(left, most);
        return some <= SIZE ? some : Integer.highestOneBit(some);
    }

    /** Hands over at least one row, a batch at a time. @param most rows of a batch */
    static void parts(HostArray rows, int most, Part work) {
        if (rows.shape().rank() == 0) {
            throw new IllegalArgumentException("batch: rows are needed, got one number");
        }
        requireFinite(rows);
        int n = rows.shape().dim(0);
        if (n == 0) {
            throw new IllegalArgumentException("batch: at least one row is needed, got none");
        }
        for (int i = 0; i < n; ) {
            int some = next(n - i, most);
            work.take(rows(rows, i, i + some), i);
            i += some;
        }
    }

    /** Networks with clamps would make a picture of NaN, and a wrong one. */
    static void requireFinite(HostArray rows) {
        for (int i = 0; i < rows.data().length; i++) {
            if (!Float.isFinite(rows.data()[i])) {
                throw new IllegalArgumentException("batch: values must be finite, got " + rows.data()[i]
                        + " at element " + i + " of " + rows.shape());
            }
        }
    }

    /** Rows {@code from} to {@code to - 1}. */
    static HostArray rows(HostArray all, int from, int to) {
        int size = all.shape().dim(0) == 0 ? 0 : all.data().length / all.shape().dim(0);
        float[] data = new float[(to - from) * size];
        System.arraycopy(all.data(), from * size, data, 0, data.length);
        return new HostArray(all.shape().with(0, to - from), data);
    }

    /** One array of all rows. */
    static HostArray joined(List<HostArray> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("batch: at least one row is needed, got none");
        }
        int n = parts.stream().mapToInt(p -> p.shape().dim(0)).sum();
        float[] data = new float[parts.stream().mapToInt(p -> p.data().length).sum()];
        int at = 0;
        for (HostArray part : parts) {
            System.arraycopy(part.data(), 0, data, at, part.data().length);
            at += part.data().length;
        }
        return new HostArray(parts.get(0).shape().with(0, n), data);
    }

    /**
     * As {@link #rows(Device, HostArray, Function)} of pictures of exactly this size as {@code [N, 3, R, R]} in [-1,
     * 1].
     */
    static HostArray images(
            String op, Device device, List<Image> images, int resolution, Function<Tensor, Tensor> work) {
        if (images.isEmpty()) {
            throw new IllegalArgumentException(op + ": at least one image is needed, got none");
        }
        for (Image image : images) {
            if (image.width() != resolution || image.height() != resolution) {
                throw new IllegalArgumentException(op + ": images must be " + resolution + "x" + resolution + ", got "
                        + image.width() + "x" + image.height() + "; see Image.resized");
            }
        }
        int most = most(device, resolution);
        List<HostArray> parts = new ArrayList<>();
        for (int i = 0; i < images.size(); ) {
            int some = next(images.size() - i, most);
            parts.add(rows(device, Image.stack(images.subList(i, i + some)), work));
            i += some;
        }
        return joined(parts);
    }

    /** A vector as the only row. */
    static HostArray row(float[] vector) {
        return HostArray.of(vector.clone(), 1, vector.length);
    }
}
