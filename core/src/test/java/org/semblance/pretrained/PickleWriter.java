package org.semblance.pretrained;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles of protocol 3, opcode by opcode. */
final class PickleWriter {
    private final OutputStream out;

    PickleWriter(OutputStream out) {
        this.out = out;
    }

    PickleWriter op(int... codes) throws IOException {
        for (int code : codes) {
            out.write(code);
        }
        return this;
    }

    PickleWriter start(int protocol) throws IOException {
        return op(0x80, protocol);
    }

    void stop() throws IOException {
        op('.');
    }

    PickleWriter text(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        op('X').int32(bytes.length);
        out.write(bytes);
        return this;
    }

    PickleWriter number(long value) throws IOException {
        return op('J').int32((int) value);
    }

    PickleWriter global(String module, String name) throws IOException {
        op('c');
        out.write((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** A tuple of numbers. */
    PickleWriter tuple(long... values) throws IOException {
        op('(');
        for (long value : values) {
            number(value);
        }
        return op('t');
    }

    PickleWriter orderedDict() throws IOException {
        return global("collections", "OrderedDict").op(')', 'R');
    }

    /** The opcode of bytes and their number; they follow. */
    PickleWriter bytesOf(long length) throws IOException {
        return op('B').int32((int) length);
    }

    PickleWriter int32(int value) throws IOException {
        out.write(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    PickleWriter int64(long value) throws IOException {
        out.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
        return this;
    }

    PickleWriter floats(float[] values) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i += piece.capacity() / 4) {
            piece.clear();
            for (int k = i; k < Math.min(values.length, i + piece.capacity() / 4); k++) {
                piece.putFloat(values[k]);
            }
            out.write(piece.array(), 0, piece.position());
        }
        return this;
    }
}
