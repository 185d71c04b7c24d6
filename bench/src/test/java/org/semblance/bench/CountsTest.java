package org.semblance.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.semblance.json.Json;

/**
 * What the hot path costs in allocations, native calls, primitives and bytes, exactly. A change that is meant is
 * recorded by {@code ./mvnw -pl bench -am test -Dtest=CountsTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dsemblance.test.args=-Dsemblance.counts.update=true}; the difference of {@code counts.json} then shows what it cost.
 */
class CountsTest {
    private static final Path BASELINE = Path.of("src/test/resources/org/semblance/bench/counts.json");

    private static Map<String, CountedWork.Counts> counts = Map.of();

    @BeforeAll
    static void measure() throws IOException {
        counts = CountedWork.all();
        if (Boolean.getBoolean("semblance.counts.update")) {
            Files.writeString(BASELINE, json(counts));
        }
    }

    @Test
    void equalTheBaseline() throws IOException {
        assertThat(json(counts))
                .as("counts differ from %s; the class comment tells how to record a change that is meant", BASELINE)
                .isEqualTo(Files.readString(BASELINE));
    }

    @Test
    void steadyStateMakesNoPrimitives() {
        assertThat(counts)
                .allSatisfy((name, c) -> assertThat(c.primitivesCreated()).isZero());
    }

    @Test
    void nothingIsLeftBehind() {
        assertThat(counts).allSatisfy((name, c) -> assertThat(c.leftBytes()).isZero());
    }

    @Test
    void repeatExactly() throws IOException {
        assertThat(CountedWork.all()).isEqualTo(counts);
    }

    private static String json(Map<String, CountedWork.Counts> counts) {
        Map<String, Object> all = new LinkedHashMap<>();
        counts.forEach((name, c) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("allocations", c.allocations());
            one.put("nativeCalls", c.nativeCalls());
            one.put("primitivesCreated", c.primitivesCreated());
            one.put("peakBytes", c.peakBytes());
            one.put("leftBytes", c.leftBytes());
            all.put(name, one);
        });
        return Json.of(all).pretty();
    }
}
