package org.semblance.bench.gpu;

import java.util.Locale;

/** Training steps that are ready to be timed, as often as one likes. */
interface TimedSteps extends AutoCloseable {
    /** Times steps for about so many seconds. */
    Figure measure(double seconds) throws Exception;

    /**
     * What was measured.
     *
     * @param millis of a step
     * @param more what else there is to say
     */
    record Figure(double millis, String more) {
        /** In words, for a row of this batch. */
        String text(int batch) {
            return String.format(Locale.ROOT, "%.2f ms, %.2f images/s; %s", millis, 1000 * batch / millis, more);
        }
    }
}
