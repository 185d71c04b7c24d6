package org.semblance.cuda;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Precision;

/** What products and convolutions of this thread may round float32 factors to. */
final class Rounding {
    private static final ThreadLocal<Precision> ALLOWED = ThreadLocal.withInitial(() -> Precision.FLOAT32);

    private Rounding() {}

    static <T extends @Nullable Object> T in(Precision precision, Supplier<T> work) {
        Precision before = ALLOWED.get();
        ALLOWED.set(precision);
        try {
            return work.get();
        } finally {
            ALLOWED.set(before);
        }
    }

    /** Whether factors may be rounded at all. */
    static boolean isAllowed() {
        return ALLOWED.get() != Precision.FLOAT32;
    }
}
