package org.semblance.weights.pickle;

/** Python's {@code None}. */
public enum Null {
    NONE
}
