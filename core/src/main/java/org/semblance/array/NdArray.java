package org.semblance.array;

/**
 * A dense array on a device: what a backend computes on. It knows nothing of gradients or scopes.
 *
 * @param shape logical extents, {@code [N, C, H, W]} for images whatever the layout
 * @param dtype element type
 * @param layout order in memory
 * @param memory the block that holds it, from its first byte
 */
public record NdArray(Shape shape, DType dtype, Layout layout, Memory memory) {
    public NdArray {
        if (layout == Layout.CHANNELS_LAST && shape.rank() != 4) {
            throw new IllegalArgumentException("array: channels-last needs rank 4, got " + shape);
        }
        if (memory.bytes() < shape.count() * dtype.bytes()) {
            throw new IllegalArgumentException("array: " + shape + " of " + dtype + " needs "
                    + shape.count() * dtype.bytes() + " bytes, got a block of " + memory.bytes());
        }
    }

    /** Address of the first element. */
    public long address() {
        return memory.address();
    }

    /** Size of the elements in bytes. */
    public long bytes() {
        return shape.count() * dtype.bytes();
    }

    /** The same elements in memory under another shape, row-major. */
    public NdArray reshaped(Shape to) {
        if (!isPlain() || to.count() != shape.count()) {
            throw new IllegalArgumentException(
                    "reshape: a plain array of the same count is needed, got " + this + " for " + to);
        }
        return new NdArray(to, dtype, Layout.PLAIN, memory);
    }

    /** Whether the elements stand in row-major logical order, be it because channels-last changes nothing. */
    public boolean isPlain() {
        return layout == Layout.PLAIN || sameInBothLayouts();
    }

    /** Whether the elements stand in this order in memory. */
    public boolean isIn(Layout wanted) {
        return layout == wanted || sameInBothLayouts();
    }

    private boolean sameInBothLayouts() {
        return shape.rank() == 4 && (shape.dim(1) == 1 || shape.dim(2) * shape.dim(3) == 1);
    }

    @Override
    public String toString() {
        return shape + " " + dtype + (layout == Layout.PLAIN ? "" : " channels-last");
    }
}
