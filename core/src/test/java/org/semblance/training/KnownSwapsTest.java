package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.OpCase;
import org.semblance.contract.TestDevice;
import org.semblance.json.Json;
import org.semblance.networks.StagedFeatures;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Norm;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Rows whose true swap is known: where they come from, and what they cost. */
@ExtendWith(NoLeaks.class)
class KnownSwapsTest {
    private static final int GRID = 3;
    private static final int BLOCK = GRID * GRID;
    private static final int COUNT = 4 * BLOCK;
    private static final int SIDE = 4;
    private static final int PIXELS = 3 * SIDE * SIDE;

    private final Device device = TestDevice.get();

    @TempDir
    private Path folder;

    @Test
    void sourcesShareOneThingEachWithTheResult() throws IOException {
        grid();
        try (SampleSource source = new SwapSamples(SetShards.open(folder), 5, SIDE, 0)) {
            Set<Integer> results = new HashSet<>();
            Set<List<Integer>> triples = new HashSet<>();
            for (int pass = 0; pass < 6; pass++) {
                Samples drawn = source.draw((long) pass * COUNT, COUNT);
                Samples.Swaps swaps = Objects.requireNonNull(drawn.swaps());
                for (int row = 0; row < COUNT; row++) {
                    int who = level(Objects.requireNonNull(drawn.images()), row);
                    int how = level(swaps.attributes(), row);
                    int result = level(swaps.results(), row);
                    shareOneThingEach(who, how, result);
                    assertThat(who).isNotEqualTo(result);
                    assertThat(how).isNotEqualTo(result);
                    results.add(result);
                    triples.add(List.of(who, how, result));
                }
                assertThat(results).hasSize(COUNT);
            }
            assertThat(triples).as("sources vary").hasSizeGreaterThan(2 * COUNT);
            assertThat(source.draw(7, 1).swaps()).isNotNull();
            assertThat(level(Objects.requireNonNull(source.draw(7, 1).images()), 0))
                    .isEqualTo(level(Objects.requireNonNull(source.draw(5, 4).images()), 2));
            assertThat(source.description()).contains("known swaps", "grid test");
        }
    }

    private static void shareOneThingEach(int who, int how, int result) {
        assertThat(who / GRID).as("identity").isEqualTo(result / GRID);
        assertThat(how / BLOCK).as("block").isEqualTo(result / BLOCK);
        assertThat(how % GRID).as("attributes").isEqualTo(result % GRID);
    }

    /** Sources may lie beyond the samples that are results, in the same block. */
    @Test
    void theFirstSamplesMayBeTheOnlyResults() throws IOException {
        grid();
        int distinct = 2 * BLOCK + 4;
        try (SampleSource source = new SwapSamples(SetShards.open(folder), 5, SIDE, distinct)) {
            Samples drawn = source.draw(0, distinct);
            Samples.Swaps swaps = Objects.requireNonNull(drawn.swaps());
            Set<Integer> results = new HashSet<>();
            for (int row = 0; row < distinct; row++) {
                int who = level(Objects.requireNonNull(drawn.images()), row);
                int how = level(swaps.attributes(), row);
                int result = level(swaps.results(), row);
                shareOneThingEach(who, how, result);
                results.add(result);
            }
            assertThat(results).hasSize(distinct).allMatch(r -> r < distinct);
        }
    }

    @Test
    void aSetIsNotContinuedWithAnotherGrid() throws IOException {
        grid();
        SampleSetWriter other = new SampleSetWriter(folder, SIDE, 0, "grid test", 0, COUNT, 2 * BLOCK);
        assertThatThrownBy(other::present)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("with grid 3")
                .hasMessageContaining("with grid 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SampleSetWriter(folder, SIDE, 0, "grid", -1, 4, 4))
                .withMessageContaining("grid must be 0 to 1000, got -1");
    }

    @Test
    void knownSwapsAreAtLeastOneRowAndNeverAll() {
        DataConfig few = new DataConfig(
                List.of(source(DataConfig.Kind.HEADS, 1, ""), source(DataConfig.Kind.SWAPS, 0.01, "x")), 1, false, 1);
        assertThat(few.swapRows(8)).isEqualTo(1);
        assertThat(few.swapRows(1)).isZero();
        DataConfig many = new DataConfig(
                List.of(source(DataConfig.Kind.HEADS, 0.01, ""), source(DataConfig.Kind.SWAPS, 1, "x")), 1, false, 1);
        assertThat(many.swapRows(8)).isEqualTo(7);
        assertThat(DataConfig.stable().swapRows(8)).isZero();
    }

    @Test
    void knownSwapsAreAmongRowsOfTwoSources() {
        try (Scope scope = Scope.open()) {
            Tensor images = Tensor.full(device, Shape.of(3, 3, SIDE, SIDE), 0);
            Tensor results = Tensor.full(device, Shape.of(2, 3, SIDE, SIDE), 0);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new StepInput(images, images, 1, null, null, results))
                    .withMessageContaining("got 2, 1 and 3");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new StepInput(images, images, 4, null, null))
                    .withMessageContaining("got 0, 4 and 3");
        }
    }

    @Test
    void setsWithoutAGridAreRefused() throws IOException {
        new SampleSetWriter(folder, SIDE, 0, "plain", 4, 4).write(this::samples, done -> {});
        assertThatThrownBy(() -> new SwapSamples(SetShards.open(folder), 5, SIDE, 0).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--grid of at least 2 is needed, got grid 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SampleSetWriter(folder, SIDE, 0, "grid", GRID, 2 * BLOCK + 1, BLOCK))
                .withMessageContaining("count must be a multiple of grid * grid, 9, got 19");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SampleSetWriter(folder, SIDE, 0, "grid", GRID, 2 * BLOCK, 4))
                .withMessageContaining("shardSize");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DataConfig(List.of(source(DataConfig.Kind.SWAPS, 1, "x")), 1, false, 1))
                .withMessageContaining("at least one that is not of known swaps");
    }

    @Test
    void batchesHaveTheirShareOfKnownSwaps() throws IOException {
        grid();
        DataConfig data = new DataConfig(
                List.of(
                        source(DataConfig.Kind.GENERATOR, 0.25, ""),
                        source(DataConfig.Kind.SWAPS, 0.5, folder.toString()),
                        source(DataConfig.Kind.SET, 0.25, folder.toString())),
                1,
                false,
                1);
        try (SampleSource codes = new GeneratorSamples(1, 5, 0);
                SampleSource swaps = new SwapSamples(SetShards.open(folder), 2, SIDE, 0);
                SampleSource plain = new SetSamples(SetShards.open(folder), 3, SIDE, 0, 0)) {
            BatchFeed.Plan plan =
                    new BatchFeed.Plan(List.of(codes, swaps, plain), data, ScheduleConfig.stable(10), 16, 1, 5);
            List<Long> positions = List.of(0L, 0L, 0L);
            for (int step = 0; step < 3; step++) {
                HostBatch batch = plan.batch(step, positions);
                assertThat(batch.swaps().stream().mapToInt(Samples::count).sum())
                        .isEqualTo(8);
                assertThat(batch.same().stream().mapToInt(Samples::count).sum()).isEqualTo(4);
                assertThat(batch.crossRows()).isEqualTo(4);
                assertThat(batch.swaps()).allMatch(s -> s.swaps() != null);
                assertThat(batch.same()).allMatch(s -> s.swaps() == null);
                positions = batch.positions();
            }
            assertThat(positions).containsExactly(12L, 24L, 12L);
        }
    }

    /** Four rows: one source, two sources, and two known swaps. */
    @Test
    void knownSwapsCostTheirDifferenceFromTheTrueResult() throws IOException {
        HostArray pictures = OpCase.between(1, -1, 1, 4, 3, SIDE, SIDE);
        HostArray results = OpCase.between(2, -1, 1, 2, 3, SIDE, SIDE);
        HostArray outputs = OpCase.between(3, -1, 1, 4, PIXELS);
        LossConfig config = config("\"swap\": 1.5, \"perceptual\": 0.5, \"perceptualStages\": 1");
        try (Scope scope = Scope.open()) {
            Tensor w = Tensor.of(device, outputs).track();
            try (Objective objective = new Objective(drawing(w), config, SIDE, device, null)) {
                Tensor images = Tensor.of(device, pictures);
                StepInput in = new StepInput(images, images, 3, null, null, Tensor.of(device, results));
                assertThat(in.sameRows()).isEqualTo(1);
                assertThat(in.swapRows()).isEqualTo(2);
                Objective.Pass pass = objective.evaluate(in);
                double swap = difference(outputs, 2, results, 0, 2) / (2 * 2.0 * PIXELS);
                double off = difference(outputs, 0, pictures, 0, 1) + difference(outputs, 2, results, 0, 2);
                double maps = off / (size(pictures, 1) + size(results, 2));
                Map<String, Tensor> terms = pass.terms();
                assertThat(terms).containsOnlyKeys("swap", "perceptual", "total");
                assertThat((double) Objects.requireNonNull(terms.get("swap")).item())
                        .isCloseTo(swap, within(1e-5 * swap));
                assertThat((double)
                                Objects.requireNonNull(terms.get("perceptual")).item())
                        .isCloseTo(maps, within(1e-5 * maps));
                float[] slope = Gradients.of(pass.total()).wrt(w).toHost().data();
                for (int k = 0; k < slope.length; k++) {
                    assertThat(slope[k] != 0).as("row " + k / PIXELS).isEqualTo(k / PIXELS != 1);
                }
            }
        }
    }

    /** As in steps of the preset paper: two rows of two sources, and two known swaps. */
    @Test
    void noRowNeedsToHaveOneSource() throws IOException {
        HostArray results = OpCase.between(2, -1, 1, 2, 3, SIDE, SIDE);
        HostArray outputs = OpCase.between(3, -1, 1, 4, PIXELS);
        LossConfig config = config("\"swap\": 0, \"perceptual\": 1, \"perceptualStages\": 1");
        try (Scope scope = Scope.open()) {
            Tensor w = Tensor.of(device, outputs).track();
            try (Objective objective = new Objective(drawing(w), config, SIDE, device, null)) {
                Tensor images = Tensor.of(device, OpCase.between(1, -1, 1, 4, 3, SIDE, SIDE));
                StepInput in = new StepInput(images, images, 4, null, null, Tensor.of(device, results));
                Objective.Pass pass = objective.evaluate(in);
                double maps = difference(outputs, 2, results, 0, 2) / size(results, 2);
                assertThat((double) pass.total().item()).isCloseTo(maps, within(1e-5 * maps));
                float[] slope = Gradients.of(pass.total()).wrt(w).toHost().data();
                for (int k = 0; k < slope.length; k++) {
                    assertThat(slope[k] != 0).as("row " + k / PIXELS).isEqualTo(k / PIXELS > 1);
                }
            }
        }
    }

    /** Networks whose outputs are these codes, four rows; the identity encoder's only map is the picture and 2. */
    private static StepNetworks drawing(Tensor w) {
        return new StepNetworks(
                x -> new StagedFeatures(List.of(Elementwise.affine(x, 1, 2)), Norm.l2(Shapes.flatten(x))),
                x -> x,
                code -> Shapes.reshape(code, 4, 3, SIDE, SIDE),
                Shapes::flatten,
                joined -> w,
                code -> code);
    }

    // --- samples that say what they are
    // -------------------------------------------------------------------------

    private void grid() throws IOException {
        new SampleSetWriter(folder, SIDE, 0, "grid test", GRID, COUNT, 2 * BLOCK).write(this::samples, done -> {});
        assertThat(SampleSet.read(folder).grid()).isEqualTo(GRID);
    }

    /** Picture k has level k everywhere. */
    private SampleSetWriter.Batch samples(long first, int count) {
        float[] images = new float[count * PIXELS];
        for (int i = 0; i < images.length; i++) {
            images[i] = (first + i / PIXELS) / 127.5f - 1;
        }
        return new SampleSetWriter.Batch(Samples.pictures(HostArray.of(images, count, 3, SIDE, SIDE), null), Map.of());
    }

    private static int level(HostArray pictures, int row) {
        return Math.round((pictures.data()[row * PIXELS] + 1) * 127.5f);
    }

    private static DataConfig.Source source(DataConfig.Kind kind, double share, String path) {
        return new DataConfig.Source(kind, share, path, 0);
    }

    private static LossConfig config(String some) throws IOException {
        String rest = ", \"identity\": 0, \"landmarks\": 0, \"pixel\": 0, \"crossPixel\": 0, \"moments\": 0,"
                + " \"regression\": 0, \"leak\": 0, \"pixelLoss\": \"l1\", \"pixelMask\": \"uniform\"}";
        return ConfigJson.read(Json.parse("{" + some + rest, "losses"), LossConfig.stable(SIDE));
    }

    // --- references
    // ------------------------------------------------------------------------------------------

    private static double difference(HostArray a, int rowA, HostArray b, int rowB, int rows) {
        double sum = 0;
        for (int k = 0; k < rows * PIXELS; k++) {
            sum += Math.abs(a.data()[rowA * PIXELS + k] - b.data()[rowB * PIXELS + k]);
        }
        return sum;
    }

    /** Sum of the reference's maps, which are pictures and 2. */
    private static double size(HostArray pictures, int rows) {
        double sum = 0;
        for (int k = 0; k < rows * PIXELS; k++) {
            sum += Math.abs(pictures.data()[k] + 2);
        }
        return sum;
    }
}
