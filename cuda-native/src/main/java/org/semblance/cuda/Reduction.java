package org.semblance.cuda;

import java.util.stream.IntStream;
import org.semblance.array.NdArray;

/**
 * A sum's axes apart: those that stay, in the memory order of the result, and those that are added up.
 *
 * @param kept walk of x over the result's elements
 * @param reduced walk of x over the terms of one element
 */
record Reduction(Walk kept, Walk reduced) {
    static Reduction of(NdArray x, NdArray y) {
        return new Reduction(walk(x, y, true), walk(x, y, false));
    }

    private static Walk walk(NdArray x, NdArray y, boolean kept) {
        int rank = x.shape().rank();
        int[] axes = IntStream.range(0, rank)
                .map(place -> y.layout().axisAt(place, rank))
                .filter(axis -> kept == (y.shape().dim(axis) == x.shape().dim(axis)))
                .toArray();
        return Walk.over(x.shape(), axes, x.layout().strides(x.shape()));
    }
}
