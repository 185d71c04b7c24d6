package org.semblance.backend;

/**
 * Records work on a device, so that it is done again by one call. What it recorded works until the recorder is closed,
 * one piece at a time, with the same results bit for bit as the work itself. For one thread.
 */
@FunctionalInterface
public interface Recorder extends AutoCloseable {
    /**
     * Work as something to repeat; nothing is computed yet.
     *
     * @param work queues the same operations every time, on arrays that outlive the recorder and on those that it makes
     *     and frees itself; it waits for nothing and reads nothing from the device. What it uploads is a constant. It
     *     has been done once before, on this thread and with these shapes.
     * @return does the work; before the recorder is closed
     */
    Runnable record(Runnable work);

    @Override
    default void close() {}
}
