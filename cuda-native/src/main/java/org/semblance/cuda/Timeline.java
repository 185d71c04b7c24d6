package org.semblance.cuda;

import java.util.HashMap;
import java.util.Map;

/**
 * Work that is done in the order in which it is queued, as on a stream, and how far it stands behind that of others.
 * What is queued is counted; all calls are made with the backend's lock held.
 */
abstract class Timeline {
    private final Map<Timeline, Long> behind = new HashMap<>();
    private long position;

    /** Makes what is queued here from now on wait for all that is queued there so far. */
    protected abstract void follow(Timeline other);

    /** Begins the next piece of work. */
    final void next() {
        position++;
    }

    /** The number of the piece of work that is being queued, or was last. */
    final long position() {
        return position;
    }

    /** Puts what is queued here from now on behind the other's work up to a position, if it is not already. */
    final void waitFor(Timeline other, long upTo) {
        if (other != this && behind.getOrDefault(other, 0L) < upTo) {
            follow(other);
            behind.put(other, other.position);
        }
    }
}
