package org.semblance.weights.torch;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.weights.ByteSource;
import org.semblance.weights.StoredType;

/** The elements that tensors are views of. Legacy files name a storage before its bytes are found. */
final class Storage {
    /** Names of the storage classes in the module {@code torch}. */
    static final Map<String, StoredType> TYPES = Map.ofEntries(
            Map.entry("torch DoubleStorage", StoredType.F64),
            Map.entry("torch FloatStorage", StoredType.F32),
            Map.entry("torch HalfStorage", StoredType.F16),
            Map.entry("torch BFloat16Storage", StoredType.BF16),
            Map.entry("torch LongStorage", StoredType.I64),
            Map.entry("torch IntStorage", StoredType.I32),
            Map.entry("torch ShortStorage", StoredType.I16),
            Map.entry("torch CharStorage", StoredType.I8),
            Map.entry("torch ByteStorage", StoredType.U8),
            Map.entry("torch BoolStorage", StoredType.BOOL));

    private final StoredType type;
    private final long count;
    private final ByteOrder order;
    private @Nullable ByteSource bytes;

    Storage(StoredType type, long count) {
        this(type, count, ByteOrder.LITTLE_ENDIAN);
    }

    Storage(StoredType type, long count, ByteOrder order) {
        this.type = type;
        this.count = count;
        this.order = order;
    }

    StoredType type() {
        return type;
    }

    /** Number of elements. */
    long count() {
        return count;
    }

    ByteOrder order() {
        return order;
    }

    /** Size in bytes. */
    long length() {
        return count * type.bytes();
    }

    ByteSource bytes() {
        return Objects.requireNonNull(bytes, "a storage whose bytes were not found");
    }

    boolean isFound() {
        return bytes != null;
    }

    /** Sets the bytes. @throws IOException if they are not as many as were announced */
    Storage found(ByteSource data) throws IOException {
        if (data.size() != length()) {
            throw new IOException("torch: a storage of " + count + " " + type + " must have " + length()
                    + " bytes, got " + data.size());
        }
        bytes = data;
        return this;
    }
}
