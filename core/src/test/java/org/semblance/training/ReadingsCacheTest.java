package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.OpCase;
import org.semblance.contract.TestDevice;
import org.semblance.json.Json;
import org.semblance.networks.StagedFeatures;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.training.DataConfig.Kind;
import org.semblance.training.DataConfig.Source;

/** Which pictures' readings are kept, that they are right, and that they are computed once. */
@ExtendWith(NoLeaks.class)
class ReadingsCacheTest {
    private static final int SIDE = 4;
    private static final int PIXELS = 3 * SIDE * SIDE;
    private static final int COUNT = 18;
    private static final int BATCH = 8;

    private final Device device = TestDevice.get();

    /** Rows that each network was asked for, call by call. */
    private final List<Integer> identityCalls = new ArrayList<>();

    private final List<Integer> landmarkCalls = new ArrayList<>();
    private final List<Integer> teacherCalls = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void writeSet() throws IOException {
        new SampleSetWriter(folder, SIDE, 0, "noise", 3, COUNT, 9).write(this::noise, done -> {});
    }

    private SampleSetWriter.Batch noise(long first, int count) {
        float[] levels = new float[count * PIXELS];
        Random random = new Random(first);
        for (int i = 0; i < levels.length; i++) {
            levels[i] = random.nextInt(256) / 127.5f - 1;
        }
        HostArray pictures = HostArray.of(levels, count, 3, SIDE, SIDE);
        return new SampleSetWriter.Batch(Samples.pictures(pictures, null), Map.of());
    }

    private DataConfig data(long room, Kind... kinds) {
        List<Source> sources = new ArrayList<>();
        for (Kind kind : kinds) {
            boolean files = kind == Kind.SET || kind == Kind.SWAPS;
            sources.add(new Source(kind, 1, files ? folder.toString() : "", kind == Kind.HEADS ? 7 : 0));
        }
        return new DataConfig(sources, 1, true, 1, room);
    }

    /** Batches of a feed from its beginning. */
    private List<HostBatch> batches(int count, DataConfig data) throws IOException {
        List<SampleSource> sources = new ArrayList<>();
        for (Source source : data.sources()) {
            sources.add(
                    switch (source.kind()) {
                        case SET -> new SetSamples(SetShards.open(folder), 3, SIDE, 0, 0);
                        case SWAPS -> new SwapSamples(SetShards.open(folder), 2, SIDE, 0);
                        case HEADS -> new HeadSamples(4, 16, source.distinct());
                        default -> new GeneratorSamples(1, 5, 0);
                    });
        }
        BatchFeed.Plan plan = new BatchFeed.Plan(sources, data, ScheduleConfig.stable(10), BATCH, 1, 5);
        List<HostBatch> batches = new ArrayList<>();
        List<Long> positions = sources.stream().map(s -> 0L).toList();
        for (int step = 0; step < count; step++) {
            batches.add(plan.batch(step, positions));
            positions = batches.get(step).positions();
        }
        for (SampleSource source : sources) {
            source.close();
        }
        return batches;
    }

    private static int rows(List<HostBatch> batches) {
        List<Integer> kept = batches.stream()
                .map(batch -> SourcePictures.of(batch).identities().size())
                .distinct()
                .toList();
        assertThat(kept).as("rows whose readings are kept, in all steps").hasSize(1);
        return kept.get(0);
    }

    @Test
    void knownSwapsComeFirstAndAllOthersOrNone() throws IOException {
        assertThat(rows(batches(4, data(COUNT, Kind.SET, Kind.SWAPS)))).isEqualTo(BATCH);
        assertThat(rows(batches(4, data(COUNT - 1, Kind.SET, Kind.SWAPS)))).isZero();
        assertThat(rows(batches(4, data(COUNT, Kind.GENERATOR, Kind.SWAPS)))).isEqualTo(BATCH / 2);
        assertThat(rows(batches(4, data(COUNT + 7, Kind.HEADS, Kind.SWAPS)))).isEqualTo(BATCH);
        assertThat(rows(batches(4, data(COUNT + 6, Kind.HEADS, Kind.SWAPS)))).isEqualTo(BATCH / 2);
        assertThat(rows(batches(4, data(COUNT, Kind.SET, Kind.GENERATOR)))).isZero();
        assertThat(rows(batches(4, data(COUNT, Kind.SET)))).isEqualTo(BATCH);
        assertThat(rows(batches(4, data(0, Kind.SET)))).isZero();
    }

    /** Pictures as numbers, and how often they are asked; what they say depends on the row that they are asked in. */
    private StepNetworks networks() {
        UnaryOperator<Tensor> pixels = x -> {
            float[] row = new float[x.dim(0)];
            for (int i = 0; i < row.length; i++) {
                row[i] = i;
            }
            Tensor places = Tensor.of(device, HostArray.of(row, row.length, 1));
            return Elementwise.add(Shapes.flatten(x), places);
        };
        return new StepNetworks(
                x -> {
                    identityCalls.add(x.dim(0));
                    return new StagedFeatures(List.of(x), pixels.apply(x));
                },
                x -> {
                    landmarkCalls.add(x.dim(0));
                    return Elementwise.scale(pixels.apply(x), 2);
                },
                code -> Shapes.reshape(code, code.dim(0), 3, SIDE, SIDE),
                x -> Shapes.narrow(Shapes.flatten(x), 1, 0, 5),
                joined -> Shapes.narrow(joined, 1, 0, PIXELS),
                code -> code,
                new TeacherNetwork(
                        x -> {
                            teacherCalls.add(x.dim(0));
                            return Elementwise.scale(pixels.apply(x), 3);
                        },
                        0),
                null,
                null);
    }

    private static LossConfig losses(String some) throws IOException {
        return ConfigJson.read(
                Json.parse(
                        "{\"moments\": 0, \"regression\": 0, \"pixelLoss\": \"l1\", \"pixelMask\": \"uniform\"" + some
                                + "}",
                        "losses"),
                LossConfig.stable(SIDE));
    }

    @Test
    void everyPictureIsAskedOnceAtThePlaceOfItsNumber() throws IOException {
        List<HostBatch> batches = batches(8, data(COUNT, Kind.SET, Kind.SWAPS));
        LossConfig losses = losses(", \"attributeTeacher\": 1");
        try (ReadingsCache cache = new ReadingsCache(device, networks(), losses, Precision.FLOAT32);
                ReadingsCache later = new ReadingsCache(device, networks(), losses, Precision.FLOAT32);
                Scope scope = Scope.open()) {
            for (HostBatch batch : batches) {
                SourceReadings known = Objects.requireNonNull(cache.of(batch));
                SourcePictures pictures = SourcePictures.of(batch);
                check(known.identity(), pictures.identities(), 1);
                check(Objects.requireNonNull(known.landmarks()), pictures.attributes(), 2);
                check(Objects.requireNonNull(known.attributeTeacher()), pictures.attributes(), 3);
                assertThat(known.identityTeacher()).isNull();
            }
            int calls = identityCalls.size();
            assertThat(identityCalls).containsOnly(BATCH);
            assertThat(landmarkCalls).isEqualTo(identityCalls);
            assertThat(teacherCalls).isEqualTo(identityCalls);
            batches.forEach(cache::of);
            assertThat(identityCalls).as("all is known").hasSize(calls);
            HostBatch last = batches.get(7);
            assertThat(array(later, last)).as("of a run that begins there").isEqualTo(array(cache, last));
        }
    }

    private static float[] array(ReadingsCache cache, HostBatch batch) {
        return Objects.requireNonNull(cache.of(batch)).identity().toHost().data();
    }

    private static void check(Tensor said, List<SourcePictures.Place> pictures, float times) {
        float[] data = said.toHost().data();
        for (int row = 0; row < pictures.size(); row++) {
            SourcePictures.Place place = pictures.get(row);
            float[] levels = Objects.requireNonNull(place.pictures()).data();
            for (int k = 0; k < PIXELS; k++) {
                float expected = times * (levels[place.row() * PIXELS + k] + place.number() % BATCH);
                assertThat(data[row * PIXELS + k]).isEqualTo(expected);
            }
        }
    }

    /** Of pictures whose readings are known, only maps are asked for, and those of true swaps. */
    @Test
    void theRecogniserSeesNoSourcePictureThatIsKnown() throws IOException {
        assertThat(asked(losses(""), BATCH)).containsExactly(BATCH);
        assertThat(landmarkCalls).containsExactly(BATCH);
        assertThat(teacherCalls).isEmpty();
        assertThat(asked(losses(", \"attributeTeacher\": 1"), 5)).containsExactly(3, BATCH);
        assertThat(landmarkCalls).containsExactly(3, BATCH);
        assertThat(teacherCalls).containsExactly(3, BATCH);
        assertThat(asked(losses(", \"perceptual\": 1, \"perceptualStages\": 1"), BATCH))
                .containsExactly(4, 2, BATCH);
        assertThat(asked(losses(", \"perceptual\": 1, \"perceptualStages\": 1"), 2))
                .containsExactly(6, 2, BATCH);
        assertThat(asked(losses(""), 0)).containsExactly(BATCH, BATCH);
    }

    /** Calls of the identity encoder in a step with four rows of one source and two known swaps. */
    private List<Integer> asked(LossConfig losses, int known) {
        identityCalls.clear();
        landmarkCalls.clear();
        teacherCalls.clear();
        try (Scope scope = Scope.open();
                Objective objective = new Objective(networks(), losses, SIDE, device, null)) {
            Tensor pictures = Tensor.of(device, OpCase.between(1, -1, 1, BATCH, 3, SIDE, SIDE));
            Tensor results = Tensor.of(device, OpCase.between(2, -1, 1, 2, 3, SIDE, SIDE));
            StepInput in = new StepInput(pictures, pictures, 4, null, null, results).with(readings(known));
            assertThat(in.unreadRows()).isEqualTo(BATCH - known);
            objective.evaluate(in);
        }
        return List.copyOf(identityCalls);
    }

    private @Nullable SourceReadings readings(int rows) {
        Tensor all = rows == 0 ? null : Tensor.full(device, Shape.of(rows, PIXELS), 0.5f);
        return all == null ? null : new SourceReadings(all, all, all, all);
    }

    @Test
    void whatCannotBeIsRefused() {
        try (Scope scope = Scope.open()) {
            Tensor pictures = Tensor.full(device, Shape.of(2, 3, SIDE, SIDE), 0);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new StepInput(pictures, pictures, 0, null, null).with(readings(3)))
                    .withMessageContaining("at most as many rows as there are, got 3 of 2");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> data(-1, Kind.SET))
                .withMessageContaining("cachedPictures must be at least 0, got -1");
        HostArray two = OpCase.between(1, -1, 1, 2, 3, SIDE, SIDE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Samples.pictures(two, null).numbered(List.of(1L), List.of()))
                .withMessageContaining("one per picture or none, got 1 for 2");
    }
}
