package org.semblance.cuda;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * A bounded set of queues, each thread keeping the one it first got: one that no living thread has, a new one, or, when
 * there are as many as may be, that which the fewest have. Nothing but a thread's end gives its queue back.
 */
final class Queues<Q> {
    private final int limit;
    private final Supplier<Q> maker;
    private final List<Seat<Q>> seats = new ArrayList<>();
    private final ThreadLocal<Q> mine = ThreadLocal.withInitial(this::assign);

    Queues(int limit, Supplier<Q> maker) {
        this.limit = limit;
        this.maker = maker;
    }

    private record Seat<Q>(Q queue, List<WeakReference<Thread>> threads) {
        /** Threads that live; forgets the others. */
        int taken() {
            threads.removeIf(t -> {
                Thread thread = t.get();
                return thread == null || !thread.isAlive();
            });
            return threads.size();
        }
    }

    /** The calling thread's queue. */
    Q mine() {
        return mine.get();
    }

    private synchronized Q assign() {
        Seat<Q> seat = seats.stream()
                .min(Comparator.comparingInt(Seat::taken))
                .filter(s -> seats.size() >= limit || s.taken() == 0)
                .orElseGet(this::added);
        seat.threads().add(new WeakReference<>(Thread.currentThread()));
        return seat.queue();
    }

    private Seat<Q> added() {
        Seat<Q> seat = new Seat<>(maker.get(), new ArrayList<>());
        seats.add(seat);
        return seat;
    }
}
