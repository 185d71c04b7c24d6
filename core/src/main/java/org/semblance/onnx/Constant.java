package org.semblance.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.nn.Parameters;
import org.semblance.tensor.Tensor;

/** A value that is the same in every run: stored in the file, or computed from such at once. */
final class Constant {
    private static final int FEW = 64;

    private final @Nullable OnnxTensor stored;
    private @Nullable HostValue host;
    private @Nullable Tensor tensor;

    private final @Nullable String parameter;

    private Constant(
            @Nullable OnnxTensor stored,
            @Nullable String parameter,
            @Nullable HostValue host,
            @Nullable Tensor tensor) {
        this.stored = stored;
        this.parameter = parameter;
        this.host = host;
        this.tensor = tensor;
    }

    /** An initialiser. */
    static Constant named(OnnxTensor stored) {
        return new Constant(stored, stored.name(), null, null);
    }

    /** The value of a node. */
    static Constant of(OnnxTensor stored) {
        return new Constant(stored, null, null, null);
    }

    /** What was computed. */
    static Constant of(Value value) {
        return value instanceof HostValue host
                ? new Constant(null, null, host, null)
                : new Constant(null, null, null, ((Value.Of) value).tensor());
    }

    /** Extents. */
    int[] dims() {
        return stored != null
                ? stored.dims()
                : host != null ? host.dims() : tensor().shape().dims();
    }

    /** All elements on the host. */
    HostArray floats() {
        try {
            return stored != null ? stored.floats() : host != null ? host.floats() : tensor().toHost();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A few numbers on the host. */
    HostValue host() {
        HostValue known = host;
        if (known == null) {
            known = made();
            host = known;
        }
        return known;
    }

    private HostValue made() {
        if (stored == null) {
            HostArray all = tensor().toHost();
            double[] data = new double[all.data().length];
            for (int i = 0; i < data.length; i++) {
                data[i] = all.data()[i];
            }
            return new HostValue(all.shape().dims(), data, false);
        }
        try {
            return stored.host();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Numbers where shapes may be computed from it, else the tensor, which must have been {@linkplain #load loaded}.
     */
    Value value() {
        return isHost() ? host() : new Value.Of(tensor());
    }

    private boolean isHost() {
        return stored == null
                ? host != null
                : stored.type().isWhole() || Shape.of(stored.dims()).count() <= FEW;
    }

    /** The tensor, which must have been loaded. */
    Tensor tensor() {
        return Objects.requireNonNull(tensor);
    }

    /** Sends it to the device, once; it lives with the parameters. */
    void load(Parameters p) {
        if (isHost()) {
            host();
        }
        if (tensor == null) {
            tensor = parameter != null ? p.buffer(parameter, dims()) : p.derived(() -> Tensor.of(p.device(), floats()));
        }
    }
}
