package org.semblance.cuda;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What recorded work reads and writes of memory that others use too. While it is noted nothing waits, since a wait for
 * work outside the recording would become a part of it; whoever does the work then waits for all of it at once.
 */
final class Footprint {
    private final Set<Uses> reads = new LinkedHashSet<>();
    private final Set<Uses> writes = new LinkedHashSet<>();

    void reads(Uses uses) {
        reads.add(uses);
    }

    void writes(Uses uses) {
        writes.add(uses);
    }

    /**
     * Puts what this timeline queues next, which is all of the work, behind whatever it must not overtake.
     *
     * @throws IllegalStateException if some of the memory was freed since
     */
    void next(Timeline timeline) {
        reads.forEach(uses -> uses.read(timeline));
        writes.forEach(uses -> uses.write(timeline));
    }
}
