package org.semblance.weights.pickle;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.semblance.weights.ByteCursor;
import org.semblance.weights.ByteSource;

/**
 * Text that stays in the file. Protocol 2 has no bytes: Python writes them as text whose characters are below 256, in
 * UTF-8, and encodes that again when it reads.
 *
 * @param utf8 the text
 */
public record LongText(ByteSource utf8) {
    private static final int STEP = 1 << 14;

    /** The bytes that the text stands for. @throws IOException if it is not UTF-8 of characters below 256 */
    public ByteSource latin1() throws IOException {
        ByteCursor in = new ByteCursor(utf8);
        long[] marks = new long[(int) (utf8.size() / STEP + 1)];
        long count = 0;
        while (in.remaining() > 0) {
            if (count % STEP == 0) {
                marks[(int) (count / STEP)] = in.position();
            }
            character(in);
            count++;
        }
        return new Latin1(utf8, marks, count);
    }

    private static int character(ByteCursor in) throws IOException {
        int first = in.u8();
        if (first < 0x80) {
            return first;
        }
        int second = in.u8();
        if ((first & 0xfe) != 0xc2 || (second & 0xc0) != 0x80) {
            throw new IOException("pickle: bytes as text must have characters below 256 in UTF-8, got others");
        }
        return (first & 3) << 6 | second & 0x3f;
    }

    /** The decoded bytes, with the place of every {@code STEP}-th in the text. */
    private record Latin1(ByteSource utf8, long[] marks, long size) implements ByteSource {
        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            if (position < 0 || position > size - into.remaining()) {
                throw new EOFException("pickle: bytes ended at " + size);
            }
            if (!into.hasRemaining()) {
                return;
            }
            ByteCursor in = new ByteCursor(utf8);
            in.seek(marks[(int) (position / STEP)]);
            for (long skip = position % STEP; skip > 0; skip--) {
                character(in);
            }
            while (into.hasRemaining()) {
                into.put((byte) character(in));
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Latin1 o && utf8.equals(o.utf8);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(marks);
        }

        @Override
        public String toString() {
            return "bytes of " + size;
        }

        @Override
        public void close() {}
    }
}
