package org.semblance.image;

import java.io.IOException;
import java.io.OutputStream;

/** Cuts a compressed stream into chunks: {@code IDAT}, or {@code fdAT}, which begin with a running number. */
final class PngData extends OutputStream {
    private static final int SIZE = 1 << 16;

    private final PngChunks chunks;
    private final String type;
    private final byte[] data = new byte[SIZE];
    private final int head;
    private int number;
    private int length;

    private PngData(PngChunks chunks, String type, int head, int number) {
        this.chunks = chunks;
        this.type = type;
        this.head = head;
        this.number = number;
        this.length = head;
    }

    static PngData image(PngChunks chunks) {
        return new PngData(chunks, "IDAT", 0, 0);
    }

    /** The data of a frame; its first chunk has this number. */
    static PngData frame(PngChunks chunks, int number) {
        return new PngData(chunks, "fdAT", Integer.BYTES, number);
    }

    /** The number of the next chunk. */
    int number() {
        return number;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        for (int at = 0; at < count; ) {
            int some = Math.min(count - at, SIZE - length);
            System.arraycopy(bytes, from + at, data, length, some);
            length += some;
            at += some;
            if (length == SIZE) {
                flush();
            }
        }
    }

    /** Writes what there is as a chunk. */
    @Override
    public void flush() throws IOException {
        if (length == head) {
            return;
        }
        for (int i = 0; i < head; i++) {
            data[i] = (byte) (number >> 24 - 8 * i);
        }
        number += head == 0 ? 0 : 1;
        chunks.chunk(type, data, length);
        length = head;
    }
}
