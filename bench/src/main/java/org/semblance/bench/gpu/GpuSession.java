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
import java.util.Optional;
import java.util.stream.Stream;
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
 * weights, and before a row is measured, their float32 pictures must agree.
 */
final class GpuSession implements AutoCloseable {
    private static final double AGREEMENT = 1e-3;
    /** Seconds that a peer that is ready may take to be measured. */
    private static final double PEER_LIMIT = 60;

    private final Device device;
    private final Clock clock;
    private final double seconds;
    private final Path scratch;
    private final Map<Integer, StyleGan2Generator> generators = new HashMap<>();

    /**
     * Opens a session.
     *
     * @param seconds how long to measure at a time
     */
    GpuSession(Device device, double seconds) throws IOException {
        this.device = device;
        this.seconds = seconds;
        clock = Clock.of(device);
        scratch = Files.createTempDirectory("semblance-bench");
    }

    /**
     * Starts a peer for each of these rows, which get ready side by side with our weights.
     *
     * @param command that starts a peer
     * @param logs folder for what peers write beside their answers
     * @param modes ways in which they are to do their rows
     * @param limit seconds that this may take; who is later has no time
     */
    HeldPeers peers(List<GpuRow> rows, List<String> command, Path logs, List<String> modes, double limit)
            throws IOException {
        for (GpuRow row : rows) {
            if (!Files.exists(weights(row))) {
                Safetensors.write(weights(row), generator(row).weights(), DType.F32, Map.of());
            }
        }
        long end = System.nanoTime() + (long) (1e9 * limit);
        List<String> names = rows.stream().map(GpuRow::name).toList();
        HeldPeers peers = new HeldPeers(names, command, logs, (peer, name) -> {
            GpuRow row = GpuRow.of(name);
            peer.weights(row, weights(row));
            peer.picture(single(row), GeneratorRun.codes(1, row.config()), picture(row));
            peer.forget(single(row));
            return peer.prepare(name, modes, Math.max(1, (end - System.nanoTime()) / 1e9));
        });
        peers.await((end - System.nanoTime()) / 1e9 + TorchPeer.GRACE);
        return peers;
    }

    private Path weights(GpuRow row) {
        return scratch.resolve("weights-" + row.size() + ".safetensors");
    }

    private Path picture(GpuRow row) {
        return scratch.resolve("picture-" + row.name());
    }

    private static GpuRow single(GpuRow row) {
        return new GpuRow(row.size(), 1, false, Precision.FLOAT32);
    }

    /**
     * One row's result; see {@link GpuTable} for its members. What fails is said in it and ends nothing else.
     *
     * @param peers of which one holds the row, or null for ours alone
     */
    Map<String, Object> measure(GpuRow row, @Nullable HeldPeers peers) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("row", row.name());
        result.put("floor_ms", Floor.millis(row));
        List<Object> ours = new ArrayList<>();
        List<Json> theirs = new ArrayList<>();
        result.put("semblance", ours);
        result.put("peer", theirs);
        if (peers != null && peers.failure(row.name()) != null) {
            result.put("peer_error", row.name() + ": " + peers.failure(row.name()));
        }
        try (GeneratorRun run = new GeneratorRun(generator(row), device, row)) {
            if (row.hasReference()) {
                result.put("relative_error", run.error());
            }
            Optional<HeldPeers.Ready> peer = peers == null ? Optional.empty() : peers.of(row.name());
            ours.add(json(clock.measure(run::run, seconds)));
            boolean measured = peer.isPresent()
                    && asked(result, theirs, () -> {
                        requireAgreement(row);
                        return peer.get().peer().measure(row, peer.get().modes(), seconds, PEER_LIMIT);
                    });
            ours.add(json(clock.measure(run::run, seconds)));
            if (measured) {
                asked(result, theirs, () -> peer.get().peer().again(row, seconds));
            }
        } catch (BackendException | UnsupportedOperationException | IOException e) {
            result.put("error", String.valueOf(e.getMessage()));
        }
        return result;
    }

    /** Something asked of a peer. */
    private interface Question {
        List<Json> ask() throws IOException;
    }

    /** We are measured whether the peer answers or not; true if it did. */
    private static boolean asked(Map<String, Object> result, List<Json> results, Question question) {
        try {
            results.addAll(question.ask());
            return true;
        } catch (IOException e) {
            result.put("peer_error", result.get("row") + ": " + e.getMessage());
            return false;
        }
    }

    private StyleGan2Generator generator(GpuRow row) throws IOException {
        StyleGan2Generator known = generators.get(row.size());
        if (known != null) {
            return known;
        }
        StyleGan2Generator made = StyleGan2Generator.load(row.config(), new RandomGenerator(), device, false);
        generators.put(row.size(), made);
        return made;
    }

    /** The picture that the peer drew with our weights must be ours. */
    private void requireAgreement(GpuRow row) throws IOException {
        try (GeneratorRun run = new GeneratorRun(generator(row), device, single(row))) {
            double apart = GeneratorRun.distance(read(picture(row), row.size()), run.onHost(Precision.FLOAT32));
            if (!(apart <= AGREEMENT)) {
                throw new IOException("its picture at " + row.size() + " is " + apart + " from ours, at most "
                        + AGREEMENT + " is allowed");
            }
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
        generators.values().forEach(StyleGan2Generator::close);
        try (Stream<Path> files = Files.list(scratch)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(scratch);
    }
}
