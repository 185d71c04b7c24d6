package org.semblance.backend;

/** A native library refused or failed: the message names the library, the function, its code and its text. */
public class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message library, function, code and text of the failure */
    public BackendException(String message) {
        super(message);
    }

    /** As above, with what it came from. */
    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
