package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.semblance.TinyTraining.weights;
import static org.semblance.TinyTraining.with;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.json.Json;
import org.semblance.training.FreshNetworks;
import org.semblance.training.StartConfig;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.Safetensors;

/** Teachers in a base model: which are taken, what begins as them, and that they stay behind. */
class TrainerTeachersTest extends TinyTrainingTest {
    @Test
    void aTeacherThatIsMissingOrOfAnotherSizeIsRefused() throws IOException {
        TinyModel tiny = new TinyModel(device);
        TinyTraining.put(tiny, "landmarks", 136, 8);
        ModelFolder without = ModelFolder.open(tiny.write(folder.resolve("without")));
        assertThatThrownBy(() ->
                        Trainer.start(without, TinyTraining.config(1), device).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("losses.attributeTeacher is 0.3")
                .hasMessageContaining("must have the network attribute_teacher, got [generator");
        TrainerConfig classes = with(
                TinyTraining.config(1),
                "{\"losses\": {\"attributeTeacher\": 0, \"codeClasses\": 0.2, \"identityTeacher\": 0}}");
        assertThatThrownBy(() -> Trainer.start(without, classes, device).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("losses.codeClasses is 0.2, so a teacher is needed");
        TrainerConfig both =
                with(TinyTraining.config(1), "{\"losses\": {\"attributeTeacher\": 0, \"codeClasses\": 0.2}}");
        Path asked = trained(both, "asked");
        assertThatThrownBy(() -> Trainer.resume(asked, without, device).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("losses.codeClasses is 0.2, so a teacher is needed");
        Json large = base.network("attribute_teacher").description();
        Json network = large.get("network").with("input", List.of(3, 16, 16));
        Json wide = Json.of(List.of(network.get("ops").at(0), Map.of("op", "gap", "in", List.of("a"), "out", "y")));
        ModelFolder wrong = base.with(
                "attribute_teacher",
                large.with("network", network.with("ops", wide).with("out_dim", 5)),
                "wide.safetensors",
                convolution());
        assertThatThrownBy(() ->
                        Trainer.start(wrong, TinyTraining.config(1), device).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("attribute_teacher must take pictures of 8 pixels, got one for 16");
    }

    @Test
    void logitsBeyondTheTeachersOutputsAreRefused() throws IOException {
        Json entry = base.network("attribute_teacher").description().with("logits", 8);
        ModelFolder wrong = base.with("attribute_teacher", entry, "more.safetensors", base.bytes("attribute_teacher"));
        assertThatThrownBy(() ->
                        Trainer.start(wrong, TinyTraining.config(1), device).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 to 7, the number of its outputs")
                .hasMessageContaining("8");
    }

    /** The base model with a teacher of the encoder's kind, whose description is changed. */
    private ModelFolder like(FreshNetworks.Described teacher, UnaryOperator<Json> change) throws IOException {
        Path out = folder.resolve("teacher");
        new TeacherTrainer.Teacher(
                        teacher.description(), teacher.values(), List.of(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 0, "none")
                .write(out, "attribute_teacher");
        ModelFolder given = ModelFolder.open(out);
        return base.with(
                "attribute_teacher",
                change.apply(given.network("attribute_teacher").description()),
                "like.safetensors",
                given.bytes("attribute_teacher"));
    }

    private static FreshNetworks.Described teacher(boolean spatial) throws IOException {
        StartConfig.Encoder encoder = TinyTraining.config(1).start().encoder();
        return FreshNetworks.encoder(new StartConfig.Encoder(encoder.widths(), 7, spatial), 8, 77);
    }

    private static TrainerConfig taught() throws IOException {
        return with(TinyTraining.config(1), "{\"start\": {\"attributes\": \"teacher\"}}");
    }

    /** Which makes a row of a picture in its own way, and calls its values something else. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEncoderBeginsAsItsTeacherButForTheLastLayer(boolean spatial) throws IOException {
        FreshNetworks.Described teacher = teacher(spatial);
        ModelFolder like = like(teacher, entry -> replaced(entry, "\"v", "\"w"));
        Path first = folder.resolve("first");
        try (Trainer trainer = Trainer.start(like, taught(), device)) {
            trainer.save(first);
        }
        String deep = "stage2.1.conv1.weight";
        assertThat(weights(first, "all.attributes." + deep))
                .isEqualTo(teacher.values().get(deep).data());
        int code = TinyTraining.config(1).start().encoder().code();
        assertThat(weights(first, "all.attributes.code.weight")).hasSize(code * 8 * 2 * 2);
        assertThatThrownBy(() -> with(TinyTraining.config(1), "{\"start\": {\"mapper\": \"teacher\"}}"))
                .hasMessageContaining("mapper must be model or fresh, got teacher");
    }

    private static Json replaced(Json entry, String from, String to) {
        assertThat(entry.compact()).contains(from);
        try {
            return Json.parse(entry.compact().replace(from, to), "test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void teacherRefused(ModelFolder wrong, String... why) {
        assertThatThrownBy(() -> Trainer.start(wrong, taught(), device).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("where start.attributes is teacher, attribute_teacher must")
                .hasMessageContainingAll(why);
    }

    /** All of them have parameters of the encoder's names and shapes. */
    @Test
    void aTeacherThatDoesSomethingElseThanTheEncoderIsRefused() throws IOException {
        FreshNetworks.Described teacher = teacher(true);
        teacherRefused(
                like(teacher, entry -> replaced(entry, "\"relu\"", "\"lrelu\"")),
                "the encoder's operations, of which number 1 is Step[op=RELU",
                "got Step[op=LRELU");
        teacherRefused(
                like(
                        teacher,
                        entry -> replaced(
                                entry,
                                "\"cin\":6,\"cout\":6,\"kernel\":3,\"stride\":2",
                                "\"cin\":6,\"cout\":6,\"kernel\":3,\"stride\":1")),
                "number 2 is Step[op=CONV, name=stage1.0.conv1, in=6, out=6, kernel=3, stride=2",
                "stride=1");
        teacherRefused(
                like(teacher, entry -> replaced(entry, "\"in\":[\"v5\",\"v6\"]", "\"in\":[\"v5\",\"v5\"]")),
                "inputs=[5, 6]",
                "inputs=[5, 5]");
        teacherRefused(
                like(teacher, entry -> entry.with("input_range", List.of(0, 1))),
                "take pictures in [-1.0, 1.0] as the model's attribute encoder does, got [0.0, 1.0]");
        teacherRefused(base, "name=stem, in=3, out=6", "got Step[op=CONV, name=c, in=3, out=5");
    }

    /** In which the encoder that is trained takes its pictures. */
    @Test
    void theTeachersRangeIsThatOfTheModelsEncoder() throws IOException {
        Json entry = base.network("attributes").description().with("input_range", List.of(0, 1));
        base = base.with("attributes", entry, "ranged.safetensors", base.bytes("attributes"));
        FreshNetworks.Described teacher = teacher(true);
        Trainer.start(like(teacher, own -> own.with("input_range", List.of(0, 1))), taught(), device)
                .close();
        teacherRefused(
                like(teacher, own -> own),
                "take pictures in [0.0, 1.0] as the model's attribute encoder does, got [-1.0, 1.0]");
    }

    @Test
    void aForgottenTeacherIsNamedWhereTheEncoderBeginsAsIt() throws IOException {
        TinyModel tiny = new TinyModel(device);
        TinyTraining.put(tiny, "landmarks", 136, 8);
        ModelFolder without = ModelFolder.open(tiny.write(folder.resolve("without")));
        TrainerConfig config = with(taught(), "{\"losses\": {\"attributeTeacher\": 0, \"identityTeacher\": 0}}");
        assertThatThrownBy(() -> Trainer.start(without, config, device).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("start.attributes is teacher, so a teacher is needed: name the folder that"
                        + " 'train-teacher' wrote with --teacher");
        Path begun = folder.resolve("begun");
        try (Trainer trainer = Trainer.start(like(teacher(true), own -> own), config, device)) {
            trainer.save(begun);
        }
        Trainer.resume(begun, without, device).close();
    }

    /** The file of the teacher with its convolution alone. */
    private byte[] convolution() throws IOException {
        Map<String, HostArray> all = TrainedNetworks.values(base, "attribute_teacher");
        Path file = folder.resolve("wide");
        Safetensors.write(file, Map.of("c.weight", all.get("c.weight")), DType.F32, Map.of());
        return Files.readAllBytes(file);
    }

    @Test
    void teachersStayWithTheTrainer() throws IOException {
        Path model = folder.resolve("model");
        try (Trainer trainer = Trainer.start(base, TinyTraining.config(1), device)) {
            trainer.export(model, "trained", DType.F32);
        }
        assertThat(base.roles()).contains("attribute_teacher", "identity_teacher");
        assertThat(ModelFolder.open(model).roles())
                .contains("landmarks", "mapper")
                .doesNotContain("attribute_teacher", "identity_teacher");
    }
}
