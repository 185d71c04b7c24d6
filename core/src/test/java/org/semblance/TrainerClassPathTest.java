package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.semblance.TinyTraining.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.networks.FeatureNetwork;
import org.semblance.nn.Initialisers;
import org.semblance.training.Checkpoint;
import org.semblance.training.FreshNetworks;
import org.semblance.training.StepLosses;
import org.semblance.training.TrainingListener;
import org.semblance.training.TrainingProgress;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;

/**
 * Runs on a class path: the tiny teacher has 7 outputs, the last 3 of them logits, of which it never reads the first
 * off the generator's pictures, and the others off about half of them each.
 */
@ExtendWith(NoLeaks.class)
class TrainerClassPathTest {
    private static final String ROLE = ModelNetwork.ATTRIBUTE_TEACHER;
    private static final int OUTPUTS = 7;
    private static final int ROW = 5 * 64;
    private static final int DRAWN = 256;
    private static final int STEPS = 8;
    private static final int PATH = 5;
    private static final List<Integer> WIDTHS = List.of(8, 12, 10, 6);

    /** Settings whose losses ask the teacher nothing. */
    private static final String SILENT =
            "{\"losses\": {\"attributeTeacher\": 0, \"teacherClasses\": 0, \"codeClasses\": 0}}";

    private final Device device = TestDevice.get();

    @TempDir
    private Path folder;

    private TinyModel tiny;
    private ModelFolder base;

    @BeforeEach
    void writeModel() throws IOException {
        tiny = new TinyModel(device);
        TinyTraining.put(tiny, "landmarks", 136, 8);
        TinyTraining.put(tiny, "identity_teacher", 4, 28);
        mapper(4);
        teacher(3);
        ModelFolder drawn = ModelFolder.open(tiny.write(folder.resolve("drawn")));
        try (Generator generator = Generator.load(drawn, device);
                FeatureNetwork network = EncoderLoader.load(drawn, ROLE, device)) {
            HostArray z = Initialisers.normal(Shape.of(DRAWN, generator.zDim()), 1, Initialisers.random(1));
            HostArray codes = generator.map(z);
            average(codes.data());
            HostArray pictures = Image.stack(generator.synthesise(codes));
            spread(Batches.rows(device, pictures, network::apply).data());
        }
        tellClasses();
        base = written("base");
    }

    /** The attribute code becomes the teacher's logits, of a size that the mapper is used to. */
    private void tellClasses() {
        TinyTraining.put(tiny, ModelNetwork.ATTRIBUTES, 3, 18);
        for (String name : List.of("f.weight", "f.bias")) {
            float[] code = value(tiny.tensors.get(ModelNetwork.ATTRIBUTES), name);
            float[] read = value(tiny.tensors.get(ROLE), name);
            for (int i = 0; i < code.length; i++) {
                code[i] = 0.01f * read[read.length - code.length + i];
            }
        }
    }

    private ModelFolder written(String name) throws IOException {
        return ModelFolder.open(tiny.write(folder.resolve(name)));
    }

    private void mapper(long seed) {
        Map<String, Object> entry = new LinkedHashMap<>(
                Map.of("architecture", "mlp", "sizes", Map.of(), "training", "none", "licence", "Apache-2.0"));
        entry.put("config", Map.of("widths", WIDTHS, "slope", 0.2));
        tiny.descriptions.put(ModelNetwork.MAPPER, Json.of(entry));
        tiny.tensors.put(ModelNetwork.MAPPER, FreshNetworks.mapper(WIDTHS, seed));
    }

    private void teacher(int logits) {
        TinyTraining.put(tiny, ROLE, OUTPUTS, 18);
        tiny.descriptions.compute(
                ROLE, (role, entry) -> Objects.requireNonNull(entry).with("logits", logits));
    }

    private void average(float[] codes) {
        float[] mean = value(tiny.tensors.get("generator"), "mapping.w_avg");
        Arrays.fill(mean, 0);
        for (int i = 0; i < codes.length; i++) {
            mean[i % mean.length] += codes[i] / DRAWN;
        }
    }

    /** The last two logits are each other's opposites, and 0 in the middle. */
    private void spread(float[] read) {
        Map<String, HostArray> values = Objects.requireNonNull(tiny.tensors.get(ROLE));
        float[] rows = value(values, "f.weight");
        float[] bias = value(values, "f.bias");
        bias[4] = -100;
        for (int i = 5; i < read.length; i += OUTPUTS) {
            bias[5] -= read[i] / DRAWN;
        }
        bias[6] = -bias[5];
        for (int i = 0; i < ROW; i++) {
            rows[6 * ROW + i] = -rows[5 * ROW + i];
        }
    }

    private static float[] value(Map<String, HostArray> values, String name) {
        return Objects.requireNonNull(values.get(name), name).data();
    }

    private static TrainerConfig config(String more) throws IOException {
        return TinyTraining.config(STEPS)
                .with(Json.parse(
                        "{\"start\": {\"attributes\": \"model\", \"mapper\": \"model\"},"
                                + " \"losses\": {\"teacherClasses\": 0.5, \"codeClasses\": 0.5},"
                                + " \"schedule\": {\"classPath\": " + PATH + "}}",
                        "test"))
                .with(Json.parse(more, "test"));
    }

    /** A run that is cancelled after a step. */
    private Path until(long step, String name) throws IOException {
        Path run = folder.resolve(name);
        try (Trainer trainer = Trainer.start(base, config("{}"), device)) {
            trainer.listen(new TrainingListener() {
                        @Override
                        public void progressed(TrainingProgress p) {
                            if (p.step() == step) {
                                trainer.cancel();
                            }
                        }
                    })
                    .run(run);
            assertThat(trainer.step()).isEqualTo(step);
        }
        return run.resolve(Trainer.LAST);
    }

    private Path resumed(Path checkpoint, String name) throws IOException {
        try (Trainer trainer = Trainer.resume(checkpoint, base, device)) {
            return trainer.run(folder.resolve(name)).checkpoint();
        }
    }

    private StepLosses first(Path checkpoint, String name) throws IOException {
        List<StepLosses> all = new ArrayList<>();
        try (Trainer trainer = Trainer.resume(checkpoint, base, device)) {
            trainer.listen(new TrainingListener() {
                        @Override
                        public void progressed(TrainingProgress p) {
                            all.add(p.losses());
                            trainer.cancel();
                        }
                    })
                    .run(folder.resolve(name));
        }
        return all.get(0);
    }

    /** What a run without path would have written, of the same parameters. */
    private Path withoutPath(Path checkpoint) throws IOException {
        Checkpoint with = Checkpoint.read(checkpoint);
        Json config = with.state().get("config");
        Json plain = config.with("schedule", config.get("schedule").with("classPath", 0));
        Map<String, Object> frozen = new LinkedHashMap<>();
        with.state().get("frozen").keys().stream()
                .filter(role -> !role.equals(ModelNetwork.MAPPER))
                .forEach(role -> frozen.put(role, with.state().get("frozen").get(role)));
        Json networks = with.state().get("networks").with("rare_classes", List.of());
        Json state = with.state()
                .with("config", plain)
                .with("frozen", Json.of(frozen))
                .with("networks", networks);
        Path file = folder.resolve(checkpoint.getParent().getFileName() + ".plain");
        new Checkpoint(state, with.tensors()).write(file);
        return file;
    }

    private Path begun() throws IOException {
        Path first = Files.createDirectories(folder.resolve("begun")).resolve("first.checkpoint");
        AtomicInteger read = new AtomicInteger();
        try (Trainer trainer = Trainer.start(base, config("{}"), device, read::addAndGet)) {
            assertThat(read.get()).as("pictures heard of").isGreaterThan(8192);
            trainer.save(first);
        }
        return first;
    }

    @Test
    void aRunBeginsWithTheModelsMapperAndStepsInIt() throws IOException {
        Path first = begun();
        Json rare = Checkpoint.read(first).state().get("networks").get("rare_classes");
        assertThat(rare.elements()).hasSize(1);
        int logit = rare.at(0).asInt();
        assertThat(logit).isBetween(1, 2);
        float[] unit = {-0.125f, -0.125f, -0.125f};
        unit[logit] = 0.25f;
        float[] got = weights(first, "all.mapper.linear1.weight");
        float[] given = value(tiny.tensors.get(ModelNetwork.MAPPER), "linear1.weight");
        assertThat(Arrays.copyOf(got, 10 * 8)).isEqualTo(Arrays.copyOf(given, 10 * 8));
        for (int row = 10; row < 12; row++) {
            assertThat(Arrays.copyOfRange(got, 8 * row, 8 * row + 5)).containsOnly(0);
            assertThat(Arrays.copyOfRange(got, 8 * row + 5, 8 * row + 8)).isEqualTo(unit);
        }
        assertThat(weights(first, "all.attributes.f.weight"))
                .isEqualTo(value(tiny.tensors.get(ModelNetwork.ATTRIBUTES), "f.weight"));
        byte[] bytes = Files.readAllBytes(first);
        assertThat(Files.readAllBytes(begun())).as("every time").isEqualTo(bytes);
    }

    /** Inside of it losses are those of other pictures than the mapper's own. */
    @Test
    void aStepInsideSeesOtherPictures() throws IOException {
        Path first = begun();
        StepLosses with = first(first, "with");
        StepLosses without = first(withoutPath(first), "without");
        assertThat(with.pixel()).isNotEqualTo(without.pixel());
        assertThat(with.teacherClasses()).isNotEqualTo(without.teacherClasses());
        assertThat(with.moments()).as("of the mapper's codes").isEqualTo(without.moments());
        assertThat(with.codeClasses()).isEqualTo(without.codeClasses());
    }

    @Test
    void resumedInsideEqualsUninterruptedBitForBit() throws IOException {
        Path whole = TinyTraining.trained(base, config("{}"), folder.resolve("whole"));
        Path parts = until(PATH - 2, "parts");
        assertThat(Files.mismatch(whole, resumed(parts, "parts"))).isEqualTo(-1);
    }

    @Test
    void stepsAfterItAreThoseOfARunWithout() throws IOException {
        Path end = until(PATH, "path");
        Path with = resumed(end, "with");
        Path without = resumed(withoutPath(end), "without");
        Map<String, HostArray> expected = Checkpoint.read(with).tensors();
        assertThat(Checkpoint.read(without).tensors()).containsOnlyKeys(expected.keySet());
        for (Map.Entry<String, HostArray> e : expected.entrySet()) {
            assertThat(weights(without, e.getKey()))
                    .as(e.getKey())
                    .isEqualTo(e.getValue().data());
        }
        Path before = until(PATH - 1, "before");
        String name = "all.mapper.linear1.weight";
        assertThat(weights(resumed(withoutPath(before), "earlier"), name))
                .as("one step less of the path")
                .isNotEqualTo(weights(with, name));
    }

    @Test
    void aBaseWithAnotherMapperIsRefused() throws IOException {
        Path first = begun();
        mapper(5);
        ModelFolder other = written("other");
        assertThatThrownBy(() -> Trainer.resume(first, other, device).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("mapper");
        Trainer.resume(withoutPath(first), other, device).close();
    }

    /** Which says how surely a row is of a rare class, whatever the losses ask. */
    @Test
    void theTeacherIsThatOfTheStart() throws IOException {
        TrainerConfig silent = config(SILENT);
        Path first = folder.resolve("first.checkpoint");
        try (Trainer trainer = Trainer.start(base, silent, device)) {
            trainer.save(first);
        }
        tiny.descriptions.compute(
                ROLE, (role, entry) -> Objects.requireNonNull(entry).with("logits", 2));
        refuses(first, written("logits"));
        value(tiny.tensors.get(ROLE), "f.bias")[0] += 1;
        refuses(first, written("other"));
        tiny.descriptions.remove(ROLE);
        ModelFolder none = written("none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trainer.resume(first, none, device).close())
                .withMessageContaining("schedule.classPath is 5, so a teacher is needed");
        Trainer.resume(first, base, device).close();
    }

    private void refuses(Path checkpoint, ModelFolder other) {
        assertThatThrownBy(() -> Trainer.resume(checkpoint, other, device).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of this base model")
                .hasMessageContaining(ROLE);
    }

    @Test
    void aTeacherOfOtherPicturesIsRefused() throws IOException {
        tiny.descriptions.compute(ROLE, (role, entry) -> {
            Json network = Objects.requireNonNull(entry).get("network");
            List<Object> ops = List.of(network.get("ops").at(0), Map.of("op", "gap", "in", List.of("a"), "out", "y"));
            return entry.with(
                    "network",
                    network.with("input", List.of(3, 16, 16)).with("ops", ops).with("out_dim", 5));
        });
        Objects.requireNonNull(tiny.tensors.get(ROLE)).keySet().removeIf(name -> name.startsWith("f."));
        refused("large", SILENT, "attribute_teacher must take pictures of 8 pixels, got one for 16");
    }

    @Test
    void aTeacherOfClassesIsNeeded() throws IOException {
        for (int logits = 0; logits < 2; logits++) {
            teacher(logits);
            refused(
                    "teacher" + logits,
                    "{\"losses\": {\"teacherClasses\": 0, \"codeClasses\": 0}}",
                    "schedule.classPath: attribute_teacher must have at least 2 logits, one for each class, got "
                            + logits);
        }
        teacher(4);
        refused(
                "wide",
                "{\"losses\": {\"codeClasses\": 0}}",
                "attribute code must be at least 4 numbers, one for each class that the attribute teacher reads,"
                        + " got 3");
        tiny.descriptions.remove(ROLE);
        refused("none", SILENT, "schedule.classPath is 5, so a teacher is needed");
    }

    /** Where it says other classes, always one, or one for the other. */
    @Test
    void aCodeThatDoesNotSayTheClassesIsRefused() throws IOException {
        Map<String, HostArray> code = Objects.requireNonNull(tiny.tensors.get(ModelNetwork.ATTRIBUTES));
        float[] bias = value(code, "f.bias");
        bias[0] = 1000;
        refused("none", "{}", "their largest is in 0.000");
        bias[0] = -1000;
        float first = bias[1];
        bias[1] = 1000;
        refused("one", "{}", "the first 3 numbers of the attribute code must say the classes that attribute_teacher");
        bias[1] = -first;
        bias[2] = first;
        float[] rows = value(code, "f.weight");
        for (int i = ROW; i < 3 * ROW; i++) {
            rows[i] = -rows[i];
        }
        refused("swapped", "{}", "their largest is in 0.000");
    }

    private void refused(String name, String more, String why) throws IOException {
        ModelFolder model = written(name);
        TrainerConfig config = config(more);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trainer.start(model, config, device).close())
                .withMessageContaining(why);
    }

    @Test
    void aMapperWithoutRoomIsRefused() throws IOException {
        tiny.tensors.put(ModelNetwork.MAPPER, FreshNetworks.mapper(List.of(8, 7, 6), 1));
        tiny.descriptions.compute(ModelNetwork.MAPPER, (role, entry) -> Objects.requireNonNull(entry)
                .with("config", Map.of("widths", List.of(8, 7, 6), "slope", 0.2)));
        refused("flat", "{}", "hidden layers of the mapper must be at least two");
    }

    @Test
    void freshNetworksHaveNoPath() {
        for (String fresh :
                new String[] {"\"attributes\": \"fresh\"", "\"mapper\": \"fresh\"", "\"attributes\": \"teacher\""}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> config("{\"start\": {" + fresh + "}}"))
                    .withMessageContaining("schedule.classPath must be 0 unless start.attributes and start.mapper are"
                            + " the model's, got 5 with ");
        }
    }
}
