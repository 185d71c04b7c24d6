package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams as sets of what is known to be done when their next operation runs. */
class LanesTest {
    /** Numbers of the operations that each lane is behind, its own among them. */
    private static final class Known implements Lanes.Marks {
        private final List<Set<Integer>> behind = new ArrayList<>();

        Known(int lanes) {
            for (int i = 0; i < lanes; i++) {
                behind.add(new HashSet<>());
            }
        }

        @Override
        public Object mark(int lane) {
            return Set.copyOf(behind.get(lane));
        }

        @Override
        public void follow(int lane, Object mark) {
            ((Set<?>) mark).forEach(number -> behind.get(lane).add((Integer) number));
        }
    }

    /** Operation number n that reads and writes these, on its lane; what it is behind. */
    private static Set<Integer> run(Lanes lanes, Known known, int n, List<Integer> reads, List<Integer> writes) {
        lanes.begin();
        reads.forEach(key -> lanes.reads(key, 1000));
        writes.forEach(key -> lanes.writes(key, 1000));
        int lane = lanes.lane();
        Set<Integer> before = Set.copyOf(known.behind.get(lane));
        known.behind.get(lane).add(n);
        lanes.end();
        return before;
    }

    private static List<Integer> some(Random random, int count, int keys) {
        List<Integer> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(random.nextInt(keys));
        }
        return some;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 7})
    void everyOperationIsBehindThoseItConflictsWith(int count) {
        Random random = new Random(count);
        for (int program = 0; program < 50; program++) {
            Known known = new Known(count);
            Lanes lanes = new Lanes(count, known);
            lanes.fork();
            Map<Integer, Integer> writers = new TreeMap<>();
            Map<Integer, Set<Integer>> readers = new TreeMap<>();
            for (int n = 0; n < 200; n++) {
                List<Integer> reads = some(random, random.nextInt(4), 12);
                List<Integer> writes = some(random, random.nextInt(3), 12);
                Set<Integer> needed = new HashSet<>();
                reads.forEach(key -> needed.add(writers.getOrDefault(key, -1)));
                for (int key : writes) {
                    needed.add(writers.getOrDefault(key, -1));
                    needed.addAll(readers.getOrDefault(key, Set.of()));
                }
                needed.remove(-1);
                assertThat(run(lanes, known, n, reads, writes)).containsAll(needed);
                int number = n;
                reads.forEach(key ->
                        readers.computeIfAbsent(key, k -> new HashSet<>()).add(number));
                for (int key : writes) {
                    writers.put(key, n);
                    readers.remove(key);
                }
            }
            lanes.join();
            assertThat(known.behind.get(0)).hasSize(200);
        }
    }

    @Test
    void chainsThatShareNothingGoSideBySide() {
        Known known = new Known(3);
        Lanes lanes = new Lanes(3, known);
        for (int n = 0; n < 30; n++) {
            run(lanes, known, n, List.of(n / 10), List.of(n / 10));
        }
        assertThat(known.behind).allSatisfy(lane -> assertThat(lane).hasSize(10));
    }

    @Test
    void aBlockIsPastOnceNoLaneCanBeHeldUpByIt() {
        Known known = new Known(2);
        Lanes lanes = new Lanes(2, known);
        run(lanes, known, 0, List.of(), List.of(1));
        assertThat(lanes.isPast(1)).isFalse();
        assertThat(lanes.isPast(2)).isTrue();
        run(lanes, known, 1, List.of(), List.of(2));
        assertThat(lanes.isPast(1)).isTrue();
    }

    @Test
    void workOnEachLaneSeesThatLane() {
        Lanes lanes = new Lanes(3, new Known(3));
        List<Integer> seen = new ArrayList<>();
        lanes.onEach(() -> seen.add(lanes.lane()));
        assertThat(seen).containsExactly(0, 1, 2);
        assertThat(lanes.isBusy()).isFalse();
    }
}
