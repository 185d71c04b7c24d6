package org.semblance.onnx;

import java.io.IOException;

/** Types of elements that are read, with their number in the format. */
enum OnnxType {
    FLOAT(1, 4),
    UINT8(2, 1),
    INT8(3, 1),
    UINT16(4, 2),
    INT16(5, 2),
    INT32(6, 4),
    INT64(7, 8),
    BOOL(9, 1),
    FLOAT16(10, 2),
    DOUBLE(11, 8),
    UINT32(12, 4),
    UINT64(13, 8),
    BFLOAT16(16, 2);

    private final int number;
    private final int bytes;

    OnnxType(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** Size of an element. */
    int bytes() {
        return bytes;
    }

    /** Whether elements are whole numbers or truth values. */
    boolean isWhole() {
        return this != FLOAT && this != FLOAT16 && this != DOUBLE && this != BFLOAT16;
    }

    /** The type of a number; {@code what} has it, for the message. */
    static OnnxType of(int number, String what) throws IOException {
        for (OnnxType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new IOException("onnx: " + what + " must hold numbers of 8 to 64 bits, got element type " + number);
    }
}
