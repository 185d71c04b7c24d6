package org.semblance.metrics;

import java.io.IOException;

/** Where pairs come from. Pair number n is always the same. */
public interface PairSource {
    /** How many there are. */
    int count();

    /** What they are, with everything that determines them. */
    String description();

    /** Consecutive pairs. */
    Pairs draw(int first, int count) throws IOException;
}
