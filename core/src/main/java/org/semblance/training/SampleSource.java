package org.semblance.training;

import java.io.IOException;
import java.util.Optional;

/**
 * Where training samples come from. Sample number n is the same whenever it is asked for, so a position is all there is
 * to save and to restore. {@link #draw} is called from one background thread at a time.
 */
public interface SampleSource extends AutoCloseable {
    /**
     * Consecutive samples.
     *
     * @param first number of the first, at least 0 and without end: a finite source shuffles anew for every pass
     * @param count how many, at least 1
     * @throws IOException if a file cannot be read
     */
    Samples draw(long first, int count) throws IOException;

    /**
     * The finitely many pictures that this shows again and again, whose numbers {@link #draw} gives; none by default.
     */
    default Optional<PictureSet> pictures() {
        return Optional.empty();
    }

    /** Whether the style code is known, or made, that each of its pictures comes from; not, by default. */
    default boolean hasCodes() {
        return false;
    }

    /** What this is in words, with everything that determines its samples: checked when a run is resumed. */
    String description();

    @Override
    void close() throws IOException;
}
