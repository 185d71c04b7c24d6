package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;
import org.bytedeco.javacpp.Pointer;
import org.semblance.backend.BackendException;

/**
 * Hands out aligned off-heap blocks and keeps freed ones for the next request of their size class, because fresh memory
 * costs a page fault every four KiB. What is kept unused is bounded; above the bound the largest blocks go first.
 */
final class HostPool {
    private static final long ALIGN = 64;
    private static final long MAX_BLOCK = Integer.MAX_VALUE - 2 * ALIGN;

    private final long maxIdle;
    private final Heap heap;
    private final TreeMap<Long, Deque<Block>> idle = new TreeMap<>();
    private long idleBytes;
    private long live;
    private long peak;
    private long allocations;

    HostPool(long maxIdle) {
        this(maxIdle, new Heap());
    }

    HostPool(long maxIdle, Heap heap) {
        this.maxIdle = maxIdle;
        this.heap = heap;
    }

    /** What memory comes from and goes back to. */
    static class Heap {
        /** A null pointer or an error where there is none. */
        Pointer malloc(long bytes) {
            return Pointer.malloc(bytes);
        }

        void free(Pointer block) {
            Pointer.free(block);
        }
    }

    /** A block of memory; {@code size} is that of its class, {@code base} what the system gave. */
    record Block(Pointer base, long address, long size, FloatBuffer floats) {
        static Block fresh(Heap heap, long size) {
            Pointer base = heap.malloc(size + ALIGN);
            if (base == null || base.isNull()) {
                throw new OutOfMemoryError();
            }
            long address = (base.address() + ALIGN - 1) / ALIGN * ALIGN;
            return new Block(base, address, size, HostMemory.bufferOver(new Address(address), size));
        }
    }

    synchronized HostMemory allocate(long bytes) {
        if (bytes > MAX_BLOCK) {
            throw new BackendException(
                    "cpu: one array may take up to 2 GiB, got " + bytes + " bytes; use smaller batches");
        }
        Block block = take(sizeClass(bytes));
        allocations++;
        live += bytes;
        peak = Math.max(peak, live);
        return new HostMemory(this, block, bytes);
    }

    private Block take(long size) {
        Deque<Block> ready = idle.get(size);
        if (ready != null && !ready.isEmpty()) {
            idleBytes -= size;
            return ready.pop();
        }
        try {
            return Block.fresh(heap, size);
        } catch (OutOfMemoryError e) {
            trim(0);
            return retry(size);
        }
    }

    private Block retry(long size) {
        try {
            return Block.fresh(heap, size);
        } catch (OutOfMemoryError e) {
            throw new BackendException("cpu: malloc of " + size + " bytes failed with " + live + " bytes live", e);
        }
    }

    synchronized void giveBack(Block block, long bytes) {
        live -= bytes;
        idleBytes += block.size();
        idle.computeIfAbsent(block.size(), s -> new ArrayDeque<>()).push(block);
        if (idleBytes > maxIdle) {
            trim(maxIdle);
        }
    }

    /** Frees idle blocks, largest first, until no more than this many bytes are idle. */
    private void trim(long bound) {
        while (idleBytes > bound) {
            var largest = idle.lastEntry();
            Block block = largest.getValue().pollLast();
            if (block == null) {
                idle.remove(largest.getKey());
            } else {
                idleBytes -= block.size();
                heap.free(block.base());
            }
        }
    }

    /** Rounds up to an eighth of a power of two, so that at most an eighth of a block is wasted. */
    private static long sizeClass(long bytes) {
        long size = Math.max(bytes, 256);
        long step = Math.max(256, Long.highestOneBit(size) / 8);
        return (size + step - 1) / step * step;
    }

    synchronized long live() {
        return live;
    }

    synchronized long peak() {
        return peak;
    }

    synchronized long allocations() {
        return allocations;
    }

    synchronized void resetPeak() {
        peak = live;
    }
}
