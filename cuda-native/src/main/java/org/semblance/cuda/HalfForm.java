package org.semblance.cuda;

import org.jspecify.annotations.Nullable;
import org.semblance.array.Layout;
import org.semblance.array.Memory;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;

/**
 * The elements of an image, channels-last in bfloat16, with zeros behind its channels up to the next eight.
 *
 * @param memory where they lie
 * @param shape of the image, {@code [N, C, H, W]}
 * @param exact whether the image's elements are these, and not others that were rounded to these
 * @param work the piece of rounded work that it serves, or null for any, if the image is constant
 */
record HalfForm(
        Memory memory, Shape shape, boolean exact, @Nullable Rounding work) {
    /** Channels that lie in 16 bytes. */
    static final int GROUP = 8;

    /** Channels of a row in memory. */
    static int row(Shape image) {
        return (image.dim(1) + GROUP - 1) / GROUP * GROUP;
    }

    /** Pixels of all pictures. */
    static long pixels(Shape image) {
        return (long) image.dim(0) * image.dim(2) * image.dim(3);
    }

    /** Whether it may be read now in place of this array. */
    boolean serves(NdArray x) {
        boolean present = work == null || work == Rounding.current();
        return present && x.layout() == Layout.PLAIN && shape.equals(x.shape());
    }
}
