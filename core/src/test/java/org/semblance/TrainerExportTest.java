package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.semblance.TinyTraining.with;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.semblance.array.DType;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.training.Checkpoint;
import org.semblance.training.TestScores;
import org.semblance.weights.ModelFolder;

/** Exports of checkpoints, which need nothing but the base model. */
class TrainerExportTest extends TinyTrainingTest {
    @Test
    void aCheckpointIsExportedAsItsRunWouldBe() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        Path picture = pictures.resolve("a.png");
        Image.filled(8, 8, 0x405060).writePng(picture);
        TrainerConfig config = with(
                TinyTraining.config(3),
                "{\"data\": {\"sources\": [{\"kind\": \"folder\", \"path\": \"" + pictures + "\"}]},"
                        + " \"run\": {\"testEvery\": 3}}");
        Path run = folder.resolve("run");
        Path own = folder.resolve("own");
        try (Trainer trainer = Trainer.start(base, config, device)) {
            trainer.test((snapshot, step) -> new TestScores(1, 0.1, Map.of("psnr", 20.5)))
                    .run(run);
            trainer.export(own, "tiny", DType.F16);
        }
        Files.delete(picture);
        Path copy = folder.resolve("copy");
        Trainer.export(run.resolve(Trainer.LAST), withoutTeachers(), copy, "tiny", DType.F16);
        assertThat(files(copy)).isEqualTo(files(own)).contains("model.json", "mapper.safetensors");
        for (String file : files(own)) {
            assertThat(copy.resolve(file)).hasSameBinaryContentAs(own.resolve(file));
        }
    }

    @Test
    void aRunInAnotherPrecisionIsExportedHere() throws IOException {
        Checkpoint good = Checkpoint.read(trained(TinyTraining.config(1), "run"));
        Json config = good.state().get("config");
        Path file = folder.resolve("bfloat16");
        Json run = config.get("run").with("precision", "bfloat16");
        new Checkpoint(good.state().with("config", config.with("run", run)), good.tensors()).write(file);
        Path model = folder.resolve("model");
        Trainer.export(file, base, model, "tiny", DType.F32);
        assertThat(ModelFolder.open(model)
                        .description()
                        .get("run")
                        .get("config")
                        .get("run"))
                .isEqualTo(run);
    }

    @Test
    void anotherModelIsRefused() throws IOException {
        Path last = trained(TinyTraining.config(1), "run");
        TinyModel other = model();
        other.tensors.get("generator").get("mapping.w_avg").data()[0] += 1;
        refused(last, ModelFolder.open(other.write(folder.resolve("other"))));
        TinyModel teacher = model();
        TinyTraining.put(teacher, "attribute_teacher", 7, 19);
        refused(last, ModelFolder.open(teacher.write(folder.resolve("teacher"))));
    }

    private void refused(Path last, ModelFolder wrong) {
        Path model = folder.resolve("none");
        assertThatThrownBy(() -> Trainer.export(last, wrong, model, "tiny", DType.F32))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of this base model");
        assertThat(model).doesNotExist();
    }

    private TinyModel model() {
        TinyModel tiny = new TinyModel(device);
        TinyTraining.put(tiny, "landmarks", 136, 8);
        return tiny;
    }

    private ModelFolder withoutTeachers() throws IOException {
        return ModelFolder.open(model().write(folder.resolve("without")));
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
