package org.semblance.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.semblance.Disentangler;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.heads.RenderedHead;
import org.semblance.image.Image;
import org.semblance.weights.ModelNetwork;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Renders heads and mixes them. */
@Command(
        name = "demo",
        description = "Renders heads and mixes every identity (first column) with the attributes of every other head"
                + " (first row).")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DemoCommand extends Verb {
    /* Heads of the row and the column share no seed of either kind. */
    private static final long OTHER = 1_000_000;

    @Option(
            names = "--out",
            paramLabel = "PNG",
            defaultValue = "mixing-table.png",
            converter = PngFile.Converter.class,
            description = "The picture (default: ${DEFAULT-VALUE}).")
    private PngFile out;

    @Option(
            names = "--identities",
            paramLabel = "SEEDS",
            defaultValue = "0-7",
            converter = Seeds.Converter.class,
            description = "Seeds of who the heads of the first column are (default: ${DEFAULT-VALUE}).")
    private Seeds identities;

    @Option(
            names = "--attributes",
            paramLabel = "SEEDS",
            defaultValue = "0-7",
            converter = Seeds.Converter.class,
            description = "Seeds of how the heads of the first row look (default: ${DEFAULT-VALUE}).")
    private Seeds attributes;

    @Mixin
    private PipelineOptions model;

    @Override
    int run() throws IOException {
        out.apartFrom();
        try (Disentangler pipeline = model.pipeline();
                Progress progress = progress(identities.values().size() + 1L)) {
            List<Image> column = rendered(identities, true, pipeline.resolution());
            List<Image> row = rendered(attributes, false, pipeline.resolution());
            progress.step(1);
            MixingTable table = MixingTable.of(pipeline, column, row, progress);
            out.write(table.sheet());
            out().println(out.path());
            report(table, pipeline);
        }
        return 0;
    }

    private static List<Image> rendered(Seeds seeds, boolean asIdentity, int resolution) {
        List<HeadFactors> factors = new ArrayList<>();
        for (long seed : seeds.values()) {
            factors.add(asIdentity ? HeadFactors.of(seed, OTHER + seed) : HeadFactors.of(OTHER + seed, seed));
        }
        return new HeadRenderer()
                .render(factors, resolution).stream()
                        .map(RenderedHead::image)
                        .map(Image::fromFloats)
                        .toList();
    }

    private void report(MixingTable table, Disentangler pipeline) throws IOException {
        if (pipeline.model().has(ModelNetwork.RECOGNISER)) {
            Likeness.of(table, pipeline.model(), pipeline.generator().device())
                    .lines()
                    .forEach(out()::println);
        }
    }
}
