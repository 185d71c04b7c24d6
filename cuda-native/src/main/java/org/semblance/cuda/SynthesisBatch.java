package org.semblance.cuda;

import org.jspecify.annotations.Nullable;
import org.semblance.array.Memory;
import org.semblance.backend.SynthesisNoise;
import org.semblance.backend.SynthesisNoise.Kind;
import org.semblance.tensor.Closing;

/**
 * What a batch size needs to be computed again and again: buffers, and the pass ready for replay. Threads share it: a
 * pass on one stream waits on the device for that before it on another.
 */
final class SynthesisBatch implements AutoCloseable {
    private final Driver driver;
    private final DevicePool pool;
    private final SynthesisForward forward;
    private final Replays replays;
    private final Uses uses;
    private final int pixelBytes;
    private @Nullable Memory pixels;

    SynthesisBatch(SynthesisWeights weights, Driver driver, Capture capture, DevicePool pool, int n) {
        this.driver = driver;
        this.pool = pool;
        int side = weights.spec().resolution();
        pixelBytes = Math.multiplyExact(Math.multiplyExact(3, n), side * side);
        forward = new SynthesisForward(weights, capture, pool, n, false);
        uses = new Uses(driver.queue());
        replays = new Replays(driver, capture, forward.call(), forward::queue, forward.workspaces());
    }

    /** Queues a pass on the calling thread's stream. */
    void launch(Kind noise, long[] values) {
        uses.write(driver.queue());
        forward.prepare(noise);
        replays.launch(noise, values);
    }

    /** Queues a pass that leaves 8-bit pixels in {@link #rgb}. */
    void launchPixels(long ws, SynthesisNoise noise) {
        uses.write(driver.queue());
        long rgb = rgb().address();
        long bad = rgb + PinnedBytes.flagAt(pixelBytes);
        long stream = driver.stream().handle();
        Kernels.check("smb_fill", SemblanceKernels.smb_fill(stream, 1, 0, bad));
        launch(noise.kind(), Replays.pixels(ws, noise, rgb, bad));
    }

    /** The pixels on the device and the flag, as {@link PinnedBytes} places it; made when first asked for. */
    Memory rgb() {
        Memory made = pixels == null ? pool.allocate(PinnedBytes.bytes(pixelBytes)) : pixels;
        pixels = made;
        return made;
    }

    /** Size of the pixels without the flag. */
    int pixelBytes() {
        return pixelBytes;
    }

    private static void release(@Nullable Memory memory) {
        if (memory != null) {
            memory.release();
        }
    }

    /** Waits for what is queued. */
    @Override
    public void close() {
        Memory rgb = pixels;
        pixels = null;
        Closing.all(driver::awaitAll, replays::close, forward::close, () -> release(rgb));
    }
}
