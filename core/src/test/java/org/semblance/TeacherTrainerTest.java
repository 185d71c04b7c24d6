package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.networks.FeatureNetwork;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.training.LabelledSet;
import org.semblance.training.OldIndex;
import org.semblance.training.SampleSetWriter;
import org.semblance.training.Samples;
import org.semblance.training.StartConfig;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Weights;

/** A teacher that learns how red a picture is, where its bright square lies, and whether there is one. */
@ExtendWith(NoLeaks.class)
class TeacherTrainerTest {
    private static final int COUNT = 256;
    private static final int SIDE = 8;
    private static final int PLANE = SIDE * SIDE;

    private final Device device = TestDevice.get();

    @TempDir
    private Path folder;

    private static TeacherTrainer.Settings settings(long seed, long steps) {
        return new TeacherTrainer.Settings(
                seed, 16, steps, 0.004, 0.05, new StartConfig.Encoder(List.of(8, 12), 1, true));
    }

    private Path set() throws IOException {
        Path data = folder.resolve("data");
        new SampleSetWriter(data, SIDE, 0, "squares", COUNT, 100).write(TeacherTrainerTest::make, done -> {});
        return data;
    }

    private static SampleSetWriter.Batch make(long first, int count) {
        float[] images = new float[count * 3 * PLANE];
        float[] rows = new float[count * 4];
        for (int i = 0; i < count; i++) {
            SplittableRandom random = new SplittableRandom(first + i);
            float red = (float) random.nextDouble() - 1;
            int left = random.nextInt(SIDE - 2);
            boolean square = random.nextInt(5) == 0;
            for (int k = 0; k < PLANE; k++) {
                boolean within = square && k % SIDE >= left && k % SIDE < left + 3 && k / SIDE > 2 && k / SIDE < 6;
                images[i * 3 * PLANE + k] = red;
                images[i * 3 * PLANE + PLANE + k] = k % SIDE == left ? 0.5f : -0.5f;
                images[i * 3 * PLANE + 2 * PLANE + k] = within ? 1 : -1;
            }
            System.arraycopy(new float[] {100 * red, left, 3, square ? 1 : 0}, 0, rows, 4 * i, 4);
        }
        return new SampleSetWriter.Batch(
                Samples.pictures(HostArray.of(images, count, 3, SIDE, SIDE), null),
                Map.of("facts", HostArray.of(rows, count, 4), "bare", HostArray.of(new float[count], count)));
    }

    @Test
    void readsOffPicturesWhatItHasNotSeen() throws IOException {
        List<Long> heard = new ArrayList<>();
        LabelledSet set = LabelledSet.read(set(), "facts");
        TeacherTrainer.Teacher teacher =
                TeacherTrainer.train(set, settings(1, 250), device, (step, loss) -> heard.add(step));
        assertThat(heard).containsExactly(100L, 200L, 250L);
        for (int column : List.of(0, 1, 3)) {
            assertThat(teacher.explained().get(column)).as("column " + column).isGreaterThan(0.8);
        }
        assertThat(teacher.explained().get(2)).as("a constant").isZero();
        assertThat(teacher.logits()).isEqualTo(1);
        assertThat(teacher.training()).contains("250 steps of 16, seed 1", "squares", "facts");
    }

    @Test
    void isWhatItWasAfterAFile() throws IOException {
        LabelledSet set = LabelledSet.read(set(), "facts");
        TeacherTrainer.Teacher teacher = TeacherTrainer.train(set, settings(1, 150), device, (step, loss) -> {});
        Path out = folder.resolve("teacher");
        teacher.write(out, ModelNetwork.ATTRIBUTE_TEACHER);
        float[][] scale = set.scale(COUNT - 16);
        List<Integer> last = List.of(COUNT - 1, COUNT - 2, COUNT - 3, COUNT - 4);
        try (FeatureNetwork read = EncoderLoader.load(ModelFolder.open(out), ModelNetwork.ATTRIBUTE_TEACHER, device);
                Scope scope = Scope.open()) {
            assertThat(read.resolution()).isEqualTo(SIDE);
            float[] seen = read.apply(Tensor.of(device, set.pictures(last, 0, 0)))
                    .toHost()
                    .data();
            float[] known = set.known(last, scale).data();
            for (int i = 0; i < last.size(); i++) {
                assertThat(seen[4 * i]).as("red of " + last.get(i)).isCloseTo(known[4 * i], within(0.5f));
                assertThat(seen[4 * i + 2]).as("a constant").isZero();
                assertThat(seen[4 * i + 3] > 0).as("square in " + last.get(i)).isEqualTo(known[4 * i + 3] == 1);
            }
        }
    }

    /**
     * What is explained is found before outputs are weighed: it comes out again once they are divided by the root of
     * it. With another power in its place a column that is half explained is off by some hundredths.
     */
    @Test
    void outputsAreWeighedWithTheRootOfWhatTheyExplain() throws IOException {
        LabelledSet set = LabelledSet.read(set(), "facts");
        TeacherTrainer.Teacher teacher = TeacherTrainer.train(set, settings(1, 25), device, (step, loss) -> {});
        Path out = folder.resolve("teacher");
        teacher.write(out, ModelNetwork.ATTRIBUTE_TEACHER);
        int learned = COUNT - COUNT / 16;
        List<Integer> kept = IntStream.range(learned, COUNT).boxed().toList();
        float[] known = set.known(kept, set.scale(learned)).data();
        float[] seen;
        try (FeatureNetwork read = EncoderLoader.load(ModelFolder.open(out), ModelNetwork.ATTRIBUTE_TEACHER, device);
                Scope scope = Scope.open()) {
            seen = read.apply(Tensor.of(device, set.pictures(kept, 0, 0)))
                    .toHost()
                    .data();
        }
        assertThat(teacher.explained().get(0)).isBetween(0.2, 0.9);
        for (int column = 0; column < 2; column++) {
            double share = teacher.explained().get(column);
            double again = explained(known, seen, column, Math.sqrt(share));
            assertThat(again).as("column " + column).isCloseTo(share, within(0.001));
        }
    }

    private static double explained(float[] known, float[] seen, int column, double weight) {
        double squares = 0;
        double sum = 0;
        double spread = 0;
        for (int i = column; i < known.length; i += 4) {
            squares += Math.pow(known[i] - seen[i] / weight, 2);
            sum += known[i];
            spread += known[i] * known[i];
        }
        return 1 - squares / (spread - sum * sum / (known.length / 4.0));
    }

    @Test
    void theSameSettingsGiveTheSameTeacher() throws IOException {
        LabelledSet set = LabelledSet.read(set(), "facts");
        Map<String, HostArray> one = values(set, settings(1, 5));
        Map<String, HostArray> two = values(set, settings(1, 5));
        assertThat(one.keySet()).isEqualTo(two.keySet()).contains("stem.weight", "code.bias");
        one.forEach((name, value) ->
                assertThat(value.data()).as(name).isEqualTo(two.get(name).data()));
        assertThat(values(set, settings(2, 5)).get("stem.weight").data())
                .isNotEqualTo(one.get("stem.weight").data());
    }

    private Map<String, HostArray> values(LabelledSet set, TeacherTrainer.Settings settings) {
        return TeacherTrainer.train(set, settings, device, (step, loss) -> {}).values();
    }

    @Test
    void noiseStaysWithinItsStrength() throws IOException {
        LabelledSet set = LabelledSet.read(set(), "facts");
        List<Integer> numbers = List.of(5, 6, 7, 8);
        float[] plain = set.pictures(numbers, 0, 1).data();
        float[] noisy = set.pictures(numbers, 0.25, 1).data();
        double greatest = 0;
        for (int i = 0; i < plain.length; i++) {
            greatest = Math.max(greatest, Math.abs(noisy[i] - plain[i]));
        }
        assertThat(greatest).isBetween(0.03, 0.2501);
        assertThat(set.pictures(numbers, 0.25, 1).data()).isEqualTo(noisy);
        assertThat(set.pictures(numbers, 0.25, 2).data()).isNotEqualTo(noisy);
    }

    @Test
    void wrongSetsAndSettingsAreNamed() throws IOException {
        Path data = set();
        assertThatIOException()
                .isThrownBy(() -> LabelledSet.read(data, "glasses"))
                .withMessageContaining("must have an array glasses, got [")
                .withMessageContaining("facts");
        assertThatIOException()
                .isThrownBy(() -> LabelledSet.read(data, "bare"))
                .withMessageContaining("bare must be [100, columns], got [100]");
        Path second = data.resolve("truth-00001.safetensors");
        byte[] good = Files.readAllBytes(second);
        spoil(second, 7, 2);
        assertThatIOException()
                .isThrownBy(() -> LabelledSet.read(data, "facts"))
                .withMessageContaining("truth-00001.safetensors must have SHA-256");
        OldIndex.write(data);
        assertThatIOException()
                .isThrownBy(() -> LabelledSet.read(data, "facts"))
                .withMessageContaining("values must be finite in float32, got NaN at facts[7, 2]")
                .withMessageContaining("truth-00001.safetensors");
        Files.write(second, good);
        assertThat(LabelledSet.read(data, "facts").count()).isEqualTo(COUNT);
        Files.delete(data.resolve("truth-00001.safetensors"));
        assertThatIOException()
                .isThrownBy(() -> LabelledSet.read(data, "facts"))
                .withMessageContaining("truth-00001.safetensors");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(1, 0))
                .withMessageContaining("steps must be at least 1, got 0");
    }

    private static void spoil(Path file, int row, int column) throws IOException {
        HostArray facts;
        HostArray bare;
        try (Weights truth = Safetensors.open(file)) {
            facts = truth.get("facts");
            bare = truth.get("bare");
        }
        facts.data()[4 * row + column] = Float.NaN;
        Safetensors.write(file, Map.of("facts", facts, "bare", bare), DType.F32, Map.of());
    }
}
