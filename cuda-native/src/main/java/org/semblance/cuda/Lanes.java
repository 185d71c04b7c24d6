package org.semblance.cuda;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Streams that recorded work is spread over, so that its graph has branches: each operation goes where it can begin
 * first, by a rough estimate of times, behind the operations whose memory it touches. Which operation that is shows
 * when it names its memory; what it does not name it must not touch.
 */
final class Lanes {
    /** Microseconds of an operation that moves nothing, what going to another lane costs, and bytes moved in one. */
    private static final double LEAST = 3;

    private static final double CROSSING = 1;
    private static final double BYTES = 1.5e6;

    private final List<Lane> lanes = new ArrayList<>();
    private final Map<Object, Access> accesses = new IdentityHashMap<>();
    private final Marks marks;
    private @Nullable Lane current;
    private boolean busy;
    private final Set<Access> read = new LinkedHashSet<>();
    private final Set<Access> written = new LinkedHashSet<>();
    private double ready;
    private double moved;

    /** How one stream is put behind what another has by now. */
    interface Marks {
        /** Notes what stands on a lane. */
        Object mark(int lane);

        /** Puts what comes on a lane behind what was noted. */
        void follow(int lane, Object mark);
    }

    /** A stream, how many operations it has, when by the estimate it is free, and what it is known to be behind. */
    private static final class Lane {
        private final int[] behind;
        private final int place;
        private int count;
        private double free;

        Lane(int place, int lanes) {
            this.place = place;
            behind = new int[lanes];
        }
    }

    /** An operation that is queued: the how manieth of its lane, and when it ends by the estimate. */
    private record Operation(Lane lane, int number, double end, Object done) {}

    /** Who last wrote something, and who has read it since. */
    private static final class Access {
        private @Nullable Operation writer;
        private final List<Operation> readers = new ArrayList<>(4);
    }

    Lanes(int count, Marks marks) {
        this.marks = marks;
        for (int place = 0; place < count; place++) {
            lanes.add(new Lane(place, count));
        }
    }

    /** Does work once for each lane, which is what {@link #lane} then says. */
    void onEach(Runnable work) {
        for (Lane lane : lanes) {
            begin();
            current = lane;
            try {
                work.run();
            } finally {
                busy = false;
            }
        }
    }

    /** Puts the other lanes behind what the first has. */
    void fork() {
        Object start = marks.mark(0);
        for (int place = 1; place < lanes.size(); place++) {
            marks.follow(place, start);
        }
    }

    /** Puts the first lane behind all others. */
    void join() {
        for (int place = 1; place < lanes.size(); place++) {
            marks.follow(0, marks.mark(place));
        }
    }

    /** Whether an operation is being queued. */
    boolean isBusy() {
        return busy;
    }

    /** Begins an operation. */
    void begin() {
        busy = true;
        current = null;
        ready = 0;
        moved = 0;
    }

    /** Ends it. */
    void end() {
        Lane lane = current;
        busy = false;
        if (lane == null) {
            return;
        }
        lane.free = Math.max(lane.free, ready) + LEAST + moved / BYTES;
        lane.count++;
        Operation done = new Operation(lane, lane.count, lane.free, marks.mark(lane.place));
        read.forEach(access -> access.readers.add(done));
        for (Access access : written) {
            access.writer = done;
            access.readers.clear();
        }
        read.clear();
        written.clear();
    }

    /** What the operation is to be queued on. */
    int lane() {
        return chosen(null).place;
    }

    /** Where it can begin first behind another. */
    private Lane chosen(@Nullable Operation behind) {
        Lane known = current;
        if (known != null) {
            return known;
        }
        Lane best = lanes.get(0);
        double least = Double.POSITIVE_INFINITY;
        for (Lane lane : lanes) {
            double begin = Math.max(lane.free, behind == null ? 0 : behind.end)
                    + (behind != null && behind.lane != lane ? CROSSING : 0);
            if (begin < least) {
                least = begin;
                best = lane;
            }
        }
        current = best;
        return best;
    }

    /** Puts the operation behind whatever writes this. */
    void reads(Object memory, long bytes) {
        Access access = access(memory);
        await(access.writer);
        read.add(access);
        moved += bytes;
    }

    /** Puts the operation behind whatever uses this. */
    void writes(Object memory, long bytes) {
        Access access = access(memory);
        await(access.writer);
        access.readers.forEach(this::await);
        written.add(access);
        moved += bytes;
    }

    private Access access(Object memory) {
        return accesses.computeIfAbsent(memory, m -> new Access());
    }

    private void await(@Nullable Operation other) {
        Lane lane = chosen(other);
        if (other == null) {
            return;
        }
        ready = Math.max(ready, other.end);
        if (other.lane != lane && lane.behind[other.lane.place] < other.number) {
            marks.follow(lane.place, other.done);
            lane.behind[other.lane.place] = other.number;
        }
    }

    /** Whether nothing that is queued from now on can be held up by what was last done with this. */
    boolean isPast(Object memory) {
        Access access = accesses.get(memory);
        if (access == null || lanes.size() == 1) {
            return true;
        }
        double last = access.writer == null ? 0 : access.writer.end;
        for (Operation reader : access.readers) {
            last = Math.max(last, reader.end);
        }
        double now = Double.POSITIVE_INFINITY;
        for (Lane lane : lanes) {
            now = Math.min(now, lane.free);
        }
        return last <= now;
    }
}
