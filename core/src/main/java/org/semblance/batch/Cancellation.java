package org.semblance.batch;

/**
 * Asks runs to end early. What is being computed is still finished and written; nothing is left half done. One object
 * may serve several runs, from any thread.
 */
public final class Cancellation {
    private volatile boolean cancelled;

    /** Asks; asking again changes nothing. */
    public void cancel() {
        cancelled = true;
    }

    /** Whether somebody asked. */
    public boolean isCancelled() {
        return cancelled;
    }
}
