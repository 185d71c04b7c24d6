package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Things that end together; none of it needs a device. */
class EndingTest {
    private final List<String> ended = new ArrayList<>();

    @Test
    void eachHasItsTurnThoughOthersFail() {
        List<String> things = new ArrayList<>(List.of("a", "failing b", "c", "failing d", "e"));
        Throwable failure = catchThrowable(() -> Ending.each(things, this::end));
        assertThat(ended).containsExactly("a", "c", "e");
        assertThat(things).isEmpty();
        assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessage("failing b");
        assertThat(failure.getSuppressed()).singleElement().satisfies(next -> assertThat(next)
                .hasMessage("failing d"));
    }

    @Test
    void aBlockHearsOfBothItsFailures() {
        Throwable failure = catchThrowable(() -> {
            try (Ending ending = () -> end("failing end")) {
                end("failing block");
            }
        });
        assertThat(failure).hasMessage("failing block");
        assertThat(failure.getSuppressed()).singleElement().satisfies(next -> assertThat(next)
                .hasMessage("failing end"));
    }

    private void end(String thing) {
        if (thing.startsWith("failing")) {
            throw new IllegalStateException(thing);
        }
        ended.add(thing);
    }
}
