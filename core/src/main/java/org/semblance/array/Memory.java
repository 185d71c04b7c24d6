package org.semblance.array;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A block of device memory with a count of its holders. A backend subclasses it; arrays that are views of each other
 * share one block, and the block returns to its backend when the last holder lets go.
 */
public abstract class Memory {
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Address of the first byte in the address space of the device. */
    public abstract long address();

    /** Usable size in bytes. */
    public abstract long bytes();

    /** Gives the block back to its backend; called once, by the last {@link #release}. */
    protected abstract void free();

    /** Adds a holder. @throws IllegalStateException if the block was already given back */
    public final Memory retain() {
        if (holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
            throw new IllegalStateException("memory: block of " + bytes() + " bytes was retained after it was freed");
        }
        return this;
    }

    /** Drops a holder; the last one frees. @throws IllegalStateException if there is none left to drop */
    public final void release() {
        int before = holders.getAndUpdate(n -> n == 0 ? 0 : n - 1);
        if (before == 0) {
            throw new IllegalStateException("memory: block of " + bytes() + " bytes was released twice");
        }
        if (before == 1) {
            free();
        }
    }
}
