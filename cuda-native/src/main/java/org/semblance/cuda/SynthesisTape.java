package org.semblance.cuda;

import java.util.function.Consumer;
import org.semblance.array.Memory;
import org.semblance.backend.SynthesisNoise;
import org.semblance.backend.SynthesisNoise.Kind;
import org.semblance.tensor.Closing;

/**
 * Buffers that hold what a recorded pass saved, and both passes on them ready for replay; used by one picture batch at
 * a time.
 */
final class SynthesisTape implements AutoCloseable {
    private final Driver driver;
    private final DevicePool pool;
    private final int n;
    private final SynthesisForward forward;
    private final SynthesisBackward backward;
    private final Uses uses;
    private final Replays forwards;
    private final Replays backwards;
    private Kind recorded = Kind.NONE;

    SynthesisTape(SynthesisWeights weights, Driver driver, Capture capture, DevicePool pool, int n) {
        this.driver = driver;
        this.pool = pool;
        this.n = n;
        forward = new SynthesisForward(weights, capture, pool, n, true);
        boolean done = false;
        try {
            backward = new SynthesisBackward(weights, forward, capture, pool, n);
            done = true;
        } finally {
            if (!done) {
                forward.close();
            }
        }
        uses = new Uses(driver.queue());
        forwards = new Replays(driver, capture, forward.call(), forward::queue, forward.workspaces());
        backwards = new Replays(driver, capture, forward.call(), backward::queue, backward.workspaces());
    }

    int batch() {
        return n;
    }

    void record(long ws, SynthesisNoise noise, long image) {
        pool.write(uses);
        forward.prepare(noise.kind());
        forwards.launch(noise.kind(), Replays.image(ws, noise, image));
        recorded = noise.kind();
    }

    void gradient(long imageGrad, long wsGrad) {
        pool.write(uses);
        backwards.launch(recorded, Replays.gradient(imageGrad, wsGrad));
    }

    /** Waits for what is queued. */
    @Override
    public void close() {
        Closing.all(driver::awaitAll, forwards::close, backwards::close, backward::close, forward::close);
    }

    /** A holder of a tape, as an opaque block: what it holds goes back to the plan when the last one lets go. */
    static final class Holder extends Memory {
        private final SynthesisTape tape;
        private final Consumer<SynthesisTape> back;

        Holder(SynthesisTape tape, Consumer<SynthesisTape> back) {
            this.tape = tape;
            this.back = back;
        }

        SynthesisTape tape() {
            return tape;
        }

        @Override
        public long address() {
            return tape.forward.call();
        }

        @Override
        public long bytes() {
            return Float.BYTES;
        }

        @Override
        protected void free() {
            back.accept(tape);
        }
    }
}
