package org.semblance.cuda;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.LayerTime;
import org.semblance.backend.Precision;
import org.semblance.backend.SynthesisNoise;
import org.semblance.backend.SynthesisPlan;
import org.semblance.backend.SynthesisSpec;
import org.semblance.tensor.Closing;

/**
 * A planned synthesis on one device: one captured graph per batch size and kind of noise, replayed by one native call.
 * Of batch sizes the most recently used are kept; where memory runs out, the others are given up first.
 */
final class CudaSynthesis implements SynthesisPlan {
    static final int KEPT_BATCHES = 4;
    static final int KEPT_TAPES = 2;

    private final Driver driver;
    private final DevicePool pool;
    private final Capture capture;
    private final PinnedBytes pinned;
    private final Tally tally;
    private final SynthesisWeights weights;
    private final Map<Integer, SynthesisBatch> batches = new LinkedHashMap<>(8, 0.75f, true);
    private final Deque<SynthesisTape> idle = new ArrayDeque<>();
    private boolean closed;

    /** Waits for what is queued, and for the weights to be packed; the driver's lock is held. */
    CudaSynthesis(
            Driver driver,
            DevicePool pool,
            Capture capture,
            PinnedBytes pinned,
            Tally tally,
            SynthesisSpec spec,
            Precision precision) {
        this.driver = driver;
        this.pool = pool;
        this.capture = capture;
        this.pinned = pinned;
        this.tally = tally;
        driver.awaitAll(); // from here on any stream may read the network's parameters,
        weights = new SynthesisWeights(spec, precision, pool, driver.stream().handle());
        driver.awaitAll(); // and what was made of them
    }

    private <T extends @Nullable Object> T locked(Supplier<T> work) {
        return driver.locked(() -> {
            requireOpen();
            return work.get();
        });
    }

    /** With the driver's lock held. */
    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("synthesis: the plan was used after it was closed");
        }
    }

    private void run(Runnable work) {
        this.<@Nullable Object>locked(() -> {
            work.run();
            return null;
        });
    }

    @Override
    public void image(NdArray ws, SynthesisNoise noise, NdArray image) {
        if (driver.recording() != null) {
            NdArray tape = tape(ws.shape().dim(0));
            record(ws, noise, tape, image);
            tape.memory().release();
            return;
        }
        run(() -> {
            tally.call();
            pool.read(ws);
            pool.write(image);
            long[] values = Replays.image(ws.address(), noise, image.address());
            withRoom(() -> batch(ws.shape().dim(0)).launch(noise.kind(), values));
        });
    }

    @Override
    public void pixels(NdArray ws, SynthesisNoise noise, byte[] rgb) {
        Recording.requireNone("synthesis");
        try (PinnedBytes.Buffer buffer = locked(() -> queuePixels(ws, noise))) {
            if (!buffer.read(rgb)) {
                throw new IllegalArgumentException("image: values must be finite, got others; " + weights.precision()
                        + (weights.precision() == Precision.FLOAT16 ? " holds magnitudes up to 65504" : ""));
            }
        }
    }

    private PinnedBytes.Buffer queuePixels(NdArray ws, SynthesisNoise noise) {
        tally.call();
        pool.read(ws);
        return withRoom(() -> {
            SynthesisBatch batch = batch(ws.shape().dim(0));
            batch.launchPixels(ws.address(), noise);
            return pinned.copy(batch.rgb(), batch.pixelBytes());
        });
    }

    /** The batch size's buffers, made if need be. */
    private SynthesisBatch batch(int n) {
        SynthesisBatch known = batches.get(n);
        if (known != null) {
            return known;
        }
        while (batches.size() >= KEPT_BATCHES) {
            var eldest = batches.entrySet().iterator();
            SynthesisBatch given = eldest.next().getValue();
            eldest.remove();
            given.close();
        }
        SynthesisBatch made = new SynthesisBatch(weights, driver, capture, pool, n);
        tally.made();
        batches.put(n, made);
        return made;
    }

    /**
     * Runs work; if memory runs out, gives up everything kept and runs it once more. Not while work is recorded: giving
     * up waits for the device.
     */
    private <T extends @Nullable Object> T withRoom(Supplier<T> work) {
        try {
            return work.get();
        } catch (OutOfMemory e) {
            if (Recording.current() != null) {
                throw e;
            }
            boolean hopeful = !batches.isEmpty() || !idle.isEmpty();
            forget();
            if (hopeful) {
                return work.get();
            }
            throw e;
        }
    }

    private void withRoom(Runnable work) {
        this.<@Nullable Object>withRoom(() -> {
            work.run();
            return null;
        });
    }

    private void forget() {
        Closing.all(
                () -> Ending.each(batches.values(), SynthesisBatch::close),
                () -> Ending.each(idle, SynthesisTape::close));
    }

    @Override
    public NdArray tape(int n) {
        Recording recording = driver.recording();
        if (recording != null) {
            return holder(recordedTape(recording, n), recording::takeBack);
        }
        return holder(locked(() -> withRoom(() -> freshTape(n))), this::takeBack);
    }

    private static NdArray holder(SynthesisTape tape, Consumer<SynthesisTape> back) {
        return new NdArray(Shape.of(1), DType.F32, Layout.PLAIN, new SynthesisTape.Holder(tape, back));
    }

    private SynthesisTape freshTape(int n) {
        SynthesisTape idle = idleTape(n);
        if (idle != null) {
            return idle;
        }
        tally.made();
        return new SynthesisTape(weights, driver, capture, pool, n);
    }

    /**
     * Nothing can be made while work is recorded: the tape comes from when it was done, and stays with the recording.
     */
    private SynthesisTape recordedTape(Recording recording, int n) {
        SynthesisTape known = recording.tape(this, n);
        if (known != null) {
            return known;
        }
        SynthesisTape idle = idleTape(n);
        if (idle == null) {
            throw new IllegalStateException("synthesis: work must be done once, with gradients and at most "
                    + KEPT_TAPES + " batches of a plan at a time, before it is recorded; no batch of " + n
                    + " is left of that");
        }
        recording.keep(this, idle, this::takeBack);
        return idle;
    }

    private @Nullable SynthesisTape idleTape(int n) {
        for (SynthesisTape tape : idle) {
            if (tape.batch() == n) {
                idle.remove(tape);
                return tape;
            }
        }
        return null;
    }

    /** Keeps a tape for the next batch, or frees it. */
    private void takeBack(SynthesisTape tape) {
        driver.run(() -> {
            idle.addFirst(tape);
            waiting(this::dropSpareTapes);
        });
    }

    private void dropSpareTapes() {
        while (idle.size() > (closed ? 0 : KEPT_TAPES)) {
            idle.removeLast().close();
        }
    }

    /** Does what waits for the device: while work is recorded that cannot be, so that it comes when no more is. */
    private void waiting(Runnable work) {
        Recording recording = Recording.current();
        if (recording == null) {
            work.run();
        } else {
            recording.afterwards(() -> driver.run(work));
        }
    }

    private static SynthesisTape tape(NdArray holder) {
        return ((SynthesisTape.Holder) holder.memory()).tape();
    }

    @Override
    public void record(NdArray ws, SynthesisNoise noise, NdArray tape, NdArray image) {
        run(() -> {
            tally.call();
            pool.read(ws);
            pool.write(image);
            withRoom(() -> tape(tape).record(ws.address(), noise, image.address()));
        });
    }

    @Override
    public void gradient(NdArray tape, NdArray dImage, NdArray dWs) {
        run(() -> {
            tally.call();
            pool.read(dImage);
            pool.write(dWs);
            withRoom(() -> tape(tape).gradient(dImage.address(), dWs.address()));
        });
    }

    @Override
    public List<LayerTime> profile(NdArray ws, SynthesisNoise noise, NdArray image, int passes) {
        Recording.requireNone("synthesis");
        return locked(() -> withRoom(() -> {
            pool.read(ws);
            pool.write(image);
            int n = ws.shape().dim(0);
            try (SynthesisForward forward = new SynthesisForward(weights, capture, pool, n, false)) {
                forward.prepare(noise.kind());
                long[] values = Replays.image(ws.address(), noise, image.address());
                return new SynthesisProfile(weights, n).measure(driver, forward, capture, noise.kind(), values, passes);
            }
        }));
    }

    @Override
    public void close() {
        driver.run(() -> {
            if (!closed) {
                closed = true;
                waiting(this::end);
            }
        });
    }

    /** Waits first: tapes that are still held may be running. */
    private void end() {
        Closing.all(driver::awaitAll, this::forget, weights::close);
    }
}
