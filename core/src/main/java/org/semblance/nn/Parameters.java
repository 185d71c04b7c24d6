package org.semblance.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * The named parameters and buffers of one network, in an owned scope that lives until {@link #close}. They are taken
 * while the network is constructed and fixed afterwards.
 */
public final class Parameters implements AutoCloseable {
    private final String owner;
    private final Device device;
    private final ParameterSource source;
    private final boolean trainable;
    private final Map<String, Tensor> all = new LinkedHashMap<>();
    private final List<Tensor> trained = new ArrayList<>();
    private @Nullable Scope scope;

    private Parameters(String owner, Device device, ParameterSource source, boolean trainable) {
        this.owner = owner;
        this.device = device;
        this.source = source;
        this.trainable = trainable;
    }

    /**
     * Constructs a network around its parameters.
     *
     * @param owner name for messages
     * @param trainable whether gradients with respect to the parameters will be asked; if not, they are sealed and cost
     *     nothing in a backward pass
     * @param network takes the parameters it needs and keeps them to close
     */
    public static <T> T load(
            String owner, Device device, ParameterSource source, boolean trainable, Function<Parameters, T> network) {
        return device.call(() -> {
            Parameters parameters = new Parameters(owner, device, source, trainable);
            List<T> made = new ArrayList<>(1);
            parameters.scope = Scope.owned(owner, () -> made.add(network.apply(parameters)));
            return made.get(0);
        });
    }

    /** A parameter of this name and shape. */
    public Tensor take(String name, int... dims) {
        return parameter(name, source.take(name, Shape.of(dims)));
    }

    /** A parameter if the source has one of this name. */
    public @Nullable Tensor takeIfPresent(String name, int... dims) {
        HostArray host = source.takeIfPresent(name, Shape.of(dims));
        return host == null ? null : parameter(name, host);
    }

    /** Whether the source has one of this name. */
    public boolean has(String name) {
        return source.shapeOf(name) != null;
    }

    /** A tensor of the source that is never trained. */
    public Tensor buffer(String name, int... dims) {
        return constant(name, source.take(name, Shape.of(dims)));
    }

    /** A tensor that is never trained, if the source has one of this name. */
    public @Nullable Tensor bufferIfPresent(String name, int... dims) {
        HostArray host = source.takeIfPresent(name, Shape.of(dims));
        return host == null ? null : constant(name, host);
    }

    /** Values of any shape that stay on the host, or null if the source has none of this name. */
    public @Nullable HostArray hostIfPresent(String name) {
        Shape shape = source.shapeOf(name);
        return shape == null ? null : source.takeIfPresent(name, shape);
    }

    /** A tensor computed from parameters once, for frozen networks; temporaries are freed. */
    public Tensor derived(Supplier<Tensor> compute) {
        Tensor t = Scope.in(owner, compute);
        device.backend().seal(t.array());
        return t;
    }

    private Tensor parameter(String name, HostArray host) {
        if (!trainable) {
            return constant(name, host);
        }
        Tensor t = Tensor.of(device, host).track();
        trained.add(t);
        return register(name, t);
    }

    private Tensor constant(String name, HostArray host) {
        Tensor t = Tensor.of(device, host);
        device.backend().seal(t.array());
        return register(name, t);
    }

    private Tensor register(String name, Tensor t) {
        if (all.put(name, t) != null) {
            throw new IllegalArgumentException(owner + ": parameter '" + name + "' was taken twice");
        }
        return t;
    }

    /** Where the parameters live. */
    public Device device() {
        return device;
    }

    /** Whether gradients with respect to the parameters may be asked. */
    public boolean isTrainable() {
        return trainable;
    }

    /** Parameters and buffers by name, in the order they were taken. */
    public Map<String, Tensor> all() {
        return Collections.unmodifiableMap(all);
    }

    /** The parameters that are trained; none of a frozen network. */
    public List<Tensor> trained() {
        return Collections.unmodifiableList(trained);
    }

    /** @throws IllegalStateException if the network has been closed */
    public void requireOpen() {
        if (scope != null && scope.isClosed()) {
            throw new IllegalStateException(owner + ": it was used after it was closed");
        }
    }

    /** Copies all values to the host, by name. */
    public Map<String, HostArray> toHost() {
        requireOpen();
        return device.call(() -> {
            Map<String, HostArray> values = new LinkedHashMap<>();
            all.forEach((name, t) -> values.put(name, t.toHost()));
            return values;
        });
    }

    @Override
    public void close() {
        Scope open = scope;
        if (open != null) {
            device.run(open::close);
        }
    }
}
