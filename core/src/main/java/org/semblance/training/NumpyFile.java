package org.semblance.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Style codes in NumPy's format: little-endian float32 in C order, {@code [wDim]} or rows of it, all rows equal where a
 * code is the same for all layers.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the format</a>
 */
final class NumpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    private NumpyFile() {}

    /** The first row of this length. @throws IOException if the file is something else */
    static float[] firstRow(Path file, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        for (byte expected : MAGIC) {
            if (!bytes.hasRemaining() || bytes.get() != expected) {
                throw wrong(file, "start with \\x93NUMPY", "something else");
            }
        }
        require(bytes, 4, file);
        int version = bytes.get();
        bytes.get();
        int size = version == 1 ? bytes.getShort() & 0xFFFF : bytes.getInt();
        require(bytes, size, file);
        byte[] header = new byte[size];
        bytes.get(header);
        checkHeader(new String(header, StandardCharsets.ISO_8859_1), length, file);
        require(bytes, 4 * length, file);
        float[] row = new float[length];
        bytes.asFloatBuffer().get(row);
        return row;
    }

    private static void checkHeader(String header, int length, Path file) throws IOException {
        boolean plain = header.contains("'<f4'") && header.contains("'fortran_order': False");
        if (!plain || !header.matches("(?s).*'shape': \\((\\d+, ?)*" + length + ",?\\).*")) {
            throw wrong(file, "hold float32 in C order with a last axis of " + length, header.strip());
        }
    }

    private static void require(ByteBuffer bytes, int count, Path file) throws IOException {
        if (count < 0 || bytes.remaining() < count) {
            throw wrong(file, "be complete", "an end " + (count - bytes.remaining()) + " bytes early");
        }
    }

    private static IOException wrong(Path file, String rule, String got) {
        return new IOException("npy: a file of codes must " + rule + ", got " + got + " [" + file + "]");
    }
}
