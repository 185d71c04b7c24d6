package org.semblance.tensor;

import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Backend;
import org.semblance.backend.Device;

/**
 * An array with an owner and a history. It belongs to a {@link Scope}, which frees it; it remembers the operation that
 * made it if a gradient may be asked through it.
 */
public final class Tensor {
    private final Device device;
    private final NdArray array;
    private Scope scope;
    private boolean tracked;
    private @Nullable Node node;
    private boolean freed;

    private Tensor(Device device, NdArray array, Scope scope) {
        this.device = device;
        this.array = array;
        this.scope = scope;
    }

    // --- making ---------------------------------------------------------------------------------------------------

    /** A tensor with these elements in the current scope. @throws IllegalStateException if no scope is open here */
    public static Tensor of(Device device, HostArray host) {
        Tensor t = empty(device, host.shape());
        device.backend().upload(host.data(), t.array);
        return t;
    }

    /** A tensor with these row-major elements in the current scope. */
    public static Tensor of(Device device, float[] data, int... dims) {
        return of(device, HostArray.of(data, dims));
    }

    /** A scalar, shape {@code []}. */
    public static Tensor scalar(Device device, float value) {
        return of(device, new float[] {value});
    }

    /** A tensor filled with one value. */
    public static Tensor full(Device device, Shape shape, float value) {
        Tensor t = empty(device, shape);
        device.backend().fill(t.array, value);
        return t;
    }

    /** A tensor of zeros. */
    public static Tensor zeros(Device device, Shape shape) {
        return full(device, shape, 0);
    }

    /** A plain tensor with arbitrary contents, for an operation to write. */
    public static Tensor empty(Device device, Shape shape) {
        return empty(device, shape, Layout.PLAIN);
    }

    /** A tensor with arbitrary contents in this layout, for an operation to write. */
    public static Tensor empty(Device device, Shape shape, Layout layout) {
        Scope scope = Scope.current();
        return scope.adopt(new Tensor(device, device.backend().allocate(shape, DType.F32, layout), scope));
    }

    /** A tensor of an array that the backend made, in the current scope, which frees it. */
    public static Tensor adopting(Device device, NdArray array) {
        Scope scope = Scope.current();
        return scope.adopt(new Tensor(device, array, scope));
    }

    /** Another tensor over the same memory, without history; the memory lives while either does. */
    public Tensor alias(NdArray view) {
        if (view.memory() != array().memory()) {
            throw new IllegalArgumentException("alias: the view must share the tensor's memory, got " + view);
        }
        Scope current = Scope.current();
        view.memory().retain();
        return current.adopt(new Tensor(device, view, current));
    }

    /** The same elements without history, for use as a constant. */
    public Tensor detached() {
        return alias(array());
    }

    // --- facts ----------------------------------------------------------------------------------------------------

    /** Logical extents. */
    public Shape shape() {
        return array.shape();
    }

    /** Extent of one axis; a negative axis counts from the end. */
    public int dim(int axis) {
        return array.shape().dim(axis);
    }

    /** Number of axes. */
    public int rank() {
        return array.shape().rank();
    }

    /** Where it lives. */
    public Device device() {
        return device;
    }

    /** What computes on it. */
    public Backend backend() {
        return device.backend();
    }

    /** The elements. @throws IllegalStateException if its scope has closed */
    public NdArray array() {
        if (freed) {
            throw new IllegalStateException("tensor: " + array + " made by " + madeBy() + " was used after scope '"
                    + scope.name() + "' freed it");
        }
        return array;
    }

    /** Whether gradients may be asked with respect to it or through it. */
    public boolean isTracked() {
        return tracked;
    }

    /** Declares that gradients with respect to this leaf will be asked; returns itself. */
    public Tensor track() {
        tracked = true;
        return this;
    }

    // --- leaving --------------------------------------------------------------------------------------------------

    /** The elements on the host, row-major. */
    public HostArray toHost() {
        NdArray source = array();
        float[] data = new float[shape().intCount()];
        if (source.isPlain()) {
            backend().download(source, data);
            return new HostArray(shape(), data);
        }
        try (Scope scratch = Scope.open("toHost")) {
            Tensor plain = empty(device, shape());
            backend().gather(source, org.semblance.backend.View.all(source), plain.array);
            backend().download(plain.array, data);
        }
        return new HostArray(shape(), data);
    }

    /** The one element. @throws IllegalArgumentException if there are more or none */
    public float item() {
        if (shape().count() != 1) {
            throw new IllegalArgumentException("item: one element is needed, got " + this);
        }
        return toHost().data()[0];
    }

    @Override
    public String toString() {
        return array + " on " + device.name();
    }

    // --- for scopes and recordings ----------------------------------------------------------------------------------

    @Nullable
    Node node() {
        return node;
    }

    void setNode(Node made) {
        node = made;
        tracked = true;
    }

    Scope scope() {
        return scope;
    }

    void moveTo(Scope owner) {
        scope = owner;
    }

    void free() {
        freed = true;
        array.memory().release();
    }

    private String madeBy() {
        return node == null ? "no recorded operation" : node.op();
    }
}
