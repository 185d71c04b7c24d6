package org.semblance.array;

/** Order in memory of an array whose logical shape is always written {@code [N, C, H, W]} for images. */
public enum Layout {
    /** Row-major in the logical order; the only layout of arrays whose rank is not 4. */
    PLAIN,
    /** Rank 4 only: {@code N, H, W, C} in memory, the order in which convolutions run fastest. */
    CHANNELS_LAST;

    /** Strides in elements of the logical axes of this shape. */
    public long[] strides(Shape shape) {
        int rank = shape.rank();
        long[] strides = new long[rank];
        long step = 1;
        for (int i = rank - 1; i >= 0; i--) {
            int axis = axisAt(i, rank);
            strides[axis] = step;
            step *= shape.dim(axis);
        }
        return strides;
    }

    /** The logical axis that stands at this place in memory, outermost first. */
    public int axisAt(int place, int rank) {
        return this == PLAIN ? place : CHANNELS_LAST_ORDER[place];
    }

    private static final int[] CHANNELS_LAST_ORDER = {0, 2, 3, 1};
}
