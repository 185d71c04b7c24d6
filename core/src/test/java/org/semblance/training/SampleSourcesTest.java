package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.backend.Activation;
import org.semblance.image.Image;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Sha256;

class SampleSourcesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 17, 64, 100})
    void everyPassHasEveryItemOnce(long count) {
        for (long pass = 0; pass < 3; pass++) {
            Set<Long> seen = new HashSet<>();
            for (long i = 0; i < count; i++) {
                seen.add(Numbers.shuffled(9, pass * count + i, count));
            }
            assertThat(seen).hasSize((int) count).allMatch(x -> x >= 0 && x < count);
        }
    }

    @Test
    void passesAndSeedsHaveOrdersOfTheirOwn() {
        List<Long> first = PixelCache.numbers(1, 0, 50, 50);
        assertThat(PixelCache.numbers(1, 50, 50, 50)).isNotEqualTo(first);
        assertThat(PixelCache.numbers(2, 0, 50, 50)).isNotEqualTo(first);
        assertThat(PixelCache.numbers(1, 0, 50, 50)).isEqualTo(first);
    }

    @Test
    void samplesDependOnTheirNumbersAlone() throws IOException {
        try (SampleSource heads = new HeadSamples(3, 16, 6);
                SampleSource codes = new GeneratorSamples(3, 5, 0)) {
            float[] four = images(heads.draw(4, 4)).data();
            float[] one = images(heads.draw(6, 1)).data();
            assertThat(Arrays.copyOfRange(four, 2 * one.length, 3 * one.length)).isEqualTo(one);
            HostArray all = Objects.requireNonNull(codes.draw(10, 3).z());
            HostArray last = Objects.requireNonNull(codes.draw(12, 1).z());
            assertThat(Arrays.copyOfRange(all.data(), 10, 15)).isEqualTo(last.data());
        }
    }

    private static HostArray images(Samples samples) {
        return Objects.requireNonNull(samples.images());
    }

    @Test
    void aSetGivesPicturesWithTheirCodes() throws IOException {
        writeSet();
        try (SampleSource set = new SetSamples(SetShards.open(folder), 1, 2, 3, 0)) {
            Samples samples = set.draw(0, 5);
            float[] w = Objects.requireNonNull(samples.w()).data();
            List<Float> levels = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                float level = images(samples).data()[12 * i];
                assertThat(Math.round((level + 1) * 127.5f)).isEqualTo(Math.round(w[3 * i] * 10));
                levels.add(level);
            }
            assertThat(new HashSet<>(levels)).hasSize(5);
        }
    }

    @Test
    void aSetThatWasChangedIsRefused() throws IOException {
        writeSet();
        Path shard = folder.resolve("codes-0.safetensors");
        byte[] bytes = Files.readAllBytes(shard);
        bytes[bytes.length - 1] ^= 1;
        Files.write(shard, bytes);
        try (SampleSource set = new SetSamples(SetShards.open(folder), 1, 2, 3, 0)) {
            assertThatThrownBy(() -> set.draw(0, 5))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("SHA-256");
        }
        assertThatThrownBy(() -> new SetSamples(SetShards.open(folder), 1, 4, 3, 0).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("4 pixels");
    }

    /** The order of samples follows from groups, and these from the set alone. */
    @Test
    void shardsAreShuffledTogetherUpToABoundThatNoHeapChanges() {
        List<SetSamples.Group> one = SetSamples.groups(heads(27, 900), 24_300);
        assertThat(one).singleElement().satisfies(group -> assertThat(group.count())
                .isEqualTo(24_300));
        List<SetSamples.Group> two = SetSamples.groups(heads(60, 1000), 50_000);
        assertThat(two.stream().map(SetSamples.Group::first)).containsExactly(0L, 43_000L);
        assertThat(two.stream().map(SetSamples.Group::count)).containsExactly(43_000L, 7_000L);
    }

    private static SampleSet heads(int shards, int size) {
        return new SampleSet(
                64, 0, "heads", Collections.nCopies(shards, new SampleSet.Shard(size, "a", "b", null, null)));
    }

    /** Sources of one set may each hold another group of it, but never more than all of it. */
    @Test
    void setsThatDoNotFitTheHeapNameTheOption() throws IOException {
        List<SampleSet.Shard> shards = Collections.nCopies(400, new SampleSet.Shard(100, "a", "b", null, null));
        new SampleSet(256, 0, "large", shards).write(folder);
        SetShards set = SetShards.open(folder);
        SetSamples one = new SetSamples(set, 1, 256, 0, 0);
        long group = 2700L * 3 * 256 * 256;
        long read = 100L * 12 * 256 * 256;
        assertThat(SetSamples.held(set, List.of(one))).isEqualTo(group + read);
        assertThat(SetSamples.held(set, List.of(one, one, one))).isEqualTo(3 * group + read);
        assertThat(SetSamples.held(set, Collections.nCopies(20, one))).isEqualTo(40_000L * 3 * 256 * 256 + read);
        Map<SetShards, List<SetSamples>> readers = Map.of(set, List.of(one, one));
        SampleSources.requireHeap(readers, 2 * (2 * group + read));
        assertThatThrownBy(() -> SampleSources.requireHeap(readers, 2 * (2 * group + read) - 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("got 1087 MiB; they fit with -Xmx2176m [" + folder);
    }

    /** What one source holds another one of the run need not read. */
    @Test
    void sourcesOfOneFolderShareWhatTheyHold() throws IOException {
        new SampleSetWriter(folder, 4, 0, "grey", 5, 3)
                .write(
                        (first, some) -> new SampleSetWriter.Batch(
                                Samples.pictures(HostArray.of(new float[some * 48], some, 3, 4, 4), null), Map.of()),
                        n -> {});
        String path = folder.toString();
        List<DataConfig.Source> both = List.of(
                new DataConfig.Source(DataConfig.Kind.SET, 1, path, 0),
                new DataConfig.Source(DataConfig.Kind.SET, 1, path + "/.", 0));
        GeneratorConfig generator = new GeneratorConfig(
                8, 0, 3, 3, 2, 0.01, new Channels(List.of(4)), Architecture.SKIP, Activation.NO_CLAMP);
        List<SampleSource> sources = SampleSources.of(new DataConfig(both, 1, true, 1), 1, generator);
        try (SampleSource first = sources.get(0);
                SampleSource second = sources.get(1)) {
            first.draw(0, 5);
            Files.delete(folder.resolve("images-00000.safetensors"));
            Files.delete(folder.resolve("images-00001.safetensors"));
            assertThat(second.draw(0, 5).count()).isEqualTo(5);
            assertThat(first.draw(5, 5).count()).isEqualTo(5);
        }
    }

    @Test
    void anotherSetOfTheSameWordsIsAnotherDescription() throws IOException {
        writeSet();
        String before = description();
        assertThat(before).contains("set (test, contents ", "), 5 samples shuffled in 1 group, seed 1");
        assertThat(description()).isEqualTo(before);
        SampleSet set = SampleSet.read(folder);
        SampleSet.Shard last = set.shards().get(1);
        for (SampleSet.Shard other : List.of(
                new SampleSet.Shard(2, last.images(), "0", last.codes(), last.codesSha256()),
                new SampleSet.Shard(2, last.images(), last.imagesSha256(), last.codes(), "0"),
                new SampleSet.Shard(2, last.images(), last.imagesSha256(), last.codes(), last.codesSha256(), "0"))) {
            new SampleSet(2, 3, "test", List.of(set.shards().get(0), other)).write(folder);
            assertThat(description()).isNotEqualTo(before);
        }
    }

    private String description() throws IOException {
        try (SampleSource set = new SetSamples(SetShards.open(folder), 1, 2, 3, 0)) {
            return set.description();
        }
    }

    /** Two shards of 3 and 2; picture k has level 10 k everywhere and the code k. */
    private void writeSet() throws IOException {
        List<SampleSet.Shard> shards = new ArrayList<>();
        int first = 0;
        for (int count : new int[] {3, 2}) {
            float[] images = new float[count * 12];
            float[] codes = new float[count * 3];
            for (int i = 0; i < count; i++) {
                Arrays.fill(images, 12 * i, 12 * i + 12, 10 * (first + i) / 127.5f - 1);
                Arrays.fill(codes, 3 * i, 3 * i + 3, first + i);
            }
            Path pictures = folder.resolve("images-" + shards.size() + ".safetensors");
            Path styles = folder.resolve("codes-" + shards.size() + ".safetensors");
            Safetensors.write(pictures, Map.of("images", HostArray.of(images, count, 3, 2, 2)), DType.F16, Map.of());
            Safetensors.write(styles, Map.of("w", HostArray.of(codes, count, 3)), DType.F32, Map.of());
            shards.add(new SampleSet.Shard(
                    count,
                    pictures.getFileName().toString(),
                    Sha256.of(pictures),
                    styles.getFileName().toString(),
                    Sha256.of(styles)));
            first += count;
        }
        new SampleSet(2, 3, "test", shards).write(folder);
    }

    @Test
    void aFolderFindsCodesBesideItsPicturesAndInThePapersLayout() throws IOException {
        for (String place : List.of("near", "paper")) {
            Path root = folder.resolve(place);
            Path images = Files.createDirectories(place.equals("near") ? root : root.resolve("images/00000"));
            Path codes = Files.createDirectories(place.equals("near") ? root : root.resolve("ws/00000"));
            Image.filled(4, 4, 0x336699).writePng(images.resolve("a.png"));
            writeNumpy(codes.resolve("a.npy"), new float[] {1, 2, 1, 2}, "(2, 2)");
            try (SampleSource source = new FolderSamples(root, 1, 4, 2, 0)) {
                Samples samples = source.draw(0, 1);
                assertThat(Objects.requireNonNull(samples.w()).data()).containsExactly(1, 2);
                assertThat(images(samples).data()[0]).isEqualTo(0x33 / 127.5f - 1);
            }
        }
    }

    @Test
    void aFolderIsWhatItsFilesHoldAndNotWhenTheyWereWritten() throws IOException {
        Path one = Files.createDirectories(folder.resolve("1/people"));
        Path two = Files.createDirectories(folder.resolve("2/people"));
        for (Path root : List.of(one, two)) {
            writePicture(root.resolve("a"), 0x336699, 1);
            writePicture(root.resolve("b"), 0x336699, 2);
        }
        Files.setLastModifiedTime(two.resolve("a.png"), FileTime.fromMillis(0));
        String before = folderDescription(one);
        assertThat(before).startsWith("folder people, 2 pictures (contents ").endsWith(") at 4 with codes, seed 1");
        assertThat(folderDescription(two)).isEqualTo(before);
        long size = Files.size(two.resolve("b.png"));
        writePicture(two.resolve("b"), 0x336698, 2);
        assertThat(two.resolve("b.png")).hasSize(size);
        assertThat(folderDescription(two)).as("another pixel").isNotEqualTo(before);
        writePicture(two.resolve("b"), 0x336699, 3);
        assertThat(folderDescription(two)).as("another code").isNotEqualTo(before);
        writePicture(two.resolve("b"), 0x336699, 2);
        assertThat(folderDescription(two)).isEqualTo(before);
        Files.move(two.resolve("b.png"), two.resolve("c.png"));
        Files.move(two.resolve("b.npy"), two.resolve("c.npy"));
        assertThat(folderDescription(two)).as("another name").isNotEqualTo(before);
    }

    private static void writePicture(Path name, int rgb, float code) throws IOException {
        Image.filled(4, 4, rgb).writePng(name.resolveSibling(name.getFileName() + ".png"));
        writeNumpy(name.resolveSibling(name.getFileName() + ".npy"), new float[] {code, 0}, "(2,)");
    }

    private static String folderDescription(Path root) throws IOException {
        try (SampleSource source = new FolderSamples(root, 1, 4, 2, 0)) {
            return source.description();
        }
    }

    /** Of a large file both ends count. */
    @Test
    void aChangeAtTheEndOfALargePictureIsSeen() throws IOException {
        Path file = folder.resolve("a.png");
        Files.write(file, new byte[3 << 20]);
        String before = folderDescription(folder);
        byte[] bytes = new byte[3 << 20];
        bytes[bytes.length - 4096] = 1;
        Files.write(file, bytes);
        String end = folderDescription(folder);
        bytes[bytes.length - 4096] = 0;
        bytes[4095] = 1;
        Files.write(file, bytes);
        assertThat(List.of(end, folderDescription(folder), before)).doesNotHaveDuplicates();
    }

    @Test
    void codesAreReadOnce() throws IOException {
        writePicture(folder.resolve("a"), 0x336699, 7);
        try (SampleSource source = new FolderSamples(folder, 1, 4, 2, 0)) {
            Files.delete(folder.resolve("a.npy"));
            assertThat(Objects.requireNonNull(source.draw(0, 1).w()).data()).containsExactly(7, 0);
        }
    }

    @Test
    void codesOfAnotherLengthAreRefused() throws IOException {
        Path file = folder.resolve("a.npy");
        writeNumpy(file, new float[] {1, 2, 1, 2}, "(2, 2)");
        assertThatThrownBy(() -> NumpyFile.code(file, 4))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("axis of 4, got [2, 2]");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 70));
        assertThatThrownBy(() -> NumpyFile.code(file, 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must have 16 bytes")
                .hasMessageContaining("a.npy");
    }

    /** No one code made such a picture. */
    @Test
    void codesThatDifferFromLayerToLayerAreRefused() throws IOException {
        Path file = folder.resolve("a.npy");
        writeNumpy(file, new float[] {1, 2, 1, 2, 1, 3}, "(3, 2)");
        assertThatThrownBy(() -> NumpyFile.code(file, 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("all rows of a file must be the same code")
                .hasMessageContaining("in row 2 [" + file);
        writeNumpy(file, new float[0], "(0, 2)");
        assertThatThrownBy(() -> NumpyFile.code(file, 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("got [0, 2]");
    }

    private static void writeNumpy(Path file, float[] values, String shape) throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n";
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + header.length() + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        bytes.putShort((short) header.length());
        bytes.put(header.getBytes(StandardCharsets.US_ASCII));
        for (float value : values) {
            bytes.putFloat(value);
        }
        Files.write(file, bytes.array());
    }
}
