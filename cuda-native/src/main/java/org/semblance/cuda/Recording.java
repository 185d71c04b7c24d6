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
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Memory;
import org.semblance.array.NdArray;
import org.semblance.backend.Recorder;

/**
 * Records work on a thread's stream as graphs. What the work allocates comes from an arena that all of a recorder's
 * graphs share, since one runs at a time and leaves nothing there; freed blocks go to the next request of their size.
 *
 * <p>The driver's lock is held while work is recorded, and the work is anyone's: so no thread may take the driver's
 * lock while it holds another that such work can want. {@link Staging}'s is held across it, but no recorded upload goes
 * through there, and a download is refused; a planned network of core calls the backend with no lock held.
 */
final class Recording implements Recorder {
    private static final ThreadLocal<@Nullable Recording> CURRENT = new ThreadLocal<>();

    private final Driver driver;
    private final DevicePool pool;
    private final Map<Long, Deque<DevicePointer>> idle = new HashMap<>();
    private final List<DevicePointer> chunks = new ArrayList<>();
    private final List<Tape> tapes = new ArrayList<>();
    private final Set<SynthesisTape> free = new LinkedHashSet<>();
    private final List<Graph> graphs = new ArrayList<>();
    private Footprint footprint = new Footprint();
    private long bytes;
    private boolean closed;

    Recording(Driver driver, DevicePool pool) {
        this.driver = driver;
        this.pool = pool;
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

    @Override
    public Runnable record(Runnable queued) {
        return driver.locked(() -> {
            requireOpen();
            footprint = new Footprint();
            CURRENT.set(this);
            Graph graph;
            try {
                graph = Capture.record(driver.stream(), queued);
            } finally {
                CURRENT.remove();
            }
            graphs.add(graph);
            Footprint recorded = footprint;
            return () -> launch(graph, recorded);
        });
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

    /** Notes that the work which is being recorded reads memory of the backend's. */
    void reads(Uses uses) {
        footprint.reads(uses);
    }

    /** Notes that the work which is being recorded writes memory of the backend's. */
    void writes(Uses uses) {
        footprint.writes(uses);
    }

    /** A block for the work that is being recorded; it goes back to this recorder. */
    Memory allocate(long wanted) {
        long size = rounded(wanted);
        DevicePointer known =
                idle.computeIfAbsent(size, s -> new ArrayDeque<>()).poll();
        DevicePointer pointer = known == null ? chunk(size) : known;
        return DevicePool.lent(pointer, wanted, () -> giveBack(size, pointer));
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
            driver.awaitAll();
            graphs.forEach(Graph::close);
            graphs.clear();
            tapes.forEach(t -> t.back.accept(t.tape));
            tapes.clear();
            free.clear();
            chunks.forEach(pool::free);
            chunks.clear();
            idle.clear();
            pool.forget(bytes);
            bytes = 0;
        });
    }
}
