package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.HostArray;
import org.semblance.contract.NoLeaks;
import org.semblance.json.Json;

/** Known swaps whose results are of rare classes, from 36 samples of three classes, the second of which is frequent. */
@ExtendWith(NoLeaks.class)
class RareSamplesTest {
    private static final int GRID = 3;
    private static final int BLOCK = GRID * GRID;
    private static final int SHARD = 2 * BLOCK;
    private static final int COUNT = 2 * SHARD;
    private static final int SIDE = 4;
    private static final int PIXELS = 3 * SIDE * SIDE;

    /** 2, 3, 7, 10, 12, 17 of the first shard and 22, 24, 27, 31, 32 of the second are rare. */
    private static final IntUnaryOperator CLASSES = k -> k % 5 == 2 ? 2 : k % 7 == 3 ? 0 : 1;

    @TempDir
    private Path folder;

    private record Swap(int who, int how, int result) {}

    /** Swaps by their numbers, each checked to have the numbers of the pictures that it has. */
    private static List<Swap> drawn(SampleSource source, long first, int rows) throws IOException {
        Samples samples = source.draw(first, rows);
        Samples.Swaps swaps = Objects.requireNonNull(samples.swaps());
        List<Swap> all = IntStream.range(0, rows)
                .mapToObj(row -> new Swap(
                        level(Objects.requireNonNull(samples.images()), row),
                        level(swaps.attributes(), row),
                        level(swaps.results(), row)))
                .toList();
        assertThat(samples.numbers())
                .isEqualTo(all.stream().map(s -> (long) s.who()).toList());
        assertThat(swaps.numbers())
                .isEqualTo(all.stream().map(s -> (long) s.how()).toList());
        return all;
    }

    private SampleSource source(long distinct) throws IOException {
        return new SwapSamples(SetShards.open(folder), 5, SIDE, distinct, true);
    }

    private static Set<Integer> rare(int count) {
        return IntStream.range(0, count)
                .filter(k -> CLASSES.applyAsInt(k) != 1)
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Integer> results(List<Swap> swaps) {
        return swaps.stream().map(Swap::result).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void resultsAreOfOtherClassesThanTheMostFrequentOne() throws IOException {
        write(CLASSES);
        try (SampleSource source = source(0)) {
            List<Swap> swaps = drawn(source, 0, 6 * COUNT);
            assertThat(results(swaps)).isEqualTo(rare(COUNT));
            Set<Integer> sources = new HashSet<>();
            for (Swap s : swaps) {
                assertThat(s.who() / GRID).as("identity").isEqualTo(s.result() / GRID);
                assertThat(s.how() / BLOCK).as("block").isEqualTo(s.result() / BLOCK);
                assertThat(s.how() % GRID).as("attributes").isEqualTo(s.result() % GRID);
                assertThat(s.result()).isNotEqualTo(s.who()).isNotEqualTo(s.how());
                sources.add(s.who());
                sources.add(s.how());
            }
            assertThat(sources)
                    .as("sources are of all classes")
                    .hasSizeGreaterThan(COUNT / 2)
                    .containsAnyElementsOf(rare(COUNT));
            assertThat(source.description())
                    .containsPattern("known swaps of rare classes \\([0-9a-f]{8}\\) of .*grid test");
        }
    }

    @Test
    void theSameNumberIsTheSameSwap() throws IOException {
        write(CLASSES);
        try (SampleSource source = source(0);
                SampleSource again = source(0);
                SampleSource other = new SwapSamples(SetShards.open(folder), 6, SIDE, 0, true)) {
            List<Swap> swaps = drawn(source, 30, 20);
            assertThat(drawn(again, 37, 1)).containsExactly(swaps.get(7));
            assertThat(drawn(again, 30, 20)).isEqualTo(swaps);
            assertThat(drawn(other, 30, 20)).isNotEqualTo(swaps);
        }
    }

    /** So that shards are read as often as ever. */
    @Test
    void everyShardGivesAsManyAsWithout() throws IOException {
        write(CLASSES);
        try (SampleSource source = source(0);
                SampleSource all = new SwapSamples(SetShards.open(folder), 5, SIDE, 0)) {
            List<Integer> with =
                    drawn(source, 0, 50).stream().map(s -> s.result() / SHARD).toList();
            assertThat(drawn(all, 0, 50).stream().map(s -> s.result() / SHARD)).isEqualTo(with);
        }
    }

    @Test
    void theFirstSamplesMayBeTheOnlyResults() throws IOException {
        write(CLASSES);
        try (SampleSource source = source(SHARD + 7)) {
            assertThat(results(drawn(source, 0, 300)))
                    .isEqualTo(rare(SHARD + 7))
                    .contains(22, 24);
        }
        try (SampleSource source = source(8)) {
            assertThat(results(drawn(source, 0, 100))).containsExactly(2, 3, 7);
        }
    }

    /** What is frequent is so among the samples that are used. */
    @Test
    void theFrequentClassIsThatOfTheFirstSamples() throws IOException {
        write(k -> k < BLOCK ? (k == 4 ? 1 : 0) : 1);
        try (SampleSource source = source(BLOCK)) {
            assertThat(results(drawn(source, 0, 20))).containsExactly(4);
        }
        try (SampleSource source = source(SHARD)) {
            assertThat(drawn(source, 0, 20)).allMatch(s -> s.result() < BLOCK && s.result() != 4);
        }
    }

    @Test
    void everyShardThatIsUsedMustHaveOne() throws IOException {
        write(k -> k < SHARD ? CLASSES.applyAsInt(k) : 1);
        refused(0, "every shard must have one, got none in images-00001.safetensors");
        refused(SHARD + 1, "every shard must have one, got none in images-00001.safetensors");
        source(SHARD).close();
    }

    @Test
    void aSetOfOneClassIsRefused() throws IOException {
        write(k -> 3);
        refused(0, "every shard must have one, got none in images-00000.safetensors");
    }

    @Test
    void aSetThatSaysNoClassesIsRefused() throws IOException {
        writeWith((first, count) -> Map.of("attribute_columns", HostArray.of(new float[count], count, 1)));
        refused(0, "the set must say attribute_classes, got [attribute_columns]");
    }

    @Test
    void aSetWithoutTruthsIsRefused() throws IOException {
        writeWith((first, count) -> Map.of());
        refused(0, "the set must say attribute_classes, got no truth-00000.safetensors");
    }

    @Test
    void classesOfOtherSamplesAreRefused() throws IOException {
        write(CLASSES);
        Path other = folder.resolve("other");
        new SampleSetWriter(other, SIDE, 0, "other", GRID, BLOCK, BLOCK)
                .write((first, count) -> batch(first, count, classes(CLASSES, first, count)), done -> {});
        Files.copy(
                other.resolve("truth-00000.safetensors"),
                folder.resolve("truth-00001.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> source(0).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sample set: truth-00001.safetensors must have SHA-256");
        OldIndex.write(folder);
        refused(0, "attribute_classes must have 18 rows and a column, got [9, 2]");
    }

    private void refused(long distinct, String why) {
        assertThatThrownBy(() -> source(distinct).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("rare samples: ")
                .hasMessageContaining(why)
                .hasMessageContaining(folder.getFileName().toString());
    }

    @ParameterizedTest
    @CsvSource({"generator", "heads", "folder", "set"})
    void otherSamplesAreOfNoClass(String kind) {
        DataConfig.Kind of = DataConfig.Kind.valueOf(kind.toUpperCase(Locale.ROOT));
        String path = kind.equals("folder") || kind.equals("set") ? "x" : "";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DataConfig.Source(of, 1, path, 0, true))
                .withMessageContaining("rare must be false for " + of + ", got true");
    }

    @Test
    void settingsSayIt() throws IOException {
        String json = "{\"sources\": [{\"kind\": \"heads\"}, {\"kind\": \"swaps\", \"path\": \"x\", \"rare\": true},"
                + " {\"kind\": \"swaps\", \"path\": \"x\"}]}";
        DataConfig config = ConfigJson.read(Json.parse(json, "data"), DataConfig.stable());
        assertThat(config.sources().stream().map(DataConfig.Source::rare)).containsExactly(false, true, false);
        assertThat(ConfigJson.read(ConfigJson.write(config), DataConfig.stable()))
                .isEqualTo(config);
    }

    // --- samples that say what they are
    // -------------------------------------------------------------------------

    private interface Truth {
        Map<String, HostArray> of(long first, int count);
    }

    private void write(IntUnaryOperator classes) throws IOException {
        writeWith((first, count) -> classes(classes, first, count));
    }

    private void writeWith(Truth truth) throws IOException {
        new SampleSetWriter(folder, SIDE, 0, "grid test", GRID, COUNT, SHARD)
                .write((first, count) -> batch(first, count, truth.of(first, count)), done -> {});
    }

    /** The first column says the class, the second something else, of which all are rare that are frequent. */
    private static Map<String, HostArray> classes(IntUnaryOperator classes, long first, int count) {
        float[] data = new float[2 * count];
        for (int i = 0; i < count; i++) {
            data[2 * i] = classes.applyAsInt((int) first + i);
            data[2 * i + 1] = i;
        }
        return Map.of("attribute_classes", HostArray.of(data, count, 2));
    }

    /** Picture k has level k everywhere. */
    private static SampleSetWriter.Batch batch(long first, int count, Map<String, HostArray> truth) {
        float[] images = new float[count * PIXELS];
        for (int i = 0; i < images.length; i++) {
            images[i] = (first + i / PIXELS) / 127.5f - 1;
        }
        return new SampleSetWriter.Batch(Samples.pictures(HostArray.of(images, count, 3, SIDE, SIDE), null), truth);
    }

    private static int level(HostArray pictures, int row) {
        return Math.round((pictures.data()[row * PIXELS] + 1) * 127.5f);
    }
}
