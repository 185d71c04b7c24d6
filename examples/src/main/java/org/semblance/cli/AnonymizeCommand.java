package org.semblance.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.semblance.AnonymizationWork;
import org.semblance.Anonymizer;
import org.semblance.Deidentification;
import org.semblance.Disentangler;
import org.semblance.Evaluator;
import org.semblance.FaceFinder;
import org.semblance.files.DraftFile;
import org.semblance.image.Image;
import org.semblance.image.Photo;
import org.semblance.json.Json;
import org.semblance.metrics.EvaluationReport;
import org.semblance.privacy.AnonymityMode;
import org.semblance.privacy.AnonymizationSummary;
import org.semblance.weights.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pictures without their identities. */
@Command(
        name = "anonymize",
        description = "Replaces the identity in pictures until no recogniser takes the result for the original, and"
                + " writes a certificate beside each; docs/anonymisation.md explains it. Ends with 1 if a picture was"
                + " refused or failed.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class AnonymizeCommand extends Verb {
    private static final int MOST = 100_000;

    @Parameters(arity = "0..1", paramLabel = "FILE|DIR", description = "An aligned picture or a folder of them.")
    private @Nullable Path input;

    @Option(names = "--out", paramLabel = "DIR", order = 1, description = "Folder for pictures and certificates.")
    private @Nullable Path out;

    @Mixin
    private AnonymityOptions anonymity;

    @Option(
            names = "--with",
            paramLabel = "DIR",
            order = 20,
            description = "A further model folder whose recogniser must be deceived too. May be repeated.")
    private List<Path> with = new ArrayList<>();

    @Option(
            names = "--evaluate",
            paramLabel = "N",
            order = 30,
            description = "In place of pictures: measures on N rendered people, two pictures each.")
    private @Nullable Integer evaluate;

    @Option(
            names = "--gallery",
            paramLabel = "N",
            order = 31,
            defaultValue = "1000",
            description = "With --evaluate: people among whom each is looked for (default: ${DEFAULT-VALUE}, or as many"
                    + " as are measured).")
    private int gallery;

    @Option(names = "--json", paramLabel = "FILE", order = 32, description = "With --evaluate: also writes JSON.")
    private @Nullable Path json;

    @Option(
            names = "--align",
            order = 61,
            description = "The pictures are photographs: every face is found, replaced and put back.")
    private boolean align;

    @Option(
            names = "--mask",
            paramLabel = "KIND",
            order = 64,
            defaultValue = "square",
            description = "With --align: ${COMPLETION-CANDIDATES}, the head alone or all that was cut out"
                    + " (default: ${DEFAULT-VALUE}).")
    private MaskKind mask;

    @Option(
            names = "--together",
            order = 79,
            description = "Search for all new faces of a --batch together, which a GPU does many times faster; the same"
                    + " picture in another batch then comes out as the same person, but not to the same bytes.")
    private boolean together;

    @Mixin
    private FaceOptions faces;

    @Mixin
    private PipelineOptions model;

    @Mixin
    private BatchOptions batch;

    @Override
    int run() throws IOException {
        check();
        List<ModelFolder> others = new ArrayList<>();
        for (Path folder : with) {
            others.add(ModelOptions.open(folder));
        }
        try (Disentangler pipeline = model.pipeline();
                Evaluator evaluator = Evaluator.of(pipeline, others)) {
            return evaluate == null ? anonymize(pipeline, evaluator) : evaluate(pipeline, evaluator, evaluate);
        }
    }

    private void check() {
        if (evaluate != null && (evaluate < 2 || evaluate > MOST)) {
            throw wrong("--evaluate must be 2 to " + MOST + ", got " + evaluate);
        }
        if ((evaluate == null) == (input == null)) {
            throw wrong("a picture or a folder is needed, or --evaluate");
        }
        if (input != null && out == null) {
            throw wrong("--out is needed");
        }
        if (align && together) {
            throw wrong("--together takes aligned pictures; photographs are searched one by one");
        }
        if (align && anonymity.isClosedSet()) {
            throw wrong("--mode k-same takes aligned pictures; 'semblance align' makes them");
        }
    }

    private int anonymize(Disentangler pipeline, Evaluator evaluator) throws IOException {
        Path from = given(input);
        Path folder = given(out);
        if (!Files.exists(from)) {
            throw new IOException("no such file or folder: " + from);
        }
        batch.on(model.device());
        List<Path> files = Files.isDirectory(from) ? PictureOptions.in(from) : List.of(from);
        Anonymizer anonymizer = Anonymizer.of(pipeline, evaluator);
        Function<Path, AnonymityMode> modes =
                anonymity.modes(this, anonymizer, files, file -> aligned(file, pipeline.resolution()));
        Map<String, Object> settings = settings(pipeline, anonymizer, files);
        if (!align) {
            AnonymizationWork work = together
                    ? AnonymizationWork.ofGroups(anonymizer, folder, modes)
                    : AnonymizationWork.ofAligned(anonymizer, folder, modes);
            return run(work, files, folder, settings);
        }
        try (FaceFinder finder = faces.finder(model.device())) {
            return run(
                    AnonymizationWork.ofPhotographs(anonymizer, finder, faces.score(), mask.mask(), folder, modes),
                    files,
                    folder,
                    settings);
        }
    }

    private static Image aligned(Path file, int side) throws IOException {
        Image image = Photo.read(file).overWhite();
        if (image.width() != side || image.height() != side) {
            throw new IOException("k-same takes aligned pictures of " + side + "x" + side + ", got " + image.width()
                    + "x" + image.height() + " in " + file);
        }
        return image;
    }

    private static Path given(@Nullable Path path) {
        if (path == null) {
            throw new IllegalStateException("options are checked before");
        }
        return path;
    }

    private Map<String, Object> settings(Disentangler pipeline, Anonymizer anonymizer, List<Path> files)
            throws IOException {
        Map<String, Object> settings = new LinkedHashMap<>(PipelineOptions.settings(pipeline));
        settings.putAll(anonymity.settings(files));
        if (together) {
            settings.put("together", batch.config().size());
        }
        settings.put("align", align ? mask + " " + faces.score() : "no");
        settings.put(
                "recognisers",
                anonymizer.points().stream()
                        .map(p -> p.recogniser().checksum() + " below " + p.threshold())
                        .collect(Collectors.joining(", ")));
        return settings;
    }

    private int run(AnonymizationWork work, List<Path> files, Path folder, Map<String, Object> settings)
            throws IOException {
        work.requireApart(files);
        int code = batch.into(folder, this, work, files, settings);
        AnonymizationSummary summary = work.summary(files);
        write(folder.resolve(AnonymizationWork.SUMMARY), summary.json());
        out().println(String.format(
                Locale.ROOT,
                "%d of %d pictures delivered, %d refused, %d failed; %s",
                summary.delivered(),
                files.size(),
                summary.refused(),
                summary.failed(),
                folder.resolve(AnonymizationWork.SUMMARY)));
        return summary.delivered() == files.size() ? code : 1;
    }

    private int evaluate(Disentangler pipeline, Evaluator evaluator, int people) throws IOException {
        long start = System.nanoTime();
        EvaluationReport report;
        try (Progress progress = progress(people)) {
            report = Deidentification.run(pipeline, evaluator, people, Math.max(people, gallery), 0, progress::step);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        out().print(new EvaluationTable(report).text(pipeline.model().name(), seconds));
        if (json != null) {
            write(
                    json,
                    report.json()
                            .with("precision", pipeline.generator().precision().name())
                            .with("seconds", seconds));
        }
        return 0;
    }

    private static void write(Path path, Json json) throws IOException {
        byte[] text = json.pretty().getBytes(StandardCharsets.UTF_8);
        DraftFile.write(path, stream -> stream.write(text));
    }
}
