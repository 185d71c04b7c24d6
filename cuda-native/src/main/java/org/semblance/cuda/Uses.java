package org.semblance.cuda;

import java.util.HashMap;
import java.util.Map;

/**
 * Which timeline last wrote something and which have read it since. Whoever uses it next is put behind those it must
 * not overtake: a reader behind the writer, a writer behind all.
 */
final class Uses {
    private final Map<Timeline, Long> readers = new HashMap<>(2);
    private Timeline writer;
    private long written;
    private long used;
    private boolean freed;

    /** What the maker has just made. */
    Uses(Timeline maker) {
        writer = maker;
        written = maker.position();
        used = written;
    }

    /** Notes that the work which this timeline queues next only reads. */
    void read(Timeline reader) {
        requireHeld();
        if (reader == writer) {
            used = reader.position();
        } else {
            reader.waitFor(writer, written);
            readers.put(reader, reader.position());
        }
    }

    /** Notes that the work which this timeline queues next writes. */
    void write(Timeline next) {
        requireHeld();
        next.waitFor(writer, used);
        readers.forEach(next::waitFor);
        readers.clear();
        writer = next;
        written = next.position();
        used = written;
    }

    /** Notes that the work which this timeline queues next frees it; nothing may use it after that. */
    void free(Timeline next) {
        write(next);
        freed = true;
    }

    private void requireHeld() {
        if (freed) {
            throw new IllegalStateException("cuda: memory was used after it was freed");
        }
    }
}
