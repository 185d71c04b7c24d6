package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.semblance.TinyTraining.with;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.contract.NoLeaks;
import org.semblance.json.Json;
import org.semblance.training.Checkpoint;
import org.semblance.weights.ModelFolder;

/** Checkpoints that a run is not to go on from. */
class TrainerCheckpointsTest extends TinyTrainingTest {
    @Test
    void aDamagedCheckpointIsRefused() throws IOException {
        Path good = trained(TinyTraining.config(1), "run");
        byte[] bytes = Files.readAllBytes(good);
        byte[] flipped = bytes.clone();
        flipped[bytes.length / 2] ^= 1;
        refused(flipped, "damaged or cut short");
        refused(Arrays.copyOf(bytes, bytes.length - 100), "damaged or cut short");
        refused("hello".getBytes(StandardCharsets.US_ASCII), "must start with SMBCKPT1");
    }

    private void refused(byte[] bytes, String why) throws IOException {
        Path bad = Files.write(folder.resolve("bad"), bytes);
        assertThatThrownBy(() -> Trainer.resume(bad, base, device).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aCheckpointOfAnotherModelIsRefused() throws IOException {
        Path good = trained(TinyTraining.config(1), "run");
        TinyModel other = new TinyModel(device);
        other.tensors.get("generator").get("mapping.w_avg").data()[0] += 1;
        for (String role : List.of("landmarks", "attribute_teacher", "identity_teacher")) {
            other.descriptions.put(role, base.network(role).description());
            other.tensors.put(role, TrainedNetworks.values(base, role));
        }
        refusedWith(good, other, "of this base model");
    }

    private void refusedWith(Path checkpoint, TinyModel other, String why) throws IOException {
        ModelFolder wrong = ModelFolder.open(other.write(folder.resolve("other")));
        assertThatThrownBy(() -> Trainer.resume(checkpoint, wrong, device).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    void anotherTeacherIsRefusedWhereOneIsAsked() throws IOException {
        Path good = trained(TinyTraining.config(1), "run");
        TinyModel other = new TinyModel(device);
        TinyTraining.put(other, "landmarks", 136, 8);
        TinyTraining.put(other, "attribute_teacher", 7, 19);
        TinyTraining.put(other, "identity_teacher", 4, 28);
        refusedWith(good, other, "of this base model, got other frozen networks: attribute_teacher ");
        TrainerConfig alone =
                with(TinyTraining.config(1), "{\"losses\": {\"attributeTeacher\": 0, \"identityTeacher\": 0}}");
        Path unasked = trained(alone, "alone");
        ModelFolder changed = ModelFolder.open(folder.resolve("other"));
        try (Trainer trainer = Trainer.resume(unasked, changed, device)) {
            assertThat(trainer.step()).isEqualTo(1);
        }
    }

    /** Also whatever was made before leaves no tensor behind: see {@link NoLeaks}. */
    @Test
    void whatCannotBeMadeLeavesNothing() throws IOException {
        TrainerConfig coarse = with(
                TinyTraining.config(1), "{\"losses\": {\"similarity\": {\"powers\": [0.2, 0.2, 0.2], \"window\": 5}}}");
        assertThatThrownBy(() -> Trainer.start(base, coarse, device).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 scales at 8 pixels");
        Checkpoint good = Checkpoint.read(trained(TinyTraining.config(1), "run"));
        Json progress = good.state().get("progress");
        resumedWith(good.state().with("progress", Map.of("step", 1)), good.tensors(), "'positions'");
        resumedWith(good.state().with("progress", progress.with("updates", List.of(1))), good.tensors(), "element 1");
        for (String name : List.of("model.v.mapper.linear1.bias", "discriminator.m.discriminator.linear1.weight")) {
            Map<String, HostArray> tensors = new LinkedHashMap<>(good.tensors());
            tensors.remove(name);
            resumedWith(good.state(), tensors, name.substring(name.indexOf('.', name.indexOf('.') + 1) + 1));
        }
        Map<String, HostArray> short1 = new LinkedHashMap<>(good.tensors());
        short1.remove("all.discriminator.linear2.bias");
        resumedWith(good.state(), short1, "linear2.bias");
    }

    /** What its settings lack has no effect on such a run. */
    @Test
    void aCheckpointFromBeforeKnownSwapsGoesOn() throws IOException {
        Checkpoint now = Checkpoint.read(trained(TinyTraining.config(1), "run"));
        Json config = now.state().get("config");
        Json losses = config.get("losses");
        Map<String, Json> older = new LinkedHashMap<>();
        losses.keys().forEach(key -> older.put(key, losses.get(key)));
        assertThat(older.keySet().removeAll(List.of("swap", "attributeClasses", "codeClasses")))
                .isTrue();
        Path file = folder.resolve("older");
        new Checkpoint(now.state().with("config", config.with("losses", Json.of(older))), now.tensors()).write(file);
        try (Trainer trainer = Trainer.resume(file, base, device)) {
            assertThat(trainer.step()).isEqualTo(1);
            assertThat(trainer.config().losses().attributeClasses()).isTrue();
            assertThat(trainer.config().losses().codeClasses()).isZero();
        }
    }

    private void resumedWith(Json state, Map<String, HostArray> tensors, String why) throws IOException {
        Path file = folder.resolve("changed");
        new Checkpoint(state, tensors).write(file);
        assertThatThrownBy(() -> Trainer.resume(file, base, device).close()).hasMessageContaining(why);
    }

    @Test
    void anotherDeviceOrVersionIsSaid() throws IOException {
        Path last = trained(TinyTraining.config(1), "run");
        Checkpoint good = Checkpoint.read(last);
        assertThat(good.state().get("library").asString()).isNotEmpty();
        assertThat(warnings(last)).isEmpty();
        Path file = folder.resolve("moved");
        Json state = good.state().with("device", "cuda:7 (another)").with("library", "0.0.1");
        new Checkpoint(state, good.tensors()).write(file);
        assertThat(warnings(file)).hasSize(2);
        assertThat(warnings(file).get(0)).contains("of the device cuda:7 (another), this is " + device);
        assertThat(warnings(file).get(1)).contains("of the library 0.0.1, this is ");
    }

    private List<String> warnings(Path checkpoint) throws IOException {
        List<String> said = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                said.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(Trainer.class.getName());
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            Trainer.resume(checkpoint, base, device).close();
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        return said;
    }

    @Test
    void theStateAloneNeedsNoSum() throws IOException {
        Path good = trained(TinyTraining.config(1), "run");
        byte[] bytes = Files.readAllBytes(good);
        assertThat(Checkpoint.state(good)).isEqualTo(Checkpoint.read(good).state());
        bytes[bytes.length - 1] ^= 1;
        Path summed = Files.write(folder.resolve("summed"), bytes);
        assertThat(Checkpoint.state(summed)).isEqualTo(Checkpoint.state(good));
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 100));
        assertThatThrownBy(() -> Checkpoint.state(cut)).isInstanceOf(IOException.class);
    }
}
