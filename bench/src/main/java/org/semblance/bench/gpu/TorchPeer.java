package org.semblance.bench.gpu;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.json.Json;

/**
 * A PyTorch peer ({@code bench/peers/stylegan2_torch.py --serve}, or {@code step_torch.py}) in a process of its own:
 * requests and answers are lines of JSON. Where {@code SEMBLANCE_HOST_LIBRARIES} is set, it is the peer's search path
 * for libraries, since ours may name others than PyTorch brings. A peer that dies or is late is ended, and every later
 * request is an {@link IOException}.
 */
final class TorchPeer implements AutoCloseable {
    private static final String END = "";

    /** Seconds by which work may outrun its limit: what compiles cannot stop at once. */
    static final double GRACE = 10;

    private final Process process;
    private final BufferedWriter requests;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Json hello;

    /**
     * Starts it.
     *
     * @param command program and arguments
     * @param log what it writes beside its answers
     * @param seconds how long it may take to start
     * @throws IOException if it does not start, with the end of what it wrote in the log
     */
    TorchPeer(List<String> command, Path log, double seconds) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.to(log.toFile()));
        Optional.ofNullable(System.getenv("SEMBLANCE_HOST_LIBRARIES"))
                .ifPresent(path -> builder.environment().put("LD_LIBRARY_PATH", path));
        process = builder.start();
        requests = process.outputWriter();
        Thread reader = new Thread(this::read, "peer");
        reader.setDaemon(true);
        reader.start();
        try {
            hello = last(answers(seconds));
        } catch (IOException e) {
            close();
            throw new IOException(e.getMessage() + "; see " + log, e);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            lines.lines().forEach(answers::add);
        } catch (IOException | UncheckedIOException e) {
            answers.add(Json.of(Map.of("done", true, "error", String.valueOf(e.getMessage())))
                    .compact());
        }
        answers.add(END);
    }

    /** Its versions: {@code torch}, {@code cuda}, {@code cudnn}, {@code device}, {@code modes}. */
    Json hello() {
        return hello;
    }

    /** Gets a row ready to be measured in each mode; a mode that failed says so under {@code error}. */
    List<Json> prepare(String row, List<String> modes, double limit) throws IOException {
        return results(Map.of("do", "prepare", "row", row, "modes", modes, "limit", limit), limit + GRACE);
    }

    /** Measures a row in each mode; a mode that failed says so under {@code error}. */
    List<Json> measure(GpuRow row, List<String> modes, double seconds, double limit) throws IOException {
        Map<String, Object> request =
                Map.of("do", "measure", "row", row.name(), "modes", modes, "seconds", seconds, "limit", limit);
        return results(request, limit + GRACE);
    }

    /** Measures the fastest way of an earlier measurement once more; none if there was no such. */
    List<Json> again(GpuRow row, double seconds) throws IOException {
        return results(Map.of("do", "again", "row", row.name(), "seconds", seconds), 60 + 10 * seconds);
    }

    /** Uses these weights for all rows of this size from now on. */
    void weights(GpuRow row, Path file) throws IOException {
        results(Map.of("do", "weights", "row", row.name(), "file", file.toString()), 30);
    }

    /** Writes the pictures of style codes {@code [N, wDim]} to a file, as float32 in the byte order of its machine. */
    void picture(GpuRow row, HostArray codes, Path file) throws IOException {
        int wide = codes.shape().dim(1);
        List<List<Float>> rows = new ArrayList<>();
        for (int i = 0; i < codes.data().length; i += wide) {
            List<Float> one = new ArrayList<>();
            for (int k = 0; k < wide; k++) {
                one.add(codes.data()[i + k]);
            }
            rows.add(one);
        }
        results(Map.of("do", "picture", "row", row.name(), "codes", rows, "file", file.toString()), 120);
    }

    /** Frees what it keeps of a row. */
    void forget(GpuRow row) throws IOException {
        results(Map.of("do", "forget", "row", row.name()), 30);
    }

    /** What it answers to a request within so many seconds. */
    List<Json> results(Map<String, Object> request, double seconds) throws IOException {
        requests.write(Json.of(request).compact() + "\n");
        requests.flush();
        List<Json> all = answers(seconds);
        return all.subList(0, all.size() - 1);
    }

    /** Answers up to the one that says it is the last. */
    private List<Json> answers(double seconds) throws IOException {
        long end = System.nanoTime() + (long) (1e9 * seconds);
        List<Json> all = new ArrayList<>();
        while (all.isEmpty() || !last(all).has("done")) {
            all.add(next(end));
        }
        if (last(all).has("error")) {
            throw new IOException("peer: " + last(all).get("error").asString());
        }
        return all;
    }

    private Json next(long end) throws IOException {
        String line = poll(end - System.nanoTime());
        if (line == null || line.equals(END)) {
            String state = line == null ? "did not answer in time" : "ended with " + ended();
            close();
            throw new IOException("peer: it " + state);
        }
        return Json.parse(line, "peer");
    }

    /** The code of a process whose output has ended. */
    private String ended() {
        try {
            return process.waitFor(5, TimeUnit.SECONDS) ? Integer.toString(process.exitValue()) : "its output";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "an interruption";
        }
    }

    private @Nullable String poll(long nanos) {
        try {
            return answers.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static Json last(List<Json> all) {
        return all.get(all.size() - 1);
    }

    /** Ends it and the compilers that it started. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
