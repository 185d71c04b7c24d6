package org.semblance.weights;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;

/** Element type of a tensor as a file stores it. Float types can become weights; the others are only shown. */
public enum StoredType {
    F64(8, DType.F64),
    F32(4, DType.F32),
    F16(2, DType.F16),
    BF16(2, DType.BF16),
    I64(8, null),
    U64(8, null),
    I32(4, null),
    U32(4, null),
    I16(2, null),
    U16(2, null),
    I8(1, null),
    U8(1, null),
    BOOL(1, null),
    F8_E4M3(1, null),
    F8_E5M2(1, null);

    private static final Map<String, StoredType> NUMPY = Map.ofEntries(
            Map.entry("f8", F64),
            Map.entry("f4", F32),
            Map.entry("f2", F16),
            Map.entry("i8", I64),
            Map.entry("i4", I32),
            Map.entry("i2", I16),
            Map.entry("i1", I8),
            Map.entry("u8", U64),
            Map.entry("u4", U32),
            Map.entry("u2", U16),
            Map.entry("u1", U8),
            Map.entry("b1", BOOL));

    private final int bytes;
    private final @Nullable DType dtype;

    StoredType(int bytes, @Nullable DType dtype) {
        this.bytes = bytes;
        this.dtype = dtype;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** The float type that weights of this type are read from; empty for types that cannot become weights. */
    public Optional<DType> dtype() {
        return Optional.ofNullable(dtype);
    }

    /** The type of NumPy's code of kind and size, such as {@code f4}; null if weights have none of that code. */
    public static @Nullable StoredType ofNumpy(String code) {
        return NUMPY.get(code);
    }

    /** The stored type of a float type. */
    public static StoredType of(DType dtype) {
        return switch (dtype) {
            case F64 -> F64;
            case F32 -> F32;
            case F16 -> F16;
            case BF16 -> BF16;
        };
    }
}
