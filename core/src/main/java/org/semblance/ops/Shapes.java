package org.semblance.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.semblance.array.Layout;
import org.semblance.array.Shape;
import org.semblance.backend.View;
import org.semblance.tensor.Recording;
import org.semblance.tensor.Tensor;

/** Operations that move elements and compute nothing. Gradients of every order, each by the inverse move. */
public final class Shapes {
    private Shapes() {}

    /** The same elements as a tensor of its own in the graph; gradients pass through. */
    public static Tensor view(Tensor x) {
        return Recording.of("view", x.alias(x.array())).input(x, (g, s) -> g).done();
    }

    /** The same elements, row-major, under another shape; no copy unless the layout forces one. */
    public static Tensor reshape(Tensor x, Shape shape) {
        if (x.shape().equals(shape)) {
            return x;
        }
        if (x.shape().count() != shape.count()) {
            throw Check.error("reshape", "the count of elements must stay", shape, x);
        }
        Tensor plain = Layouts.plain(x);
        Tensor y = plain.alias(plain.array().reshaped(shape));
        Shape before = x.shape();
        return Recording.of("reshape", y)
                .input(plain, (g, s) -> reshape(g, before))
                .done();
    }

    /** As {@link #reshape(Tensor, Shape)}. */
    public static Tensor reshape(Tensor x, int... dims) {
        return reshape(x, Shape.of(dims));
    }

    /** {@code [N, ...]} as {@code [N, rest]}, in the order C, H, W for images. */
    public static Tensor flatten(Tensor x) {
        if (x.rank() < 1) {
            throw Check.error("flatten", "x must have at least one axis", x.shape(), x);
        }
        int n = x.dim(0);
        return reshape(x, Shape.of(n, n == 0 ? 0 : (int) (x.shape().count() / n)));
    }

    /** Axis k of the result is axis {@code axes[k]} of x. */
    public static Tensor permute(Tensor x, int... axes) {
        int[] inverse = inverse(x, axes);
        View view = View.all(x.array()).permuted(axes);
        return gathered("permute", x, view, Layout.PLAIN)
                .input(x, (g, s) -> permute(g, inverse))
                .done();
    }

    /** The transpose of a matrix. */
    public static Tensor transpose(Tensor x) {
        Check.rank("transpose", "x", x, 2);
        return permute(x, 1, 0);
    }

    /** The box of extents {@code size} that begins at {@code start}. */
    public static Tensor slice(Tensor x, int[] start, Shape size) {
        if (start.length != x.rank() || size.rank() != x.rank()) {
            throw Check.error("slice", "start and size must have x's rank", Arrays.toString(start) + ", " + size, x);
        }
        int[] before = start.clone();
        int[] after = new int[before.length];
        for (int i = 0; i < before.length; i++) {
            after[i] = x.dim(i) - before[i] - size.dim(i);
            if (before[i] < 0 || after[i] < 0) {
                throw Check.error("slice", "the box must lie inside x", Arrays.toString(start) + " + " + size, x);
            }
        }
        if (size.equals(x.shape())) {
            return x;
        }
        return gathered("slice", x, View.box(x.array(), before, size), x.array().layout())
                .input(x, (g, s) -> pad(g, before, after))
                .done();
    }

    /** Indices {@code from} (inclusive) to {@code to} (exclusive) of one axis. */
    public static Tensor narrow(Tensor x, int axis, int from, int to) {
        int a = Check.axis("narrow", x, axis);
        if (from < 0 || to < from || to > x.dim(a)) {
            throw Check.error("narrow", "the range must lie in [0, " + x.dim(a) + "]", from + " to " + to, x);
        }
        int[] start = new int[x.rank()];
        start[a] = from;
        return slice(x, start, x.shape().with(a, to - from));
    }

    /** One index of one axis, which disappears. */
    public static Tensor select(Tensor x, int axis, int index) {
        int a = Check.axis("select", x, axis);
        int[] dims = new int[x.rank() - 1];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = x.dim(i < a ? i : i + 1);
        }
        return reshape(narrow(x, a, index, index + 1), Shape.of(dims));
    }

    /** Zeros around x; a negative amount crops. One amount before and one after per axis. */
    public static Tensor pad(Tensor x, int[] before, int[] after) {
        if (before.length != x.rank() || after.length != x.rank()) {
            throw Check.error("pad", "there must be one amount per axis", before.length + ", " + after.length, x);
        }
        int[] start = new int[before.length];
        int[] inner = new int[before.length];
        int[] low = new int[before.length];
        int[] outer = new int[before.length];
        for (int i = 0; i < before.length; i++) {
            start[i] = Math.max(-before[i], 0);
            inner[i] = x.dim(i) - start[i] - Math.max(-after[i], 0);
            low[i] = Math.max(before[i], 0);
            outer[i] = x.dim(i) + before[i] + after[i];
            if (inner[i] < 0) {
                throw Check.error("pad", "crops must leave something", -before[i] + " and " + -after[i], x);
            }
        }
        return embed(slice(x, start, Shape.of(inner)), low, Shape.of(outer));
    }

    /** Zeros around an image, {@code left, right, top, bottom}; a negative amount crops. */
    public static Tensor padImage(Tensor x, int left, int right, int top, int bottom) {
        Check.image("pad", "x", x);
        return pad(x, new int[] {0, 0, top, left}, new int[] {0, 0, bottom, right});
    }

    private static Tensor embed(Tensor x, int[] start, Shape shape) {
        if (x.shape().equals(shape)) {
            return x;
        }
        Tensor y = Tensor.empty(x.device(), shape, x.array().layout());
        y.backend().fill(y.array(), 0);
        y.backend().scatter(x.array(), View.box(y.array(), start, x.shape()), y.array());
        Shape size = x.shape();
        return Recording.of("pad", y).input(x, (g, s) -> slice(g, start, size)).done();
    }

    /** Joins tensors along an axis; the other extents are equal. */
    public static Tensor concat(int axis, List<Tensor> parts) {
        if (parts.isEmpty()) {
            throw Check.error("concat", "there must be at least one tensor", "none");
        }
        Tensor first = parts.get(0);
        if (parts.size() == 1) {
            return first;
        }
        int a = Check.axis("concat", first, axis);
        Tensor y = Tensor.empty(first.device(), joined(a, parts), Layouts.common(first, parts.get(1)));
        Recording recording = Recording.of("concat", y);
        int at = 0;
        for (Tensor part : parts) {
            int from = at;
            int to = from + part.dim(a);
            int[] start = new int[part.rank()];
            start[a] = from;
            y.backend().scatter(part.array(), View.box(y.array(), start, part.shape()), y.array());
            recording.input(part, (g, s) -> narrow(g, a, from, to));
            at = to;
        }
        return recording.done();
    }

    private static Shape joined(int axis, List<Tensor> parts) {
        Tensor first = parts.get(0);
        int total = 0;
        for (Tensor part : parts) {
            Check.sameDevice("concat", first, part);
            if (part.rank() != first.rank()
                    || !part.shape().with(axis, 1).equals(first.shape().with(axis, 1))) {
                throw Check.error("concat", "shapes must agree but on axis " + axis, part.shape(), first, part);
            }
            total += part.dim(axis);
        }
        return first.shape().with(axis, total);
    }

    /** Tensors of one shape side by side along a new first axis. */
    public static Tensor stack(List<Tensor> parts) {
        List<Tensor> rows = new ArrayList<>();
        for (Tensor part : parts) {
            int[] dims = new int[part.rank() + 1];
            dims[0] = 1;
            System.arraycopy(part.shape().dims(), 0, dims, 1, part.rank());
            rows.add(reshape(part, Shape.of(dims)));
        }
        return concat(0, rows);
    }

    /** x with these axes reversed. */
    public static Tensor flip(Tensor x, int... axes) {
        View view = View.all(x.array());
        for (int axis : axes) {
            view = view.flipped(Check.axis("flip", x, axis));
        }
        int[] same = axes.clone();
        return gathered("flip", x, view, x.array().layout())
                .input(x, (g, s) -> flip(g, same))
                .done();
    }

    /** Repeats axes of extent 1 to the wanted extents. */
    public static Tensor broadcastTo(Tensor x, Shape shape) {
        boolean free =
                x.rank() == 4 && x.array().isIn(Layout.PLAIN) && x.array().isIn(Layout.CHANNELS_LAST);
        return broadcastTo(
                x, shape, free ? x.backend().imageLayout() : x.array().layout());
    }

    static Tensor broadcastTo(Tensor x, Shape shape, Layout layout) {
        if (x.shape().equals(shape)) {
            return x;
        }
        if (x.rank() != shape.rank()) {
            throw Check.error("broadcast", "ranks must be equal", shape, x);
        }
        for (int i = 0; i < shape.rank(); i++) {
            if (x.dim(i) != shape.dim(i) && x.dim(i) != 1) {
                throw Check.error("broadcast", "extents must be equal or 1", shape, x);
            }
        }
        Shape small = x.shape();
        return gathered("broadcast", x, View.all(x.array()).broadcast(shape), layout)
                .input(x, (g, s) -> Reduce.sumTo(g, small))
                .done();
    }

    private static Recording gathered(String op, Tensor x, View view, Layout layout) {
        Tensor y = Tensor.empty(x.device(), view.shape(), layout);
        x.backend().gather(x.array(), view, y.array());
        return Recording.of(op, y);
    }

    private static int[] inverse(Tensor x, int[] axes) {
        int[] inverse = new int[x.rank()];
        Arrays.fill(inverse, -1);
        boolean whole = axes.length == x.rank();
        for (int k = 0; k < axes.length && whole; k++) {
            whole = axes[k] >= 0 && axes[k] < x.rank() && inverse[axes[k]] < 0;
            if (whole) {
                inverse[axes[k]] = k;
            }
        }
        if (!whole) {
            throw Check.error("permute", "axes must name each axis once", Arrays.toString(axes), x);
        }
        return inverse;
    }
}
