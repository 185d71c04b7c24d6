package org.semblance.batch;

/**
 * Hears how a run goes on. Called by threads of the engine, one at a time, so that it must be quick; what it throws
 * ends the run.
 */
@FunctionalInterface
public interface BatchListener {
    /** After every item, and once at the end. */
    void progress(BatchProgress progress);

    /** After a failed item, before its progress. */
    default void failed(BatchFailure failure) {}
}
