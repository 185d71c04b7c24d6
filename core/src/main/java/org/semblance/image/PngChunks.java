package org.semblance.image;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** The frame of a PNG file: a signature, then chunks of length, type, data and check sum (PNG, third edition, 5). */
final class PngChunks {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int BITS = 8;
    private static final int TRUE_COLOUR = 2;

    private final DataOutputStream out;

    PngChunks(OutputStream out) {
        this.out = new DataOutputStream(out);
    }

    /** Begins a picture of 8-bit RGB. */
    void begin(int width, int height) throws IOException {
        out.write(SIGNATURE);
        chunk("IHDR", new Bytes().number(width).number(height).bytes(BITS, TRUE_COLOUR, 0, 0, 0));
    }

    void chunk(String type, Bytes data) throws IOException {
        chunk(type, data.array, data.length);
    }

    void chunk(String type, byte[] data, int length) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 check = new CRC32();
        check.update(name);
        check.update(data, 0, length);
        out.writeInt(length);
        out.write(name);
        out.write(data, 0, length);
        out.writeInt((int) check.getValue());
    }

    void end() throws IOException {
        chunk("IEND", new Bytes());
        out.flush();
    }

    /** The data of a short chunk, big-endian. */
    static final class Bytes {
        private final byte[] array = new byte[64];
        private int length;

        Bytes bytes(int... values) {
            for (int value : values) {
                array[length++] = (byte) value;
            }
            return this;
        }

        Bytes number(int value) {
            return bytes(value >> 24, value >> 16, value >> 8, value);
        }

        Bytes shortNumber(int value) {
            return bytes(value >> 8, value);
        }
    }
}
