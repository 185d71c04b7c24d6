package org.semblance.cuda;

import org.semblance.backend.BackendException;

/** There is not enough device memory; what was asked for was not made, and smaller requests still work. */
final class OutOfMemory extends BackendException {
    private static final long serialVersionUID = 1;

    OutOfMemory(String message) {
        super(message);
    }
}
