package org.semblance.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Memory;
import org.semblance.backend.Precision;
import org.semblance.tensor.Closing;

/** What this thread's work may round float32 numbers to, and which piece of such work it is. */
final class Rounding {
    private static final ThreadLocal<Rounding> ALLOWED = ThreadLocal.withInitial(() -> new Rounding(Precision.FLOAT32));

    private final Precision precision;
    private final List<DeviceMemory> formed = new ArrayList<>();
    private final List<Memory> aside = new ArrayList<>();

    private Rounding(Precision precision) {
        this.precision = precision;
    }

    /** What is done when work has ended that has forms. */
    @FunctionalInterface
    interface End {
        /** @param whole whether the work was done to its end; if not, its forms only go */
        void of(Rounding work, boolean whole);
    }

    /** Does work that may round, and then what is to be done with its forms, also if it fails. */
    static <T extends @Nullable Object> T in(Precision precision, Supplier<T> work, End end) {
        Rounding before = ALLOWED.get();
        Rounding inner = new Rounding(precision);
        ALLOWED.set(inner);
        try {
            T result = work.get();
            inner.end(end, true);
            return result;
        } catch (RuntimeException | Error e) {
            inner.endAfter(e, end);
            throw e;
        } finally {
            ALLOWED.set(before);
        }
    }

    private void end(End end, boolean whole) {
        if (!formed.isEmpty() || !aside.isEmpty()) {
            end.of(this, whole);
        }
    }

    private void endAfter(Throwable failure, End end) {
        try {
            end(end, false);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Notes memory that keeps a form as long as this work lasts. */
    void formed(DeviceMemory memory) {
        formed.add(memory);
    }

    /** Notes a form that nothing keeps; it goes when this work ends. */
    void aside(Memory form) {
        aside.add(form);
    }

    /** Memory that keeps forms of this work, or has kept some. */
    List<DeviceMemory> formed() {
        return formed;
    }

    /** Gives the forms back that are still there; the driver's lock is held. */
    void drop() {
        Closing.all(() -> Ending.each(formed, memory -> memory.drop(this)), () -> Ending.each(aside, Memory::release));
    }

    /** The innermost piece of work of this thread. */
    static Rounding current() {
        return ALLOWED.get();
    }

    /** Whether anything may be rounded at all. */
    static boolean isAllowed() {
        return current().precision != Precision.FLOAT32;
    }
}
