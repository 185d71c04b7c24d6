package org.semblance.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.Disentangler;
import org.semblance.Evaluator;
import org.semblance.SequenceSwapper;
import org.semblance.files.DraftFile;
import org.semblance.image.Image;
import org.semblance.metrics.MeasuringNetworks;
import org.semblance.sequence.FrameFolder;
import org.semblance.sequence.FrameSource;
import org.semblance.sequence.IdentityChoice;
import org.semblance.sequence.PersonFigures;
import org.semblance.sequence.SequenceMeasure;
import org.semblance.sequence.SequenceOptions;
import org.semblance.sequence.SequenceOutcome;
import org.semblance.sequence.SequenceProgress;
import org.semblance.sequence.SequenceReport;
import picocli.CommandLine.Option;

/** What is measured of a sequence. */
final class SequenceReportOptions {
    @Option(
            names = "--report",
            paramLabel = "FILE",
            order = 55,
            description = "Measures the result with the model's own recognisers and landmarks and writes JSON;"
                    + " docs/sequences.md explains the figures.")
    private @Nullable Path file;

    @Option(
            names = "--baseline",
            order = 56,
            description = "With --report: processes every frame by itself, too, and measures that.")
    private boolean baseline;

    @Option(
            names = "--reference",
            paramLabel = "DIR",
            order = 57,
            description = "With --report: aligned frames that really show who person 1 became, to compare with.")
    private @Nullable Path reference;

    boolean isWanted() {
        return file != null;
    }

    /**
     * A run to be measured.
     *
     * @param swapper that did it
     * @param frames that it read
     * @param choice who people became
     * @param wanted pictures of them
     * @param out folder that it wrote to
     */
    record Subject(
            SequenceSwapper swapper, FrameSource frames, IdentityChoice choice, Map<Integer, Image> wanted, Path out) {}

    /** Measures, and writes the report if a file is named. */
    SequenceReport write(Disentangler pipeline, Subject run, SequenceOutcome outcome) throws IOException {
        try (Evaluator evaluator = Evaluator.of(pipeline)) {
            MeasuringNetworks networks = evaluator.networks();
            SequenceReport report = new SequenceReport(
                    outcome,
                    run.swapper.measure(run.frames, run.out, outcome, run.wanted, networks),
                    baseline ? baseline(run, outcome, networks) : Map.of(),
                    reference == null
                            ? null
                            : new SequenceMeasure(networks, pipeline.resolution(), SequenceOptions.forAligned())
                                    .of(FrameFolder.of(reference)));
            if (file != null) {
                byte[] text = (report.json().pretty() + "\n").getBytes(StandardCharsets.UTF_8);
                DraftFile.write(file, stream -> stream.write(text));
            }
            return report;
        }
    }

    private static Map<Integer, PersonFigures> baseline(
            Subject run, SequenceOutcome outcome, MeasuringNetworks networks) throws IOException {
        Path scratch = Files.createTempDirectory("semblance-frames");
        try {
            SequenceSwapper each = run.swapper.frameByFrame();
            each.run(run.frames, run.choice, scratch, SequenceProgress.none());
            return run.swapper.measure(run.frames, scratch, outcome, run.wanted, networks);
        } finally {
            SequencePlaces.remove(scratch);
        }
    }
}
