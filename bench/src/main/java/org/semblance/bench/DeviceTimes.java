package org.semblance.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Reports, beside JMH's host time, the median time that the device took for an invocation, under {@value #LABEL}:
 * {@code -prof org.semblance.bench.DeviceTimes}. It covers the invocation from the start of its queueing to the end of
 * its work, so that it means most with {@code -p until=queued}.
 */
public final class DeviceTimes implements InternalProfiler {
    /** Name of the secondary result. */
    public static final String LABEL = "device";

    private static final List<Double> MILLIS = Collections.synchronizedList(new ArrayList<>());
    private static volatile boolean on;

    static boolean isOn() {
        return on;
    }

    static void add(double millis) {
        MILLIS.add(millis);
    }

    @Override
    public String getDescription() {
        return "Device time of an invocation, by CUDA events";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        MILLIS.clear();
        on = true;
    }

    @Override
    public Collection<ScalarResult> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        on = false;
        return MILLIS.isEmpty()
                ? List.of()
                : List.of(new ScalarResult(
                        LABEL, Spread.of(List.copyOf(MILLIS)).median(), "ms/op", AggregationPolicy.AVG));
    }
}
