package org.semblance.bench.gpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.semblance.json.Json;

/**
 * PyTorch peers that get ready at the same time, each row's in a process of its own, since compiling takes longer than
 * everything else. What they choose by trial meanwhile they try one at a time. When all are ready or have failed
 * they wait, and each is measured when it is told to, with nothing else on the device.
 */
final class HeldPeers implements AutoCloseable {
    private static final Logger LOG = System.getLogger(HeldPeers.class.getName());
    /** Seconds to start in. */
    private static final double START = 120;

    private final Map<String, Future<Ready>> coming = new LinkedHashMap<>();
    private final Map<String, Ready> ready = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final Map<String, TorchPeer> started = new LinkedHashMap<>();
    private final ExecutorService threads;
    private final Path shared;
    private boolean closed;

    /**
     * A peer that waits.
     *
     * @param ways what it said of each way to do the row: the time it took, or an {@code error}
     */
    record Ready(TorchPeer peer, List<Json> ways) {
        /** The ways that can be measured. */
        List<String> modes() {
            return ways.stream()
                    .filter(way -> !way.has("error"))
                    .map(way -> way.get("mode").asString())
                    .toList();
        }
    }

    /** What gets a row ready. */
    interface Preparation {
        /** What the peer says of each way. */
        List<Json> by(TorchPeer peer, String row) throws IOException;
    }

    /**
     * Starts them all; returns at once.
     *
     * @param command that starts a peer
     * @param logs folder for what they write beside their answers, {@code ROW.peer.log}
     * @param preparation done on a thread per row
     */
    HeldPeers(List<String> rows, List<String> command, Path logs, Preparation preparation) throws IOException {
        shared = Files.createTempDirectory("semblance-peers");
        threads = Executors.newFixedThreadPool(Math.max(1, rows.size()), task -> {
            Thread thread = new Thread(task, "peers");
            thread.setDaemon(true);
            return thread;
        });
        List<String> words = new ArrayList<>(command);
        int each = Math.max(2, Runtime.getRuntime().availableProcessors() / Math.max(1, rows.size()));
        words.addAll(List.of("--serve", "--shared", shared.toString(), "--threads", Integer.toString(each)));
        for (String row : rows) {
            coming.put(row, threads.submit(() -> {
                TorchPeer peer = started(row, new TorchPeer(words, logs.resolve(row + ".peer.log"), START));
                return new Ready(peer, preparation.by(peer, row));
            }));
        }
    }

    /** Keeps a peer to be closed, or closes it if it comes too late. */
    private synchronized TorchPeer started(String row, TorchPeer peer) {
        if (closed || failures.containsKey(row)) {
            peer.close();
        }
        started.put(row, peer);
        return peer;
    }

    /** Waits until every row is ready or has failed; who is later than so many seconds is ended. */
    void await(double seconds) {
        long end = System.nanoTime() + (long) (1e9 * seconds);
        coming.forEach((row, future) -> {
            try {
                ready.put(row, future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
            } catch (TimeoutException e) {
                fail(row, Math.round(seconds) + " s were not enough to get ready");
                future.cancel(true);
            } catch (ExecutionException e) {
                fail(row, String.valueOf(e.getCause()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail(row, "interrupted while it was to get ready");
                future.cancel(true);
            }
        });
        coming.clear();
    }

    /** Its peer, if it started, ends; if it still starts, it ends when it comes. */
    private synchronized void fail(String row, String reason) {
        failures.put(row, reason);
        Optional.ofNullable(started.get(row)).ifPresent(TorchPeer::close);
    }

    /** What all that are ready said of getting ready. */
    List<Json> ways() {
        return ready.values().stream().flatMap(peer -> peer.ways().stream()).toList();
    }

    /** The peer of a row, if it is ready in any way. */
    Optional<Ready> of(String row) {
        return Optional.ofNullable(ready.get(row)).filter(peer -> !peer.modes().isEmpty());
    }

    /** Why a row's peer cannot be measured, in one or more ways, or null. */
    @Nullable
    String failure(String row) {
        Ready known = ready.get(row);
        if (known == null) {
            return failures.get(row);
        }
        List<String> reasons = known.ways().stream()
                .filter(way -> way.has("error"))
                .map(way -> way.get("mode").asString() + ": " + way.get("error").asString())
                .toList();
        return reasons.isEmpty() ? null : String.join("; ", reasons);
    }

    /** Versions of any peer that came so far. */
    synchronized Optional<Json> hello() {
        return started.values().stream().findFirst().map(TorchPeer::hello);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            started.values().forEach(TorchPeer::close);
        }
        threads.shutdownNow();
        try (Stream<Path> files = Files.walk(shared)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "peers: what they compiled stays in " + shared, e);
        }
    }
}
