package org.semblance.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** None of it needs a tensor. */
class ClosingTest {
    private final List<String> closed = new ArrayList<>();

    private AutoCloseable part(String name) {
        return () -> closed.add(name);
    }

    private static AutoCloseable failing(Exception failure) {
        return () -> {
            throw failure;
        };
    }

    @Test
    void eachIsClosedThoughOthersFail() {
        RuntimeException first = new IllegalStateException("first");
        RuntimeException second = new IllegalStateException("second");
        Throwable failure = catchThrowable(() ->
                Closing.all(part("a"), failing(first), null, part("b"), failing(second), failing(first), part("c")));
        assertThat(closed).containsExactly("a", "b", "c");
        assertThat(failure).isSameAs(first);
        assertThat(failure.getSuppressed()).containsExactly(second);
    }

    @Test
    void errorsStayErrorsAndCheckedExceptionsAreCauses() {
        AssertionError error = new AssertionError("error");
        AutoCloseable broken = () -> {
            throw error;
        };
        assertThat(catchThrowable(() -> Closing.all(broken, part("a")))).isSameAs(error);
        IOException checked = new IOException("disk");
        assertThat(catchThrowable(() -> Closing.all(failing(checked), part("b"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("closing: disk")
                .hasCause(checked);
        assertThat(closed).containsExactly("a", "b");
    }

    @Test
    void aPartIsClosedUnlessTheRestIsMade() {
        AutoCloseable part = part("a");
        String rest = Closing.unlessMade(part, made -> "rest");
        assertThat(rest).isEqualTo("rest");
        assertThat(closed).isEmpty();
        RuntimeException failure = new IllegalStateException("rest");
        RuntimeException closing = new IllegalStateException("part");
        assertThat(catchThrowable(() -> Closing.unlessMade(failing(closing), made -> {
                    throw failure;
                })))
                .isSameAs(failure);
        assertThat(failure.getSuppressed()).containsExactly(closing);
    }
}
