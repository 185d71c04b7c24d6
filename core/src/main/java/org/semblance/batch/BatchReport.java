package org.semblance.batch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.semblance.files.DraftFile;
import org.semblance.json.Json;

/**
 * What became of a run.
 *
 * @param ending how it ended
 * @param started when
 * @param progress counts and time at the end
 * @param busy time spent in each stage, summed over its threads
 * @param failures items that could not be done, in the order in which they failed
 * @param retriedGroups groups that failed together, so that their items were computed alone
 * @param config how it ran
 * @param about what the caller added
 */
public record BatchReport(
        Ending ending,
        Instant started,
        BatchProgress progress,
        Map<Stage, Duration> busy,
        List<BatchFailure> failures,
        long retriedGroups,
        BatchConfig config,
        Json about) {
    private static final int SCHEMA = 1;

    /** How a run ended. */
    public enum Ending {
        /** Every item of the source was done, skipped or failed. */
        COMPLETE,
        /** Somebody cancelled it. */
        CANCELLED,
        /** An item failed, and the run was to end there. */
        FAILED_FAST
    }

    /** Whether every item is done, by this run or an earlier one. */
    public boolean isSuccess() {
        return ending == Ending.COMPLETE && failures.isEmpty();
    }

    /**
     * As JSON: {@code schema}, {@code ending}, {@code started}, {@code seconds}, {@code items} with counts, {@code
     * itemsPerSecond}, {@code busySeconds} by stage, {@code retriedGroups}, {@code failures} with {@code item},
     * {@code stage} and {@code reason}, {@code config}, {@code versions}, {@code about}.
     */
    public Json toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", SCHEMA);
        json.put("ending", ending.name().toLowerCase(Locale.ROOT));
        json.put("started", started.toString());
        json.put("seconds", seconds(progress.elapsed()));
        json.put("items", counts());
        json.put("itemsPerSecond", rounded(progress.rate()));
        json.put("busySeconds", busySeconds());
        json.put("retriedGroups", retriedGroups);
        json.put("failures", failures.stream().map(BatchReport::json).toList());
        json.put("config", configJson());
        json.put("versions", versions());
        json.put("about", about);
        return Json.of(json);
    }

    /** Writes {@link #toJson}, whole or not at all. */
    public void write(Path file) throws IOException {
        try (DraftFile draft = DraftFile.of(file)) {
            draft.out().write(toJson().pretty().getBytes(StandardCharsets.UTF_8));
            draft.commit();
        }
    }

    private Map<String, Object> counts() {
        Map<String, Object> counts = new LinkedHashMap<>();
        progress.total().ifPresent(total -> counts.put("total", total));
        counts.put("done", progress.done());
        counts.put("skipped", progress.skipped());
        counts.put("failed", progress.failed());
        return counts;
    }

    private Map<String, Object> busySeconds() {
        Map<String, Object> times = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            times.put(stage.toString(), seconds(busy.getOrDefault(stage, Duration.ZERO)));
        }
        return times;
    }

    private static Map<String, Object> json(BatchFailure failure) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("item", failure.item());
        json.put("stage", failure.stage().toString());
        json.put("reason", failure.reason());
        return json;
    }

    private Map<String, Object> configJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("size", config.size());
        json.put("decoders", config.decoders());
        json.put("computers", config.computers());
        json.put("encoders", config.encoders());
        json.put("groups", config.groups());
        json.put("failFast", config.failFast());
        json.put("durable", config.durable());
        return json;
    }

    private static Map<String, Object> versions() {
        String version = BatchReport.class.getPackage().getImplementationVersion();
        Map<String, Object> versions = new LinkedHashMap<>();
        versions.put("semblance", version == null ? "(not packed)" : version);
        versions.put("java", System.getProperty("java.version"));
        versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        versions.put("processors", Runtime.getRuntime().availableProcessors());
        return versions;
    }

    private static double seconds(Duration time) {
        return rounded(time.toNanos() / 1e9);
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
