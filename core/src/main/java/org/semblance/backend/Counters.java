package org.semblance.backend;

/**
 * Exact counts of what a backend has done; differences of two readings guard the hot path in tests.
 *
 * @param liveBytes bytes held by arrays, and by scratch of work that goes on or is recorded, now
 * @param peakBytes most bytes held at once since the last {@link Backend#resetPeak}
 * @param allocations arrays made so far
 * @param nativeCalls native computations started so far
 * @param primitivesCreated native plans or primitives built so far, that is, misses of the cache
 */
public record Counters(long liveBytes, long peakBytes, long allocations, long nativeCalls, long primitivesCreated) {

    /** What happened since an earlier reading; live and peak bytes are this reading's. */
    public Counters since(Counters earlier) {
        return new Counters(
                liveBytes,
                peakBytes,
                allocations - earlier.allocations,
                nativeCalls - earlier.nativeCalls,
                primitivesCreated - earlier.primitivesCreated);
    }
}
