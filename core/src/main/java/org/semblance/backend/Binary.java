package org.semblance.backend;

/** A function of two elements. */
public enum Binary {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    MAXIMUM,
    MINIMUM,
    /** 1 where a &gt;= b, else 0. */
    AT_LEAST
}
