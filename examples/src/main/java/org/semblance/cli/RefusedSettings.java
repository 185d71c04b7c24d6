package org.semblance.cli;

import java.io.IOException;

/** Settings that cannot be, whatever files there are: wrong usage, unlike what is wrong with a file. */
final class RefusedSettings extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    RefusedSettings(String message) {
        super(message);
    }

    /** How settings are made of options. */
    interface Making<T> {
        T make() throws IOException;
    }

    /** What is made of options alone; what it is refused for is wrong with them. */
    static <T> T of(Making<T> making) throws IOException {
        try {
            return making.make();
        } catch (IllegalArgumentException e) {
            throw (RefusedSettings) new RefusedSettings(String.valueOf(e.getMessage())).initCause(e);
        }
    }
}
