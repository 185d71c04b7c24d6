package org.semblance.tensor;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Closes things so that nothing leaks, whatever fails. */
public final class Closing {
    private Closing() {}

    /** What is made of a part; the part is closed if that fails. */
    public static <T extends AutoCloseable, R> R unlessMade(T part, Function<T, R> rest) {
        try {
            return rest.apply(part);
        } catch (RuntimeException | Error e) {
            close(part, e);
            throw e;
        }
    }

    /** Closes a part because of a failure, which hears of one on the way. */
    public static void close(AutoCloseable part, Throwable cause) {
        try {
            part.close();
        } catch (Exception | Error e) {
            if (e != cause) {
                cause.addSuppressed(e);
            }
        }
    }

    /** As {@link #all(Collection)}; those that are null are none. */
    public static void all(@Nullable AutoCloseable... parts) {
        all(Arrays.asList(parts));
    }

    /**
     * Closes each of these in their order, also where others fail; then throws the first failure, with those after it
     * suppressed.
     *
     * @throws IllegalStateException for an exception that is checked
     */
    public static void all(Collection<? extends @Nullable AutoCloseable> parts) {
        Throwable first = null;
        for (AutoCloseable part : parts) {
            if (part == null) {
                continue;
            }
            if (first != null) {
                close(part, first);
                continue;
            }
            try {
                part.close();
            } catch (Exception | Error e) {
                first = e;
            }
        }
        rethrow(first);
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure != null) {
            throw new IllegalStateException("closing: " + failure.getMessage(), failure);
        }
    }
}
