package org.semblance.cuda;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Memory;
import org.semblance.array.NdArray;
import org.semblance.backend.Recorder;
import org.semblance.tensor.Closing;

/**
 * Records work as graphs. Its operations are spread over {@link Lanes} that begin and end with the thread's stream.
 * What the work allocates comes from an arena that all of a recorder's graphs share, since one runs at a time and
 * leaves nothing there; freed blocks go to the next request of their size that need not wait for them.
 *
 * <p>The driver's lock is held while work is recorded, and the work is anyone's: so no thread may take the driver's
 * lock while it holds another that such work can want. {@link Staging}'s is held across it, but no recorded upload goes
 * through there, and a download is refused; a planned network of core calls the backend with no lock held.
 */
final class Recording implements Recorder {
    private static final ThreadLocal<@Nullable Recording> CURRENT = new ThreadLocal<>();
    private static final long SLAB = 64L << 20;

    /** Bytes beyond which blocks are waited for rather than added. */
    private static final long MOST = 16L << 30;

    private final Driver driver;
    private final DevicePool pool;
    private final Runnable handles;
    private final Map<Long, Deque<DevicePointer>> idle = new HashMap<>();
    private final Map<Integer, DevicePointer> workspaces = new HashMap<>();
    private final List<DevicePointer> chunks = new ArrayList<>();
    private final List<Tape> tapes = new ArrayList<>();
    private final Set<SynthesisTape> free = new LinkedHashSet<>();
    private final List<Runnable> left = new ArrayList<>();
    private final List<Graph> graphs = new ArrayList<>();
    private Footprint footprint = new Footprint();
    private StreamMarks marks = new StreamMarks(List.of());
    private Lanes lanes = new Lanes(0, marks);
    private long bytes;
    private long most;
    private @Nullable DevicePointer slab;
    private long used;
    private boolean closed;

    /** @param handles opens what operations on a stream need that cannot be had while work is recorded */
    Recording(Driver driver, DevicePool pool, Runnable handles) {
        this.driver = driver;
        this.pool = pool;
        this.handles = handles;
    }

    /** What records the work of this thread now, or null. */
    static @Nullable Recording current() {
        return CURRENT.get();
    }

    /** @throws IllegalStateException if this thread's work is being recorded, in which this operation would wait */
    static void requireNone(String operation) {
        if (current() != null) {
            throw new IllegalStateException(operation + ": recorded work must read nothing from the device");
        }
    }

    /** @throws IllegalStateException if work for another device is asked to be a part of what is recorded */
    void requireOn(Driver other) {
        if (other != driver) {
            throw new IllegalStateException("recorder: work on device " + driver.index()
                    + " is being recorded on this thread, which must do nothing on device " + other.index()
                    + " meanwhile");
        }
    }

    @Override
    public Runnable record(Runnable queued) {
        return driver.locked(() -> {
            requireOpen();
            footprint = new Footprint();
            List<Stream> streams = driver.lanes();
            marks = new StreamMarks(streams);
            lanes = new Lanes(streams.size(), marks);
            pool.makeRoom();
            most = bytes + Math.min(driver.memory().free() / 2, MOST);
            CURRENT.set(this);
            Graph graph;
            try (Ending ending = this::endRecorded) {
                lanes.onEach(handles);
                graph = Capture.record(driver.stream(), () -> {
                    lanes.fork();
                    queued.run();
                    lanes.join();
                });
                graphs.add(graph);
            }
            Footprint recorded = footprint;
            return () -> launch(graph, recorded);
        });
    }

    private void endRecorded() {
        CURRENT.remove();
        marks.close();
        Ending.each(left, Runnable::run);
    }

    private void launch(Graph graph, Footprint recorded) {
        driver.run(() -> {
            requireOpen();
            tapes.forEach(t -> t.plan.requireOpen());
            recorded.next(driver.queue());
            graph.launch(driver.stream());
        });
    }

    /** What is closed has no graphs, and the driver does not survive one that is gone. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("recorder: it was used after it was closed");
        }
    }

    /** Does one operation of the work that is being recorded; others within belong to it. */
    <T extends @Nullable Object> T operation(Supplier<T> work) {
        if (lanes.isBusy()) {
            return work.get();
        }
        lanes.begin();
        T made;
        try {
            made = work.get();
        } catch (RuntimeException | Error e) {
            endAfter(e);
            throw e;
        }
        lanes.end();
        return made;
    }

    /** What failed may have ended the capture, so that nothing can be noted any more. */
    private void endAfter(Throwable failure) {
        try {
            lanes.end();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** What an operation is queued on, or null outside of one. */
    @Nullable
    Stream stream() {
        return lanes.isBusy() ? marks.stream(lanes.lane()) : null;
    }

    /** Does something when no more is recorded. */
    void afterwards(Runnable work) {
        left.add(work);
    }

    /** Notes that the work which is being recorded reads memory of the backend's. */
    void reads(Uses uses, long size) {
        footprint.reads(uses);
        lanes.reads(uses, size);
    }

    /** Notes that the work which is being recorded writes memory of the backend's. */
    void writes(Uses uses, long size) {
        footprint.writes(uses);
        lanes.writes(uses, size);
    }

    /** Notes that the work which is being recorded reads the arena's memory. */
    void reads(DevicePointer block, long size) {
        lanes.reads(block, size);
    }

    /** Notes that the work which is being recorded writes the arena's memory. */
    void writes(DevicePointer block, long size) {
        lanes.writes(block, size);
    }

    /** A block for the work that is being recorded; it goes back to this recorder. */
    Memory allocate(long wanted) {
        long size = rounded(wanted);
        Deque<DevicePointer> same = idle.computeIfAbsent(size, s -> new ArrayDeque<>());
        DevicePointer pointer = idle(same, bytes + size > most);
        if (pointer == null) {
            pointer = piece(size);
        }
        if (lanes.isBusy()) {
            lanes.writes(pointer, 0);
        }
        DevicePointer lent = pointer;
        return DevicePool.lent(lent, wanted, () -> giveBack(size, lent));
    }

    /** The newest block that need not be waited for, else the oldest if that need not be or if memory is short. */
    private @Nullable DevicePointer idle(Deque<DevicePointer> same, boolean isShort) {
        DevicePointer newest = same.peekFirst();
        DevicePointer oldest = same.peekLast();
        if (newest == null || oldest == null) {
            return null;
        }
        if (lanes.isPast(newest)) {
            return same.removeFirst();
        }
        return isShort || lanes.isPast(oldest) ? same.removeLast() : null;
    }

    /**
     * What operations on the lane of this one have as scratch: a lane runs one at a time. Without waits between lanes,
     * and without more blocks than lanes.
     */
    Memory workspace(long size) {
        DevicePointer pointer = workspaces.computeIfAbsent(lanes.lane(), lane -> chunk(size));
        return DevicePool.lent(pointer, size, () -> {});
    }

    /** What outlives the recorder has nothing to give back. */
    private void giveBack(long size, DevicePointer pointer) {
        Deque<DevicePointer> same = idle.get(size);
        if (same != null) {
            same.push(pointer);
        }
    }

    /** To 256 bytes, and above that to an eighth of the next lower power of two. */
    private static long rounded(long bytes) {
        long step = Math.max(256, Long.highestOneBit(Math.max(1, bytes)) / 8);
        return (Math.max(1, bytes) + step - 1) / step * step;
    }

    /** The next piece of a large chunk, or a chunk of its own. */
    private DevicePointer piece(long size) {
        if (size > SLAB / 4) {
            return chunk(size);
        }
        DevicePointer from = slab;
        if (from == null || used + size > SLAB) {
            from = chunk(SLAB);
            slab = from;
            used = 0;
        }
        DevicePointer piece = from.plus(used);
        used += size;
        return piece;
    }

    private DevicePointer chunk(long size) {
        DevicePointer pointer = pool.chunk(size);
        chunks.add(pointer);
        bytes += size;
        return pointer;
    }

    /** A plan's tape that this recorder's graphs use, one at a time, and how the plan gets it back. */
    private record Tape(CudaSynthesis plan, SynthesisTape tape, Consumer<SynthesisTape> back) {}

    /** A tape of this plan and batch size that no pass of the recorded work uses now, or null if there is none yet. */
    @Nullable
    SynthesisTape tape(CudaSynthesis plan, int n) {
        for (Tape known : tapes) {
            if (known.plan == plan && known.tape.batch() == n && free.remove(known.tape)) {
                return known.tape;
            }
        }
        return null;
    }

    /** Keeps a tape until this is closed. */
    void keep(CudaSynthesis plan, SynthesisTape tape, Consumer<SynthesisTape> back) {
        tapes.add(new Tape(plan, tape, back));
    }

    /** Takes back a tape that recorded work has done with. */
    void takeBack(SynthesisTape tape) {
        free.add(tape);
    }

    /** What is uploaded while recording is a constant: it is copied now, and from there whenever the work is done. */
    void constant(float[] source, NdArray target) {
        driver.run(() -> copied(source, target));
    }

    private void copied(float[] source, NdArray target) {
        pool.write(target);
        long size = (long) source.length * Float.BYTES;
        DevicePointer constant = chunk(rounded(size));
        Driver.check("cuMemcpyHtoD", JCudaDriver.cuMemcpyHtoD(constant, jcuda.Pointer.to(source), size));
        Driver.check(
                "cuMemcpyDtoDAsync",
                JCudaDriver.cuMemcpyDtoDAsync(DevicePool.pointer(target.memory()), constant, size, driver.stream()));
    }

    /** Records work that is queued on another stream as a part of what is being recorded, in its place. */
    void branch(CUstream other, Runnable work) {
        order(driver.stream(), other);
        work.run();
        order(other, driver.stream());
    }

    private static void order(CUstream before, CUstream after) {
        CUevent event = new CUevent();
        Driver.check("cuEventCreate", JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING));
        try {
            Driver.check("cuEventRecord", JCudaDriver.cuEventRecord(event, before));
            Driver.check("cuStreamWaitEvent", JCudaDriver.cuStreamWaitEvent(after, event, 0));
        } finally {
            Driver.check("cuEventDestroy", JCudaDriver.cuEventDestroy(event));
        }
    }

    /** Waits for what is queued. */
    @Override
    public void close() {
        driver.run(() -> {
            closed = true;
            long freed = bytes;
            bytes = 0;
            slab = null;
            free.clear();
            idle.clear();
            workspaces.clear();
            pool.forget(freed);
            Closing.all(
                    driver::awaitAll,
                    () -> Ending.each(graphs, Graph::close),
                    () -> Ending.each(tapes, t -> t.back.accept(t.tape)),
                    () -> Ending.each(chunks, pool::free));
        });
    }
}
