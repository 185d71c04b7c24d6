package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.Generator;
import org.semblance.array.HostArray;
import org.semblance.batch.BatchWork;
import org.semblance.image.Image;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.pretrained.Pretrained;
import org.semblance.weights.files.WeightsFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Pictures of random codes. */
@Command(
        name = "generate",
        description = "Draws pictures of random codes with a StyleGAN2 generator. The codes of a seed are those of"
                + " StyleGAN's own scripts.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GenerateCommand extends Verb {
    @Option(
            names = "--seeds",
            required = true,
            paramLabel = "SEEDS",
            converter = Seeds.Converter.class,
            description = "Such as 0-15,20.")
    private Seeds seeds;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for seed0000.png and so on.")
    private Path out;

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "A weights file with a StyleGAN2 generator (see info), in place of a model folder; the"
                    + " architecture is read off the shapes.")
    private @Nullable Path weights;

    @Option(
            names = "--clamp",
            paramLabel = "X",
            description = "With --weights: bound on activations, which only pickles tell (conv_clamp, often 256 for"
                    + " networks trained in half precision; default: none).")
    private @Nullable Float clamp;

    @Option(
            names = "--psi",
            defaultValue = "1",
            paramLabel = "X",
            description = "Truncation: 1 changes nothing, 0 draws the mean (default: ${DEFAULT-VALUE}).")
    private float psi;

    @Option(
            names = "--cutoff",
            paramLabel = "N",
            description = "Layers that are truncated, from the coarsest (default: all).")
    private int cutoff = Truncation.ALL_LAYERS;

    @Option(
            names = "--noise",
            defaultValue = "const",
            paramLabel = "const|none|random",
            description = "Noise maps: stored with the weights, none, or drawn from the seed (default:"
                    + " ${DEFAULT-VALUE}).")
    private Noise.Mode noise;

    @Option(names = "--label", paramLabel = "N", description = "Class, for generators with labels; from 0.")
    private @Nullable Integer label;

    @Mixin
    private PipelineOptions model;

    @Mixin
    private BatchOptions batch;

    @Override
    int run() throws IOException {
        check();
        try (Generator generator = open()) {
            batch.on(model.device());
            checkLabel(generator.cDim());
            int code = batch.into(out, this, new Drawing(generator), seeds.values(), settings(generator));
            out().println(out);
            return code;
        }
    }

    /** A seed is drawn; there is nothing to read. */
    private final class Drawing implements BatchWork<Long, Long, Image> {
        private final Generator generator;

        Drawing(Generator generator) {
            this.generator = generator;
        }

        @Override
        public Long decode(Long seed) {
            return seed;
        }

        /** Random noise comes from the seed of the one picture of its batch, so that neighbours change nothing. */
        @Override
        public List<Image> compute(List<Long> some) {
            if (noise != Noise.Mode.RANDOM) {
                return draw(generator, some);
            }
            return some.stream()
                    .map(seed -> draw(generator, List.of(seed)).get(0))
                    .toList();
        }

        @Override
        public void encode(Long seed, Image image) throws IOException {
            image.writePng(file(seed));
        }

        @Override
        public List<Path> outputs(Long seed) {
            return List.of(file(seed));
        }

        private Path file(Long seed) {
            return out.resolve(String.format("seed%04d.png", seed));
        }
    }

    private Map<String, Object> settings(Generator generator) throws IOException {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("psi", psi);
        settings.put("cutoff", cutoff);
        settings.put("noise", noise.name());
        settings.put("label", label);
        settings.put("clamp", clamp);
        if (weights == null) {
            settings.putAll(ModelOptions.settings(model.open()));
        } else {
            settings.put("weights", weights.toAbsolutePath().toString());
            settings.put("weightsBytes", Files.size(weights));
        }
        settings.putAll(PipelineOptions.settings(generator));
        return settings;
    }

    private void check() {
        if (weights != null && model.isNamed()) {
            throw wrong("--weights and --model exclude each other");
        }
        if (clamp != null && (weights == null || !(clamp > 0))) {
            throw wrong("--clamp goes with --weights and must be positive, got " + clamp);
        }
        if (cutoff < 0 || !Float.isFinite(psi)) {
            throw wrong("--cutoff must not be negative and --psi finite, got " + cutoff + " and " + psi);
        }
    }

    private void checkLabel(int classes) {
        if (classes == 0 && label != null) {
            throw wrong("this generator has no labels, got --label " + label);
        }
        if (classes > 0 && (label == null || label < 0 || label >= classes)) {
            throw wrong(
                    "this generator needs --label 0 to " + (classes - 1) + ", got " + (label == null ? "none" : label));
        }
    }

    private Generator open() throws IOException {
        if (weights == null) {
            return model.drawing(Generator.load(model.open(), model.device()));
        }
        return model.drawing(
                clamp == null
                        ? Generator.load(weights, model.device())
                        : Generator.load(weights, config(weights).withClamp(clamp), model.device()));
    }

    private static GeneratorConfig config(Path file) throws IOException {
        try (WeightsFile opened = WeightsFile.open(file)) {
            return Pretrained.generatorConfig(Pretrained.main(opened));
        }
    }

    private List<Image> draw(Generator generator, List<Long> some) {
        HostArray z = generator.z(some.stream().mapToLong(Long::longValue).toArray());
        Truncation truncation = new Truncation(psi, cutoff);
        Noise maps = maps(some.get(0));
        return label == null
                ? generator.generate(z, truncation, maps)
                : generator.generate(z, labels(some.size(), generator.cDim(), label), truncation, maps);
    }

    private Noise maps(long seed) {
        return switch (noise) {
            case NONE -> Noise.none();
            case CONST -> Noise.constant();
            case RANDOM -> Noise.random(seed);
        };
    }

    private static HostArray labels(int count, int classes, int chosen) {
        float[] rows = new float[count * classes];
        for (int i = 0; i < count; i++) {
            rows[i * classes + chosen] = 1;
        }
        return HostArray.of(rows, count, classes);
    }
}
