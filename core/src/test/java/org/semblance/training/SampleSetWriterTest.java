package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.array.HostArray;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Sha256;
import org.semblance.weights.Weights;

class SampleSetWriterTest {
    @TempDir
    Path temporary;

    private static SampleSetWriter writer(Path folder, String what) {
        return new SampleSetWriter(folder, 2, 3, what, 10, 4);
    }

    /** Sample k is all of level k, with code k. */
    private static SampleSetWriter.Batch make(long first, int count) {
        float[] images = new float[count * 12];
        float[] w = new float[count * 3];
        for (int i = 0; i < images.length; i++) {
            images[i] = (first + i / 12) / 127.5f - 1;
        }
        for (int i = 0; i < w.length; i++) {
            w[i] = (first + i / 3) + 0.1f;
        }
        return new SampleSetWriter.Batch(
                Samples.pictures(HostArray.of(images, count, 3, 2, 2), HostArray.of(w, count, 3)),
                Map.of("number", HostArray.of(new float[count], count, 1)));
    }

    private static Map<String, String> hashes(Path folder) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                hashes.put(file.getFileName().toString(), Sha256.of(file));
            }
        }
        return hashes;
    }

    @Test
    void writesWhatTheIndexSays() throws IOException {
        AtomicInteger done = new AtomicInteger();
        SampleSet set = writer(temporary, "set").write(SampleSetWriterTest::make, done::addAndGet);
        assertThat(done.get()).isEqualTo(10);
        assertThat(SampleSet.read(temporary)).isEqualTo(set);
        assertThat(set.shards().stream().map(SampleSet.Shard::count)).containsExactly(4, 4, 2);
        SampleSet.Shard last = set.shards().get(2);
        try (Weights images = Safetensors.read(temporary.resolve(last.images()));
                Weights codes = Safetensors.read(temporary.resolve("codes-00002.safetensors"))) {
            float[] levels = images.get("images").data();
            assertThat(levels).hasSize(24);
            assertThat(levels[23] * 127.5 + 127.5).isCloseTo(9, within(0.05));
            assertThat(codes.get("w").data()).containsExactly(8.1f, 8.1f, 8.1f, 9.1f, 9.1f, 9.1f);
        }
        assertThat(last.truth()).isEqualTo("truth-00002.safetensors");
        assertThat(last.truthSha256()).isEqualTo(Sha256.of(temporary.resolve(last.truth())));
    }

    /** Sets that were made before the index bound truths, and sets without any. */
    @Test
    void anIndexNeedNotSayTruths() throws IOException {
        new SampleSet(2, 0, "old", List.of(new SampleSet.Shard(4, "images-0", "1", null, null))).write(temporary);
        assertThat(Files.readString(temporary.resolve("index.json"))).doesNotContain("truth");
        SampleSet.Shard shard = SampleSet.read(temporary).shards().get(0);
        assertThat(shard.truthSha256()).isNull();
        assertThat(shard.truthIn(temporary)).isEqualTo(temporary.resolve("truth-0"));
    }

    @Test
    void anInterruptedWriterGoesOnToTheSameBytes() throws IOException {
        Path whole = temporary.resolve("whole");
        Path broken = temporary.resolve("broken");
        writer(whole, "set").write(SampleSetWriterTest::make, n -> {});
        SampleSetWriter.Maker dying = (first, count) -> {
            if (first == 8) {
                throw new IOException("killed");
            }
            return make(first, count);
        };
        assertThatIOException().isThrownBy(() -> writer(broken, "set").write(dying, n -> {}));
        Files.writeString(
                broken.resolve(".images-00002.safetensors.01234567-89ab-cdef-0123-456789abcdef.tmp"), "half a file");
        Files.writeString(broken.resolve("codes-00002.safetensors"), "not in the index");
        assertThat(SampleSet.read(broken).count()).isEqualTo(8);
        assertThat(writer(broken, "set").present()).isEqualTo(8);
        AtomicInteger made = new AtomicInteger();
        writer(broken, "set")
                .write(
                        (first, count) -> {
                            made.addAndGet(count);
                            return make(first, count);
                        },
                        n -> {});
        assertThat(made.get()).isEqualTo(2);
        assertThat(hashes(broken)).isEqualTo(hashes(whole));
        writer(broken, "set")
                .write(
                        (first, count) -> {
                            throw new AssertionError("all is there");
                        },
                        n -> {});
    }

    @Test
    void refusesOtherSetsAndDamage() throws IOException {
        writer(temporary, "set").write(SampleSetWriterTest::make, n -> {});
        assertThatIOException()
                .isThrownBy(() -> writer(temporary, "other").present())
                .withMessageContaining("'other");
        Files.write(temporary.resolve("images-00001.safetensors"), new byte[4]);
        assertThatIOException()
                .isThrownBy(() -> writer(temporary, "set").present())
                .withMessageContaining("images-00001.safetensors must have SHA-256")
                .withMessageEndingWith("remove the folder to make the set anew");
    }

    @Test
    void refusesTruthsThatAreNotThoseOfTheIndex() throws IOException {
        writer(temporary, "set").write(SampleSetWriterTest::make, n -> {});
        Path truth = temporary.resolve("truth-00001.safetensors");
        Files.copy(temporary.resolve("truth-00002.safetensors"), truth, StandardCopyOption.REPLACE_EXISTING);
        assertThatIOException()
                .isThrownBy(() -> writer(temporary, "set").present())
                .withMessageContaining("truth-00001.safetensors must have SHA-256");
        Files.delete(truth);
        assertThatIOException()
                .isThrownBy(() -> writer(temporary, "set").present())
                .withMessageContaining("truth-00001.safetensors must have SHA-256")
                .withMessageContaining("got no such file");
    }

    @Test
    void refusesShardsThatNoArrayHolds() {
        new SampleSetWriter(temporary, 1024, 0, "set", 1000, 682);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SampleSetWriter(temporary, 1024, 0, "set", 1000, 683))
                .withMessageContaining("shardSize must be 1 to 682 at 1024x1024, got 683");
    }

    @Test
    void refusesSamplesThatDoNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer(temporary, "set").write((first, count) -> make(first, count - 1), n -> {}))
                .withMessageContaining("[4, 3, 2, 2]");
        assertThatIllegalArgumentException().isThrownBy(() -> new SampleSetWriter(temporary, 2, 0, "set", 10, 4)
                .write(SampleSetWriterTest::make, n -> {}));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new SampleSetWriter(temporary, 2, 0, "set", 0, 4));
    }
}
