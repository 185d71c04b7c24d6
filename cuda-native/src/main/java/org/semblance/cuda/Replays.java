package org.semblance.cuda;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.semblance.backend.SynthesisNoise;
import org.semblance.backend.SynthesisNoise.Kind;

/** One pass as graphs, one per kind of noise, captured when first used and replayed on any stream, one at a time. */
final class Replays implements AutoCloseable {
    private static final int WS = 0;
    private static final int IMAGE = 1;
    private static final int PIXELS = 2;
    private static final int BAD = 3;
    private static final int SEED = 4;
    private static final int FIRST = 5;
    private static final int IMAGE_GRAD = 6;
    private static final int WS_GRAD = 7;

    private final Driver driver;
    private final Capture capture;
    private final long call;
    private final Consumer<Kind> queue;
    private final Workspaces workspaces;
    private final Map<Kind, Graph> graphs = new EnumMap<>(Kind.class);

    /**
     * @param call address of the call's arguments on the device
     * @param queue puts the pass on the capture's stream
     * @param workspaces of its convolutions
     */
    Replays(Driver driver, Capture capture, long call, Consumer<Kind> queue, Workspaces workspaces) {
        this.driver = driver;
        this.capture = capture;
        this.call = call;
        this.queue = queue;
        this.workspaces = workspaces;
    }

    /** The arguments of a call for a picture in float32. */
    static long[] image(long ws, SynthesisNoise noise, long image) {
        long[] values = new long[SynthesisNatives.CALL_FIELDS];
        values[WS] = ws;
        values[IMAGE] = image;
        values[SEED] = noise.seed();
        values[FIRST] = noise.first();
        return values;
    }

    /** The arguments of a call for 8-bit pixels, with a flag for values that are not finite. */
    static long[] pixels(long ws, SynthesisNoise noise, long rgb, long bad) {
        long[] values = image(ws, noise, 0);
        values[PIXELS] = rgb;
        values[BAD] = bad;
        return values;
    }

    /** The arguments of a call for a gradient. */
    static long[] gradient(long imageGrad, long wsGrad) {
        long[] values = new long[SynthesisNatives.CALL_FIELDS];
        values[IMAGE_GRAD] = imageGrad;
        values[WS_GRAD] = wsGrad;
        return values;
    }

    /**
     * Queues the pass on the calling thread's stream: one native call. While that is recorded, the pass becomes a part
     * of it.
     */
    void launch(Kind noise, long[] values) {
        Recording recording = Recording.current();
        if (recording != null) {
            capture.join(recording, () -> queue(noise, values));
            return;
        }
        Graph graph = graphs.get(noise);
        if (graph == null) {
            graph = captured(noise, values);
            graphs.put(noise, graph);
        }
        long stream = driver.stream().handle();
        int code = SynthesisNatives.smb_launch_graph(stream, graph.handle(), graph.beginning(), values, call);
        Kernels.check("smb_launch_graph", code);
    }

    private Graph captured(Kind noise, long[] values) {
        driver.awaitAll();
        capture.rehearse(() -> queue(noise, values));
        return capture.record(() -> queue(noise, values), workspaces);
    }

    private void queue(Kind noise, long[] values) {
        Kernels.check("smb_set_call", SynthesisNatives.smb_set_call(capture.stream(), values, call));
        queue.accept(noise);
    }

    /** Nothing of it may be running. */
    @Override
    public void close() {
        Ending.each(graphs.values(), Graph::close);
    }
}
