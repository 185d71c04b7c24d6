package org.semblance.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads little-endian values one after the other, a window of the source at a time. For one thread. */
public final class ByteCursor {
    private static final int WINDOW = 1 << 14;

    private final ByteSource source;
    private final long size;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN);
    private long next;

    /** At the first byte of a source. */
    public ByteCursor(ByteSource source) throws IOException {
        this.source = source;
        size = source.size();
        window.limit(0);
    }

    /** Number of the byte that is read next. */
    public long position() {
        return next - window.remaining();
    }

    /** Bytes from here to the end. */
    public long remaining() {
        return size - position();
    }

    /** Goes to a byte. */
    public void seek(long position) throws IOException {
        if (position < 0 || position > size) {
            throw ended(position);
        }
        next = position;
        window.limit(0);
    }

    /** One byte, 0 to 255. */
    public int u8() throws IOException {
        return filled(1).get() & 0xff;
    }

    /** Two bytes, 0 to 65535. */
    public int u16() throws IOException {
        return filled(2).getShort() & 0xffff;
    }

    /** Four bytes with a sign. */
    public int i32() throws IOException {
        return filled(4).getInt();
    }

    /** Four bytes without a sign. */
    public long u32() throws IOException {
        return Integer.toUnsignedLong(i32());
    }

    /** Eight bytes with a sign. */
    public long i64() throws IOException {
        return filled(8).getLong();
    }

    /** Some bytes; the caller has checked that their number is small. */
    public byte[] bytes(int count) throws IOException {
        if (count > remaining()) {
            throw ended(position() + count);
        }
        byte[] bytes = new byte[count];
        source.read(position(), ByteBuffer.wrap(bytes));
        seek(position() + count);
        return bytes;
    }

    /** A part of the source from here on, which is skipped and not read. */
    public ByteSource slice(long length) throws IOException {
        if (length < 0 || length > remaining()) {
            throw ended(position() + length);
        }
        ByteSource slice = source.slice(position(), length);
        seek(position() + length);
        return slice;
    }

    private ByteBuffer filled(int count) throws IOException {
        if (window.remaining() < count) {
            long at = position();
            if (count > size - at) {
                throw ended(at + count);
            }
            int length = (int) Math.min(WINDOW, size - at);
            window.clear().limit(length);
            source.read(at, window);
            window.flip();
            next = at + length;
        }
        return window;
    }

    private EOFException ended(long wanted) {
        return new EOFException("the bytes end at " + size + " where " + wanted + " are needed");
    }
}
