package org.semblance.weights.torch;

import java.io.IOException;

/** How much work the contents of a file may ask for, in bytes, however often they refer to the same ones. */
final class Budget {
    private static final long BASE = 64L << 20;
    private static final int TIMES = 16;

    private final long most;
    private long left;

    Budget(long fileSize) {
        most = fileSize * TIMES + BASE;
        left = most;
    }

    /** Takes some of it. @throws IOException if there is no more */
    void take(long bytes) throws IOException {
        left -= bytes;
        if (left < 0) {
            throw new IOException("torch: tensors of a file must take less than " + most
                    + " bytes to read, got more: they refer to the same bytes again and again");
        }
    }
}
