package org.semblance.cuda;

/** What plans have done so far; counted with the backend's lock held. */
final class Tally {
    private long calls;
    private long created;

    /** Notes a native call. */
    void call() {
        calls++;
    }

    /** Notes something that was made ready and kept. */
    void made() {
        created++;
    }

    long calls() {
        return calls;
    }

    long created() {
        return created;
    }
}
