package org.semblance.cuda;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Memory;
import org.semblance.backend.SynthesisNoise;
import org.semblance.backend.SynthesisNoise.Kind;

/** What a batch size needs to be computed again and again: buffers, and one graph per kind of noise. */
final class SynthesisBatch implements AutoCloseable {
    private static final int WS = 0;
    private static final int IMAGE = 1;
    private static final int PIXELS = 2;
    private static final int BAD = 3;
    private static final int SEED = 4;
    private static final int FIRST = 5;
    private static final int FIELDS = 8;

    private final Driver driver;
    private final Capture capture;
    private final SynthesisForward forward;
    private final DevicePool pool;
    private final int pixelBytes;
    private final Map<Kind, Graph> graphs = new EnumMap<>(Kind.class);
    private @Nullable Memory pixels;

    SynthesisBatch(SynthesisWeights weights, Driver driver, Capture capture, DevicePool pool, int n) {
        this.driver = driver;
        this.capture = capture;
        forward = new SynthesisForward(weights, capture, pool, n, false);
        this.pool = pool;
        int side = weights.spec().resolution();
        pixelBytes = Math.multiplyExact(3 * n, side * side);
    }

    /** The call's arguments for a picture in float32. */
    static long[] image(long ws, SynthesisNoise noise, long image) {
        long[] values = new long[FIELDS];
        values[WS] = ws;
        values[IMAGE] = image;
        values[SEED] = noise.seed();
        values[FIRST] = noise.first();
        return values;
    }

    /** The call's arguments for 8-bit pixels, whose room is made when it is first asked for; the flag is cleared. */
    long[] pixels(long ws, SynthesisNoise noise) {
        long rgb = rgb().address();
        long[] values = image(ws, noise, 0);
        values[PIXELS] = rgb;
        values[BAD] = rgb + pixelBytes;
        Kernels.check("smb_fill", SemblanceKernels.smb_fill(driver.stream().handle(), 1, 0, rgb + pixelBytes));
        return values;
    }

    /** The pixels on the device, and behind them the flag. */
    Memory rgb() {
        Memory made = pixels == null ? pool.allocate(pixelBytes + Float.BYTES) : pixels;
        pixels = made;
        return made;
    }

    /** Size of the pixels without the flag. */
    int pixelBytes() {
        return pixelBytes;
    }

    /** Queues a pass on the backend's stream. */
    void launch(Kind noise, long[] values) {
        Graph graph = graphs.get(noise);
        if (graph == null) {
            graph = captured(noise, values);
            graphs.put(noise, graph);
        }
        Kernels.check(
                "smb_launch_graph",
                SemblanceKernels.smb_launch_graph(driver.stream().handle(), graph.handle(), values, forward.call()));
    }

    private Graph captured(Kind noise, long[] values) {
        forward.prepare(noise);
        driver.await();
        capture.rehearse(() -> {
            Kernels.check("smb_set_call", SemblanceKernels.smb_set_call(capture.stream(), values, forward.call()));
            forward.queue(noise);
        });
        return capture.record(() -> forward.queue(noise));
    }

    /** Waits for what is queued. */
    @Override
    public void close() {
        driver.await();
        graphs.values().forEach(Graph::close);
        graphs.clear();
        forward.close();
        if (pixels != null) {
            pixels.release();
        }
    }
}
