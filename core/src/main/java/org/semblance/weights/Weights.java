package org.semblance.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;

/**
 * A read-only set of named tensors, from a file or from memory. Elements are read when they are asked for, one tensor
 * at a time, so a set may be larger than memory. Safe for use by several threads.
 *
 * <p>A set that came from a file keeps it open until {@link #close}; views ({@link #withPrefix}, {@link #renamed})
 * share it, and closing any of them closes it for all. Reading after that throws {@link IllegalStateException}.
 */
public final class Weights implements AutoCloseable {
    private final String source;
    private final Map<String, TensorInfo> tensors;
    private final Map<String, String> metadata;
    private final TensorStore store;

    /**
     * A set of tensors in a container.
     *
     * @param source where they come from, for messages
     * @param tensors what the container says of them, by name; the store gets these descriptions back
     * @param metadata text beside the tensors
     * @param store reads the elements; closed with the set
     */
    public Weights(String source, Map<String, TensorInfo> tensors, Map<String, String> metadata, TensorStore store) {
        this.source = source;
        this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        this.store = store;
    }

    /** A set of tensors on the heap. The arrays are not copied here and must not be written to afterwards. */
    public static Weights of(Map<String, HostArray> arrays) {
        return of("memory", arrays);
    }

    /** A set of tensors on the heap with a name for messages. The arrays are not copied and must not be written to. */
    public static Weights of(String source, Map<String, HostArray> arrays) {
        Map<String, HostArray> copy = new LinkedHashMap<>(arrays);
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        copy.forEach((name, array) -> tensors.put(name, new TensorInfo(name, StoredType.F32, array.shape(), 0)));
        return new Weights(source, tensors, Map.of(), new MemoryStore(copy));
    }

    /** Where the tensors come from, for messages: a path, or a description. */
    public String source() {
        return source;
    }

    /** Text that the container holds beside the tensors; empty where it holds none. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The names, in the container's order. */
    public Set<String> names() {
        return tensors.keySet();
    }

    /** Whether there is a tensor of this name. */
    public boolean contains(String name) {
        return tensors.containsKey(name);
    }

    /**
     * Extents of a tensor.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public Shape shape(String name) {
        return info(name).shape();
    }

    /**
     * Stored element type of a tensor.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public StoredType storedType(String name) {
        return info(name).type();
    }

    /**
     * Stored float type of a tensor.
     *
     * @throws IllegalArgumentException if there is none of this name, or it holds something else than floats
     */
    public DType dtype(String name) {
        StoredType type = storedType(name);
        return type.dtype()
                .orElseThrow(() -> new IllegalArgumentException("weights: " + name
                        + " must hold F16, BF16, F32 or F64 to be used as weights, got " + type + in()));
    }

    /**
     * The elements of a tensor as float32, all of them finite. F16 and BF16 convert exactly, F64 is rounded.
     *
     * @return an array of the caller's own
     * @throws IllegalArgumentException if there is none of this name, or it holds something else than floats
     * @throws IOException if the file cannot be read, or an element is NaN or infinite or beyond float32's range
     */
    public HostArray get(String name) throws IOException {
        HostArray array = raw(name);
        float[] data = array.data();
        for (int i = 0; i < data.length; i++) {
            if (!Float.isFinite(data[i])) {
                throw notFinite(name, i, data[i]);
            }
        }
        return array;
    }

    /**
     * The elements of a tensor as float32, as they are: NaN and infinities pass.
     *
     * @return an array of the caller's own
     * @throws IllegalArgumentException if there is none of this name, or it holds something else than floats
     * @throws IOException if the file cannot be read
     */
    public HostArray raw(String name) throws IOException {
        dtype(name);
        TensorInfo info = addressable(info(name));
        return new HostArray(info.shape(), store.floats(info));
    }

    /**
     * The elements of a tensor as float64, as they are. Integers and booleans are allowed; 64-bit integers round.
     *
     * @throws IllegalArgumentException if there is none of this name, or it holds 8-bit floats
     * @throws IOException if the file cannot be read
     */
    public double[] doubles(String name) throws IOException {
        return store.doubles(addressable(info(name)));
    }

    /** A view of the tensors whose names start with the prefix, under what follows it. */
    public Weights withPrefix(String prefix) {
        Map<String, TensorInfo> chosen = new LinkedHashMap<>();
        tensors.forEach((name, info) -> {
            if (name.startsWith(prefix)) {
                chosen.put(name.substring(prefix.length()), info);
            }
        });
        return new Weights(source, chosen, metadata, store);
    }

    /**
     * A view under other names.
     *
     * @param newName gives the name in the view for a name in this set
     * @throws IllegalArgumentException if two tensors would have one name
     */
    public Weights renamed(UnaryOperator<String> newName) {
        Map<String, TensorInfo> changed = new LinkedHashMap<>();
        tensors.forEach((name, info) -> {
            String to = newName.apply(name);
            TensorInfo before = changed.putIfAbsent(to, info);
            if (before != null) {
                throw new IllegalArgumentException("weights: new names must differ, got " + to + " for both "
                        + before.name() + " and " + info.name() + in());
            }
        });
        return new Weights(source, changed, metadata, store);
    }

    /**
     * A tensor in a view with other names and layouts.
     *
     * @param from name in the set that is viewed
     * @param axes order of its axes, or null for theirs; applied first
     * @param shape extents in the view, of as many elements
     */
    public record Relaid(String from, @Nullable Permutation axes, Shape shape) {}

    /**
     * A view of some tensors under other names and in other layouts.
     *
     * @param tensors what the view holds, by its names
     * @throws IllegalArgumentException if a tensor is not in this set, or its number of elements differs
     */
    public Weights relaid(Map<String, Relaid> tensors) {
        Map<String, TensorInfo> infos = new LinkedHashMap<>();
        Map<String, RelaidStore.Entry> entries = new LinkedHashMap<>();
        tensors.forEach((name, relaid) -> {
            TensorInfo from = info(relaid.from());
            if (from.shape().count() != relaid.shape().count()) {
                throw new IllegalArgumentException("weights: a view must have as many elements, got " + relaid.shape()
                        + " for " + relaid.from() + " " + from.shape() + in());
            }
            infos.put(name, new TensorInfo(from.name(), from.type(), relaid.shape(), from.offset()));
            entries.put(from.name(), new RelaidStore.Entry(from, relaid.axes()));
        });
        return new Weights(source, infos, metadata, new RelaidStore(store, entries));
    }

    /** The name that the container has for a tensor of this view. */
    public String origin(String name) {
        return info(name).name();
    }

    /** Closes the file, for this set and all its views; without effect on tensors in memory or when done before. */
    @Override
    public void close() throws IOException {
        store.close();
    }

    private TensorInfo info(String name) {
        TensorInfo info = tensors.get(name);
        if (info == null) {
            throw new IllegalArgumentException("weights: no tensor named " + name + in());
        }
        return info;
    }

    private TensorInfo addressable(TensorInfo info) throws IOException {
        if (info.shape().count() > Integer.MAX_VALUE - 8) {
            throw new IOException("weights: " + info.name() + " must have fewer than 2^31 elements, got shape "
                    + info.shape() + in());
        }
        return info;
    }

    private IOException notFinite(String name, int index, float value) {
        return new IOException("weights: values must be finite in float32, got " + value + " at " + name
                + place(info(name).shape(), index) + ", stored as " + storedType(name) + in());
    }

    /** The indices of an element, from 0, outermost axis first. */
    private static List<Integer> place(Shape shape, int element) {
        List<Integer> place = new ArrayList<>();
        int rest = element;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            place.add(0, rest % shape.dim(axis));
            rest /= shape.dim(axis);
        }
        return place;
    }

    private String in() {
        return " [" + source + "]";
    }
}
