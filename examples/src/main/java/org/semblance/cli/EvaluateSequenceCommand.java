package org.semblance.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.Disentangler;
import org.semblance.Evaluator;
import org.semblance.SequenceSwapper;
import org.semblance.files.DraftFile;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.metrics.MeasuringNetworks;
import org.semblance.metrics.TemporalFigures;
import org.semblance.sequence.FrameFolder;
import org.semblance.sequence.GivenIdentities;
import org.semblance.sequence.PersonFigures;
import org.semblance.sequence.SequenceMeasure;
import org.semblance.sequence.SequenceOptions;
import org.semblance.sequence.SequenceOutcome;
import org.semblance.sequence.SequenceProgress;
import org.semblance.sequence.SequenceReport;
import org.semblance.sequence.ZeroPhase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a model is worth over time. */
@Command(
        name = "evaluate-sequence",
        description = "Renders moving heads, swaps them onto other people with 'sequence' and frame by frame, and"
                + " compares both with what the renderer draws of those people under the same motion."
                + " docs/sequences.md explains the figures.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvaluateSequenceCommand extends Verb {
    /** Seeds of people that no training of the embedded model has seen. */
    private static final long PEOPLE = 8_000_000;

    private static final int MOST = 100_000;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "300",
            description = "Frames of each sequence, at 25 per second, 4 to 100000 (default: ${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--motions",
            paramLabel = "SEEDS",
            defaultValue = "0-2",
            converter = Seeds.Converter.class,
            description = "A sequence for each; motion K moves person 8000000+2K and makes them 8000001+2K"
                    + " (default: ${DEFAULT-VALUE}).")
    private Seeds motions;

    @Option(
            names = "--smooth",
            paramLabel = "FRAMES",
            defaultValue = "1.5",
            description = "As of 'sequence' (default: ${DEFAULT-VALUE}).")
    private double smooth;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes everything as JSON.")
    private @Nullable Path json;

    @Mixin
    private PipelineOptions model;

    @Override
    int run() throws IOException {
        if (frames < 4 || frames > MOST) {
            throw wrong("--frames must be 4 to " + MOST + ", got " + frames);
        }
        if (json != null && json.getParent() != null && !Files.isDirectory(json.getParent())) {
            throw wrong("--json: no such folder: " + json.getParent());
        }
        Path scratch = Files.createTempDirectory("semblance-sequence");
        try (Disentangler pipeline = model.pipeline();
                Evaluator evaluator = Evaluator.of(pipeline)) {
            List<Object> sequences = new ArrayList<>();
            for (long motion : motions.values()) {
                Film film = film(motion, pipeline.resolution(), scratch.resolve("m" + motion));
                sequences.add(json(motion, report(film, pipeline, evaluator.networks())));
                SequencePlaces.remove(scratch.resolve("m" + motion));
            }
            write(pipeline, sequences);
        } finally {
            SequencePlaces.remove(scratch);
        }
        return 0;
    }

    /** A sequence, who its person becomes, and what that would look like. */
    private record Film(FrameFolder in, Image wanted, FrameFolder reference, Path scratch) {}

    private Film film(long motion, int size, Path scratch) throws IOException {
        try (Progress progress = progress(2L * frames)) {
            progress.say("render");
            HeadFilm from = new HeadFilm(PEOPLE + 2 * motion, motion, frames, size);
            HeadFilm to = new HeadFilm(PEOPLE + 2 * motion + 1, motion, frames, size);
            FrameFolder in = FrameFolder.of(from.write(scratch, progress));
            FrameFolder reference = FrameFolder.of(to.write(scratch, progress));
            return new Film(in, Image.read(to.portrait(scratch)), reference, scratch);
        }
    }

    private SequenceReport report(Film film, Disentangler pipeline, MeasuringNetworks networks) throws IOException {
        SequenceOptions options = SequenceOptions.forAligned().withFilters(new ZeroPhase(smooth), new ZeroPhase(0));
        SequenceSwapper swapper = SequenceSwapper.aligned(pipeline, options);
        Path out = film.scratch.resolve("out");
        SequenceOutcome outcome = swap(swapper, pipeline, film, out);
        Map<Integer, PersonFigures> steady = swapper.measure(film.in, out, outcome, wanted(film), networks);
        Path each = film.scratch.resolve("each");
        swap(swapper.frameByFrame(), pipeline, film, each);
        Map<Integer, PersonFigures> single = swapper.measure(film.in, each, outcome, wanted(film), networks);
        Map<String, TemporalFigures> reference =
                new SequenceMeasure(networks, pipeline.resolution(), options).of(film.reference);
        return new SequenceReport(outcome, steady, single, reference);
    }

    private static Map<Integer, Image> wanted(Film film) {
        return Map.of(1, film.wanted);
    }

    private SequenceOutcome swap(SequenceSwapper swapper, Disentangler pipeline, Film film, Path out)
            throws IOException {
        GivenIdentities choice =
                GivenIdentities.inOrder(List.of(pipeline.identity().embed(film.wanted)));
        try (SequenceBar bar =
                new SequenceBar(progress((long) SequenceProgress.Stage.values().length * frames), frames)) {
            return swapper.run(film.in, choice, out, bar);
        }
    }

    private Map<String, Object> json(long motion, SequenceReport report) {
        out().println("motion " + motion + ", " + frames + " frames");
        report.lines().forEach(out()::println);
        out().flush();
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("motion", motion);
        one.put("report", report.json());
        return one;
    }

    private void write(Disentangler pipeline, List<Object> sequences) throws IOException {
        if (json == null) {
            return;
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("model", pipeline.model().name());
        all.put("device", pipeline.generator().device().toString());
        all.put("precision", pipeline.generator().precision().name());
        all.put("frames", frames);
        all.put("smooth", smooth);
        all.put("sequences", sequences);
        byte[] text = (Json.of(all).pretty() + "\n").getBytes(StandardCharsets.UTF_8);
        DraftFile.write(json, stream -> stream.write(text));
        out().println(json);
    }
}
