package org.semblance.array;

/** Element type of an array or of a stored tensor. Networks compute in {@link #F32}; the others are storage types. */
public enum DType {
    F16(2),
    BF16(2),
    F32(4),
    F64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }
}
