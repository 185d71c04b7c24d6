package org.semblance.verify;

/** Says that a case asks for something this library does not have. */
public final class SkippedCase extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the reason. */
    public SkippedCase(String reason) {
        super(reason);
    }
}
