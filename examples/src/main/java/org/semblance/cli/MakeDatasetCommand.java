package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.semblance.Generator;
import org.semblance.training.SampleSet;
import org.semblance.training.SampleSetWriter;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A set of samples to train on. */
@Command(
        name = "make-dataset",
        description =
                "Makes a set of pictures to train on: a generator's own with their style codes, or synthetic heads"
                        + " with their ground truth. Run again after an interruption, it goes on where it stopped.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class MakeDatasetCommand extends Verb {
    private static final long MOST = 100_000_000;
    private static final int SIDE = 64;

    /** What is drawn. */
    enum Source {
        GENERATOR,
        HEADS
    }

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for index.json and the shards.")
    private Path out;

    @Option(
            names = "--source",
            defaultValue = "generator",
            paramLabel = "generator|heads",
            description = "The model's generator, or the renderer of heads (default: ${DEFAULT-VALUE}).")
    private Source source;

    @Option(
            names = "--count",
            required = true,
            paramLabel = "N",
            description = "Samples in all, 1 to 100000000; of heads up to 1000000, with --grid N times as many.")
    private long count;

    @Option(
            names = "--psi",
            defaultValue = "1",
            paramLabel = "X",
            description = "Truncation of the generator's codes, alike in all layers (default: ${DEFAULT-VALUE}).")
    private float psi;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "N",
            description = "Which samples, 0 to 4294967295 (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private ShardSize shards;

    @Option(
            names = "--size",
            paramLabel = "N",
            description =
                    "Pixels per side of heads, even, 16 to 1024 (default: " + SIDE + "); a generator has its own.")
    private @Nullable Integer size;

    @Option(
            names = "--grid",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Draws heads in blocks of N identities, each with the same N sets of attributes, 2 to 100: a set of"
                            + " known swaps. --count and --shard must be multiples of N * N (default: no two have"
                            + " anything in common).")
    private int grid;

    @Mixin
    private ModelOptions model;

    @Override
    int run() throws IOException {
        check();
        SampleSet set = source == Source.HEADS ? heads() : generated();
        out().println(out + ": " + set.count() + " samples in " + set.shards().size() + " shards");
        return 0;
    }

    private void check() {
        if (count < 1 || count > MOST) {
            throw wrong("--count must be 1 to " + MOST + ", got " + count);
        }
        if (seed < 0 || seed > Seeds.GREATEST) {
            throw wrong("--seed must be 0 to " + Seeds.GREATEST + ", got " + seed);
        }
        if (!Float.isFinite(psi)) {
            throw wrong("--psi must be finite, got " + psi);
        }
        checkGrid();
        if (source == Source.HEADS && count > HeadSet.most(grid)) {
            throw wrong("--count must be at most " + HeadSet.most(grid)
                    + " for heads, as further ones are those of evaluations, got " + count);
        }
        checkSize();
    }

    private void checkSize() {
        if (size == null) {
            return;
        }
        if (source != Source.HEADS) {
            throw wrong("--size needs --source heads, got generator");
        }
        if (size < 16 || size > 1024 || size % 2 != 0) {
            throw wrong("--size must be even and 16 to 1024, got " + size);
        }
    }

    private void checkGrid() {
        if (grid == 0) {
            return;
        }
        if (grid < 2 || grid > 100) {
            throw wrong("--grid must be 2 to 100, got " + grid);
        }
        if (source != Source.HEADS) {
            throw wrong("--grid needs --source heads, got generator");
        }
        if (count % (grid * grid) != 0) {
            throw wrong("--count must be a multiple of " + grid * grid + " for --grid " + grid + ", got " + count);
        }
    }

    private SampleSet heads() throws IOException {
        String what = "rendered heads, seed " + seed + (grid == 0 ? "" : ", grid " + grid);
        int side = size == null ? SIDE : size;
        int shard = shardSize(side, Math.max(1, grid * grid));
        return write(new SampleSetWriter(out, side, 0, what, grid, count, shard), new HeadSet(seed, side, grid));
    }

    private SampleSet generated() throws IOException {
        ModelFolder folder = model.open();
        try (Generator generator = Generator.load(folder, model.device())) {
            GeneratedSet made = new GeneratedSet(generator, seed, count, psi);
            String what = String.format(
                    Locale.ROOT,
                    "generator %s %s on %s, psi %s, seed %d, z seeds from %d",
                    folder.name(),
                    folder.network(ModelNetwork.GENERATOR).sha256().substring(0, 16),
                    generator.device().name().split(":", 2)[0],
                    psi,
                    seed,
                    made.zSeed(0));
            int side = generator.resolution();
            int shard = shardSize(side, 1);
            return write(new SampleSetWriter(out, side, generator.wDim(), what, count, shard), made);
        }
    }

    private int shardSize(int side, int block) {
        return shards.of(side, block, Runtime.getRuntime().maxMemory());
    }

    private SampleSet write(SampleSetWriter writer, SampleSetWriter.Maker maker) throws IOException {
        long present = writer.present();
        try (Progress progress = progress(count)) {
            progress.step(present);
            return writer.write(maker, progress::step);
        }
    }
}
