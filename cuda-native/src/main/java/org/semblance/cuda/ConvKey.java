package org.semblance.cuda;

import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;

/**
 * What decides how a convolution is computed.
 *
 * @param direction which of the three
 * @param spec geometry, with the same padding on opposite sides
 * @param x {@code [N, C, H, W]}
 * @param w {@code [O, C / groups, kh, kw]}
 * @param y {@code [N, O, H', W']}
 */
record ConvKey(Direction direction, ConvSpec spec, Shape x, Shape w, Shape y) {
    enum Direction {
        FORWARD,
        DATA,
        WEIGHTS
    }

    /** The order that {@code SMB_CONV_GEOMETRY} documents. */
    int[] geometry() {
        return new int[] {
            x.dim(0),
            x.dim(1),
            x.dim(2),
            x.dim(3),
            w.dim(0),
            y.dim(2),
            y.dim(3),
            w.dim(2),
            w.dim(3),
            spec.strideY(),
            spec.strideX(),
            spec.padTop(),
            spec.padLeft(),
            spec.dilationY(),
            spec.dilationX(),
            spec.groups()
        };
    }

    /** Whether tensor cores take channels-last forms of it, if channels that come in are filled up with zeros. */
    boolean suitsHalves() {
        return spec.groups() == 1 && y.dim(1) % HalfForm.GROUP == 0;
    }

    /** The convolution of those forms. */
    ConvKey inGroups() {
        return new ConvKey(direction, spec, x.with(1, HalfForm.row(x)), w.with(1, HalfForm.row(w)), y);
    }

    /** Whether nothing is to be computed. */
    boolean isEmpty() {
        return x.count() == 0 || w.count() == 0 || y.count() == 0;
    }
}
