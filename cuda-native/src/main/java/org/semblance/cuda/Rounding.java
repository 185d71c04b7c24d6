package org.semblance.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Precision;

/** What this thread's work may round float32 numbers to, and which piece of such work it is. */
final class Rounding {
    private static final ThreadLocal<Rounding> ALLOWED = ThreadLocal.withInitial(() -> new Rounding(Precision.FLOAT32));

    private final Precision precision;
    private final List<DeviceMemory> formed = new ArrayList<>();

    private Rounding(Precision precision) {
        this.precision = precision;
    }

    /** @param end what is done with the forms that the work has kept; if it fails they are given back */
    static <T extends @Nullable Object> T in(Precision precision, Supplier<T> work, Consumer<List<DeviceMemory>> end) {
        Rounding before = ALLOWED.get();
        Rounding inner = new Rounding(precision);
        ALLOWED.set(inner);
        try {
            T result = work.get();
            end.accept(inner.formed);
            return result;
        } finally {
            ALLOWED.set(before);
            inner.formed.forEach(DeviceMemory::drop);
        }
    }

    /** Notes memory that keeps a form as long as this work lasts. */
    void formed(DeviceMemory memory) {
        formed.add(memory);
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
