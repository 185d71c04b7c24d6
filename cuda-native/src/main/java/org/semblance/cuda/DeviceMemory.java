package org.semblance.cuda;

import org.jspecify.annotations.Nullable;
import org.semblance.array.Memory;

/**
 * Device memory by JCuda's pointer, and a form in 16 bits of the image that it holds. A form ends when the memory is
 * written or given back; it can be all there is of an image. All but giving back is done with the driver's lock held.
 */
abstract class DeviceMemory extends Memory {
    private final DevicePointer pointer;
    private final long bytes;
    private boolean constant;
    private boolean written;
    private boolean stale;
    private @Nullable HalfForm half;

    DeviceMemory(DevicePointer pointer, long bytes) {
        this.pointer = pointer;
        this.bytes = bytes;
    }

    final DevicePointer pointer() {
        return pointer;
    }

    @Override
    public final long address() {
        return pointer.address();
    }

    @Override
    public final long bytes() {
        return bytes;
    }

    /** The kept form, or null. */
    final @Nullable HalfForm half() {
        return half;
    }

    /** Whether a form is kept that serves any work, and stays as long as the memory does. */
    final boolean hasLasting() {
        return half != null && half.work() == null;
    }

    /** Whether the form is all there is: the memory itself holds something else. */
    final boolean isStale() {
        return stale;
    }

    /** Whether nothing was written yet. */
    final boolean isBlank() {
        return !written;
    }

    /** Whether the contents stay as they are. */
    final boolean isConstant() {
        return constant;
    }

    final void seal() {
        constant = true;
    }

    /** Keeps a form in place of another. */
    final void keep(HalfForm form) {
        drop();
        half = form;
    }

    /** Notes that the form is all there is. */
    final void standsIn() {
        stale = true;
        written = true;
    }

    /** Notes that the memory holds what the form holds. */
    final void settled() {
        stale = false;
        written = true;
    }

    /** Notes that something is written. */
    final void overwritten() {
        drop();
        written = true;
    }

    /** Gives the form back if it is of this piece of work. */
    final void drop(Rounding work) {
        if (half != null && half.work() == work) {
            drop();
        }
    }

    /** Gives the form back. */
    final void drop() {
        HalfForm known = half;
        half = null;
        stale = false;
        if (known != null) {
            known.memory().release();
        }
    }
}
