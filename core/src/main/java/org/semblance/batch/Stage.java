package org.semblance.batch;

import java.util.Locale;

/** What an item goes through. */
public enum Stage {
    DECODE,
    COMPUTE,
    ENCODE;

    /** As reports write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
