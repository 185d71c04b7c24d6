package org.semblance.bench.peers;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The part of Python's pickle protocol 2 that a TorchScript archive uses to describe a module of float tensors. */
final class ScriptPickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ScriptPickle() {
        bytes(0x80, 2);
    }

    ScriptPickle global(String module, String name) {
        return bytes('c').ascii(module).bytes('\n').ascii(name).bytes('\n');
    }

    ScriptPickle text(String s) {
        return bytes('X').int32(s.length()).ascii(s);
    }

    ScriptPickle integer(long v) {
        return bytes('J').int32(Math.toIntExact(v));
    }

    ScriptPickle bool(boolean v) {
        return bytes(v ? 0x88 : 0x89);
    }

    ScriptPickle integers(long... values) {
        mark();
        for (long v : values) {
            integer(v);
        }
        return tuple();
    }

    /** A float tensor over all of the storage of this key. */
    ScriptPickle tensor(String key, long count, long[] extents, long[] strides) {
        global("torch._utils", "_rebuild_tensor_v2").mark();
        mark().text("storage")
                .global("torch", "FloatStorage")
                .text(key)
                .text("cpu")
                .integer(count)
                .tuple();
        bytes('Q').integer(0).integers(extents).integers(strides).bool(false);
        global("collections", "OrderedDict").emptyTuple().reduce();
        return tuple().reduce();
    }

    ScriptPickle mark() {
        return bytes('(');
    }

    ScriptPickle tuple() {
        return bytes('t');
    }

    ScriptPickle emptyTuple() {
        return bytes(')');
    }

    ScriptPickle emptyDict() {
        return bytes('}');
    }

    ScriptPickle reduce() {
        return bytes('R');
    }

    ScriptPickle newObject() {
        return bytes(0x81);
    }

    ScriptPickle setItems() {
        return bytes('u');
    }

    ScriptPickle build() {
        return bytes('b');
    }

    byte[] stop() {
        bytes('.');
        return out.toByteArray();
    }

    private ScriptPickle int32(int v) {
        out.writeBytes(
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(v).array());
        return this;
    }

    private ScriptPickle ascii(String s) {
        out.writeBytes(s.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    private ScriptPickle bytes(int... values) {
        for (int v : values) {
            out.write(v);
        }
        return this;
    }
}
