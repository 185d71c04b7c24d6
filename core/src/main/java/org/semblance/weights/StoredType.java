package org.semblance.weights;

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
