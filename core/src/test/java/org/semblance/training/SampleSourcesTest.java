package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.semblance.image.Image;
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
        try (SampleSource set = new SetSamples(folder, 1, 2, 3, 0)) {
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
        try (SampleSource set = new SetSamples(folder, 1, 2, 3, 0)) {
            assertThatThrownBy(() -> set.draw(0, 5))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("SHA-256");
        }
        assertThatThrownBy(() -> new SetSamples(folder, 1, 4, 3, 0).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("4 pixels");
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
    void codesOfAnotherLengthAreRefused() throws IOException {
        Path file = folder.resolve("a.npy");
        writeNumpy(file, new float[] {1, 2, 1, 2}, "(2, 2)");
        assertThatThrownBy(() -> NumpyFile.firstRow(file, 4))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("axis of 4");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 70));
        assertThatThrownBy(() -> NumpyFile.firstRow(file, 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("complete");
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
