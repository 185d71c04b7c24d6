package org.semblance.cuda;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is done at the end of a block, however that is left. */
@FunctionalInterface
interface Ending extends AutoCloseable {
    @Override
    void close();

    /**
     * Takes all out of a collection and ends each, also where others fail; then throws the first failure, with those
     * after it suppressed.
     */
    static <T> void each(Collection<T> things, Consumer<? super T> end) {
        List<T> all = new ArrayList<>(things);
        things.clear();
        Throwable first = null;
        for (T thing : all) {
            try {
                end.accept(thing);
            } catch (RuntimeException | Error e) {
                first = joined(first, e);
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
    }

    private static Throwable joined(@Nullable Throwable first, Throwable next) {
        if (first == null) {
            return next;
        }
        if (first != next) {
            first.addSuppressed(next);
        }
        return first;
    }
}
