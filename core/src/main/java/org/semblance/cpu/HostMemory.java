package org.semblance.cpu;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Memory;
import org.semblance.array.NdArray;

/**
 * A block of off-heap memory, 64-byte aligned, read and written by Java through a buffer that is bounds-checked against
 * the block, which may be up to an eighth larger than what was asked for.
 */
final class HostMemory extends Memory {
    private final HostPool pool;
    private final HostPool.Block block;
    private final long bytes;
    private final FloatBuffer floats;
    private volatile boolean sealed;
    private @Nullable Map<Object, HostMemory> derived;

    HostMemory(HostPool pool, HostPool.Block block, long bytes) {
        this.pool = pool;
        this.block = block;
        this.bytes = bytes;
        this.floats = block.floats();
    }

    /** The elements of an array of this backend. */
    static FloatBuffer floats(NdArray x) {
        return of(x).floats;
    }

    static HostMemory of(NdArray x) {
        return (HostMemory) x.memory();
    }

    FloatBuffer floats() {
        return floats;
    }

    @Override
    public long address() {
        return block.address();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    /** Promises that the contents will not change, so that forms derived from them may be kept. */
    void seal() {
        sealed = true;
    }

    /** Forgets derived forms, after a write. */
    synchronized void unseal() {
        sealed = false;
        dropDerived();
    }

    boolean isSealed() {
        return sealed;
    }

    /** A form of sealed contents, made once and freed with this block. */
    synchronized HostMemory derived(Object key, Function<Object, HostMemory> make) {
        if (derived == null) {
            derived = new ConcurrentHashMap<>();
        }
        return derived.computeIfAbsent(key, make);
    }

    private void dropDerived() {
        if (derived != null) {
            derived.values().forEach(Memory::release);
            derived = null;
        }
    }

    @Override
    protected synchronized void free() {
        dropDerived();
        pool.giveBack(block, bytes);
    }

    /** Native memory with a buffer over it. */
    static FloatBuffer bufferOver(Pointer memory, long size) {
        memory.capacity(size);
        return memory.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
}
