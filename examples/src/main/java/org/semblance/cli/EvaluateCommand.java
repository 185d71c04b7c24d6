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
import org.semblance.files.DraftFile;
import org.semblance.json.Json;
import org.semblance.metrics.Comparison;
import org.semblance.metrics.EvaluationConfig;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.PairSource;
import org.semblance.metrics.PicturePairs;
import org.semblance.metrics.RenderedPairs;
import org.semblance.weights.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a model is worth. */
@Command(
        name = "evaluate",
        description =
                "Measures a model on pairs of pictures: identity, landmarks, reconstruction, agreement of factors,"
                        + " blocks of the code, realism. Prints a table; docs/evaluation.md explains every figure.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvaluateCommand extends Verb {
    private static final int MOST = 100_000;

    /** Where pairs come from when no folders are named. */
    enum Data {
        RENDERED,
        GENERATED
    }

    @Option(
            names = "--pairs",
            defaultValue = "2048",
            paramLabel = "N",
            description = "How many, 2 to 100000 (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--data",
            defaultValue = "rendered",
            paramLabel = "rendered|generated",
            description = "Synthetic heads with ground truth, or the generator's own pictures (default:"
                    + " ${DEFAULT-VALUE}).")
    private Data data;

    @Option(
            names = "--identities",
            paramLabel = "DIR",
            description = "Folder of identity pictures, in place of --data.")
    private @Nullable Path identities;

    @Option(
            names = "--attributes",
            paramLabel = "DIR",
            description = "Folder of attribute pictures, with --identities.")
    private @Nullable Path attributes;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Which pairs, and of the bootstrap; rendered heads of seed 0 are those of the published figures"
                            + " (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--batch",
            defaultValue = "64",
            paramLabel = "N",
            description = "Pairs that go through the networks together (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--with",
            paramLabel = "DIR",
            description = "A further model folder with networks to measure with: recogniser, features and the roles of"
                    + " --network. May be repeated.")
    private List<Path> with = new ArrayList<>();

    @Option(
            names = "--network",
            paramLabel = "ROLE=ONNX",
            order = 78,
            description = "A network of your own in an ONNX file, for what is not available without: lpips_alex,"
                    + " lpips_vgg, masked_lpips, expression, shape, pose, gaze, light, debiased (a recogniser) or"
                    + " features. May be repeated.")
    private Map<String, Path> networks = new LinkedHashMap<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes everything as JSON.")
    private @Nullable Path json;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private PipelineOptions model;

    @Mixin
    private EncoderOptions encoder;

    @Override
    int run() throws IOException {
        check();
        List<ModelFolder> others = new ArrayList<>();
        for (Path folder : with) {
            others.add(ModelOptions.open(folder));
        }
        encoder.recogniser().ifPresent(others::add);
        for (Map.Entry<String, Path> own : networks.entrySet()) {
            others.add(encoder.alone(own.getKey(), own.getValue()));
        }
        try (Disentangler pipeline = model.pipeline();
                Evaluator evaluator = Evaluator.of(pipeline, others)) {
            PairSource source = source(pipeline, evaluator);
            long start = System.nanoTime();
            EvaluationReport report;
            try (Progress progress = progress(source.count())) {
                report = evaluator.run(source, config(), progress::step);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            out().print(new EvaluationTable(report).text(pipeline.model().name(), seconds));
            write(report, pipeline, others, seconds);
        }
        return 0;
    }

    private static List<String> roles() {
        List<String> roles = new ArrayList<>(List.of(Evaluator.DEBIASED, Evaluator.FEATURES));
        for (Comparison comparison : Comparison.values()) {
            roles.add(comparison.role());
        }
        return roles;
    }

    private void check() {
        if (pairs < 2 || pairs > MOST) {
            throw wrong("--pairs must be 2 to " + MOST + ", got " + pairs);
        }
        if (batch < 1 || batch > 4096) {
            throw wrong("--batch must be 1 to 4096, got " + batch);
        }
        if (seed < 0 || seed > Seeds.GREATEST) {
            throw wrong("--seed must be 0 to " + Seeds.GREATEST + ", got " + seed);
        }
        if ((identities == null) != (attributes == null)) {
            throw wrong("--identities and --attributes come together");
        }
        for (String role : networks.keySet()) {
            if (!roles().contains(role)) {
                throw wrong("--network: no such role to measure with: '" + role + "', expected one of " + roles());
            }
        }
        if (json != null && json.getParent() != null && !Files.isDirectory(json.getParent())) {
            throw wrong("--json: no such folder: " + json.getParent());
        }
    }

    private EvaluationConfig config() {
        EvaluationConfig standard = EvaluationConfig.standard(seed);
        return new EvaluationConfig(batch, standard.resamples(), seed, standard.table());
    }

    private PairSource source(Disentangler pipeline, Evaluator evaluator) throws IOException {
        int side = pipeline.resolution();
        if (identities != null && attributes != null) {
            return new PicturePairs(
                    PictureOptions.in(identities),
                    PictureOptions.in(attributes),
                    pairs,
                    seed,
                    path -> pictures.read(path, side));
        }
        return data == Data.RENDERED ? new RenderedPairs(pairs, side, seed) : evaluator.generatedPairs(pairs, seed);
    }

    private void write(EvaluationReport report, Disentangler pipeline, List<ModelFolder> others, double seconds)
            throws IOException {
        if (json == null) {
            return;
        }
        Json all = report.json()
                .with("model", described(pipeline.model()))
                .with(
                        "networks",
                        others.stream().map(EvaluateCommand::described).toList())
                .with("device", pipeline.generator().device().toString())
                .with("precision", pipeline.generator().precision().name())
                .with("seconds", seconds);
        byte[] text = all.pretty().getBytes(StandardCharsets.UTF_8);
        DraftFile.write(json, stream -> stream.write(text));
        out().println(json);
    }

    private static Map<String, Object> described(ModelFolder folder) {
        Map<String, Object> checksums = new LinkedHashMap<>();
        for (String role : folder.roles()) {
            checksums.put(role, folder.network(role).sha256());
        }
        return Map.of("name", folder.name(), "sha256", checksums);
    }
}
