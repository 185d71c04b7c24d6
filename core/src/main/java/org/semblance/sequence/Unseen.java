package org.semblance.sequence;

/** What becomes of a frame in which nobody is seen, so that nothing in it is replaced. */
public enum Unseen {
    /** It stays as it is, with whoever may have been overlooked. */
    KEEP,
    /** It becomes black. */
    BLANK
}
