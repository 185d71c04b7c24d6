package org.semblance.batch;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a run is.
 *
 * @param done items finished by this run
 * @param failed items that failed
 * @param skipped items that an earlier run had finished
 * @param total all items, if that is known
 * @param elapsed since the start
 */
public record BatchProgress(long done, long failed, long skipped, OptionalLong total, Duration elapsed) {
    /** Items per second, failed ones too, but not those of an earlier run; 0 at first. */
    public double rate() {
        double seconds = elapsed.toNanos() / 1e9;
        return seconds > 0 ? (done + failed) / seconds : 0;
    }

    /** Time until the end at this rate, once one is known. */
    public Optional<Duration> left() {
        if (total.isEmpty() || rate() == 0) {
            return Optional.empty();
        }
        long items = Math.max(0, total.getAsLong() - done - failed - skipped);
        return Optional.of(Duration.ofMillis(Math.round(1000 * items / rate())));
    }
}
