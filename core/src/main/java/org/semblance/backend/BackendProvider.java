package org.semblance.backend;

/** Finds out whether a backend can run here and opens it; registered for {@link java.util.ServiceLoader}. */
public interface BackendProvider {
    /** Short name, {@code cpu} or {@code cuda}. */
    String name();

    /** Higher is tried first by {@link Device#best}. */
    int preference();

    /**
     * The backend for one device of this kind; the same object for the same index.
     *
     * @throws UnsupportedOperationException with every reason why it cannot run here
     */
    Backend open(int index);
}
