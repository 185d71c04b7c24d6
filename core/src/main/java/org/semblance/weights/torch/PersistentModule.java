package org.semblance.weights.torch;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.semblance.weights.pickle.Dict;
import org.semblance.weights.pickle.Null;
import org.semblance.weights.pickle.Tuple;

/**
 * A network or layer as NVIDIA's {@code torch_utils.persistence} pickles it: the name of its class, its fields, and the
 * Python source of its module, which stays unread.
 *
 * @param className such as {@code Generator}
 * @param state fields of the object
 */
record PersistentModule(String className, Dict state) {
    private static final long VERSION = 6;
    private static final Set<String> TABLES = Set.of("_parameters", "_buffers", "_modules");

    static PersistentModule of(Tuple arguments) throws IOException {
        Dict meta = arguments.get(0, Dict.class);
        if (!meta.get("type", String.class).equals("class")) {
            throw new IOException("stylegan pickle: a persistent object must be of type 'class', got '"
                    + meta.get("type", String.class) + "'");
        }
        long version = meta.get("version", Long.class);
        if (version != VERSION) {
            throw new IOException(
                    "stylegan pickle: persistent objects must be of version " + VERSION + ", got " + version);
        }
        return new PersistentModule(meta.get("class_name", String.class), meta.get("state", Dict.class));
    }

    /** Refuses hooks: a network with them does more than its weights say. */
    void requireNoHooks() throws IOException {
        for (Object key : state.entries().keySet()) {
            if (key instanceof String name && name.startsWith("_") && name.endsWith("_hooks") && !isEmpty(name)) {
                throw new IOException("stylegan pickle: " + className + " must have no hooks, got some in " + name);
            }
        }
    }

    private boolean isEmpty(String field) {
        Object value = state.get(field);
        return value instanceof Dict d && d.size() == 0
                || value instanceof List<?> l && l.isEmpty()
                || value == Null.NONE;
    }

    /** A table of the module, {@code _parameters}, {@code _buffers} or {@code _modules}. */
    Dict table(String name) throws IOException {
        if (!TABLES.contains(name)) {
            throw new IllegalArgumentException("module: no table " + name);
        }
        return state.get(name, Dict.class);
    }

    /** Whether a buffer is left out of the state dict. */
    boolean isTransient(Object buffer) {
        return state.get("_non_persistent_buffers_set") instanceof List<?> names && names.contains(buffer);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return className;
    }
}
