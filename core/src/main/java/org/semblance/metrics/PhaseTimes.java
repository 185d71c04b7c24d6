package org.semblance.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Seconds that the phases of some work took; of phases on several threads the sum over them. Thread-safe. */
public final class PhaseTimes {
    private static final double NANO = 1e-9;

    private final Map<String, DoubleAdder> phases = new LinkedHashMap<>();
    private final LongSupplier clock;

    /** Times by the clock of this machine. */
    public PhaseTimes() {
        this(System::nanoTime);
    }

    /** @param clock nanoseconds since any moment */
    PhaseTimes(LongSupplier clock) {
        this.clock = clock;
    }

    /** The result of work whose time counts as that of a phase. */
    public <T> T of(String phase, Supplier<T> work) {
        DoubleAdder seconds = adder(phase);
        long start = clock.getAsLong();
        T result = work.get();
        seconds.add((clock.getAsLong() - start) * NANO);
        return result;
    }

    private synchronized DoubleAdder adder(String phase) {
        return phases.computeIfAbsent(phase, p -> new DoubleAdder());
    }

    /** Seconds by phase, in the order in which they were first begun. */
    public synchronized Map<String, Object> seconds() {
        Map<String, Object> all = new LinkedHashMap<>();
        phases.forEach((phase, seconds) -> all.put(phase, seconds.sum()));
        return all;
    }
}
