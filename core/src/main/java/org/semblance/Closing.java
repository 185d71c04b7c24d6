package org.semblance;

import java.util.function.Function;

/** Closes parts of what could not be made, so that nothing leaks. */
final class Closing {
    private Closing() {}

    /** What is made of a part; the part is closed if that fails. */
    static <T extends AutoCloseable, R> R unlessMade(T part, Function<T, R> rest) {
        try {
            return rest.apply(part);
        } catch (RuntimeException | Error e) {
            close(part, e);
            throw e;
        }
    }

    /** Closes a part because of a failure, which hears of one on the way. */
    static void close(AutoCloseable part, Throwable cause) {
        try {
            part.close();
        } catch (Exception e) {
            cause.addSuppressed(e);
        }
    }
}
