package org.semblance.bench.gpu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.BackendException;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.bench.Clock;
import org.semblance.bench.RandomGenerator;
import org.semblance.json.Json;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.weights.Safetensors;

/**
 * Measures rows by us and by the peer in turns: ours, the peer's, ours again, the peer's again. Both have the same
 * weights, and before a size is measured, their float32 pictures must agree.
 */
final class GpuSession implements AutoCloseable {
    private static final double AGREEMENT = 1e-3;

    private final Device device;
    private final Clock clock;
    private final double seconds;
    private final Path scratch;
    private final Map<Integer, StyleGan2Generator> generators = new HashMap<>();
    private @Nullable TorchPeer peer;
    private @Nullable String peerless;

    /**
     * Opens a session.
     *
     * @param seconds how long to measure at a time
     * @param peer closed with the session; null for ours alone
     */
    GpuSession(Device device, double seconds, @Nullable TorchPeer peer) throws IOException {
        this.device = device;
        this.seconds = seconds;
        this.peer = peer;
        clock = Clock.of(device);
        scratch = Files.createTempDirectory("semblance-bench");
    }

    /** Whether there is a peer that can do rows in this way. */
    boolean can(String mode) {
        TorchPeer asked = peer;
        return asked != null && asked.hello().get("modes").asStrings().contains(mode);
    }

    /**
     * One row's result; see {@link GpuTable} for its members. What fails is said in it and ends nothing else.
     *
     * @param modes ways in which the peer is to do it
     * @param limit seconds that the peer may take
     */
    Map<String, Object> measure(GpuRow row, List<String> modes, double limit) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("row", row.name());
        result.put("floor_ms", Floor.millis(row));
        List<Object> ours = new ArrayList<>();
        List<Json> theirs = new ArrayList<>();
        result.put("semblance", ours);
        result.put("peer", theirs);
        try (GeneratorRun run = new GeneratorRun(generator(row), device, row)) {
            result.put("relative_error", run.error());
            ours.add(json(clock.measure(run::run, seconds)));
            byPeer(row, theirs, p -> p.measure(row, modes, seconds, limit));
            ours.add(json(clock.measure(run::run, seconds)));
            byPeer(row, theirs, p -> p.again(row, seconds));
        } catch (BackendException | UnsupportedOperationException | IOException e) {
            result.put("error", String.valueOf(e.getMessage()));
        }
        if (peerless != null) {
            result.put("peer_error", peerless);
        }
        return result;
    }

    /** Something asked of the peer. */
    private interface Question {
        List<Json> ask(TorchPeer peer) throws IOException;
    }

    /* A peer that fails is done with; we are measured all the same. */
    private void byPeer(GpuRow row, List<Json> results, Question question) {
        TorchPeer asked = peer;
        if (asked == null) {
            return;
        }
        try {
            results.addAll(question.ask(asked));
        } catch (IOException e) {
            asked.close();
            peer = null;
            peerless = row.name() + ": " + e.getMessage();
        }
    }

    private StyleGan2Generator generator(GpuRow row) throws IOException {
        StyleGan2Generator known = generators.get(row.size());
        if (known != null) {
            return known;
        }
        StyleGan2Generator made = StyleGan2Generator.load(row.config(), new RandomGenerator(), device, false);
        generators.put(row.size(), made);
        byPeer(row, new ArrayList<>(), p -> {
            share(row, made, p);
            return List.of();
        });
        return made;
    }

    /** Gives the peer our weights and compares a picture. */
    private void share(GpuRow row, StyleGan2Generator generator, TorchPeer p) throws IOException {
        Path weights = scratch.resolve("weights-" + row.size() + ".safetensors");
        Safetensors.write(weights, generator.weights(), DType.F32, Map.of());
        p.weights(row, weights);
        GpuRow one = new GpuRow(row.size(), 1, false, Precision.FLOAT32);
        Path picture = scratch.resolve("picture");
        p.picture(one, GeneratorRun.codes(1, one.config()), picture);
        p.forget(one);
        try (GeneratorRun run = new GeneratorRun(generator, device, one)) {
            double apart = GeneratorRun.distance(read(picture, row.size()), run.onHost(Precision.FLOAT32));
            if (!(apart <= AGREEMENT)) {
                throw new IOException("its picture at " + row.size() + " is " + apart + " from ours, at most "
                        + AGREEMENT + " is allowed");
            }
        } finally {
            Files.delete(weights);
            Files.delete(picture);
        }
    }

    private static HostArray read(Path file, int size) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        float[] values = new float[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer().get(values);
        return new HostArray(Shape.of(1, 3, size, size), values);
    }

    private static Map<String, Object> json(Clock.Times times) {
        return Map.of(
                "device_ms", times.device().json(),
                "host_ms", times.done().json(),
                "enqueue_ms", times.queued().json());
    }

    @Override
    public void close() throws IOException {
        TorchPeer last = peer;
        if (last != null) {
            last.close();
        }
        generators.values().forEach(StyleGan2Generator::close);
        Files.delete(scratch);
    }
}
