package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.semblance.TinyTraining.with;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.semblance.json.Json;
import org.semblance.weights.ModelFolder;

/** What is refused before anything is computed. */
class StartChecksTest extends TinyTrainingTest {
    private static final String PATH = "{\"start\": {\"attributes\": \"model\", \"mapper\": \"model\"},"
            + " \"schedule\": {\"steps\": 9, \"classPath\": 5}, \"losses\": {\"attributeTeacher\": 0}";

    private void refused(ModelFolder model, String losses, String why) throws IOException {
        TrainerConfig config = with(TinyTraining.config(1), "{\"losses\": " + losses + "}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trainer.start(model, config, device).close())
                .withMessageContaining(why);
    }

    @Test
    void lossesThatTheNetworksCannotHave() throws IOException {
        refused(base, "{\"firstLandmark\": 68}", "firstLandmark must be below 68, the number of landmarks, got 68");
        refused(base, "{\"perceptualStages\": 9}", "perceptualStages must be at most the number of stages");
        refused(
                teacher(6),
                "{\"codeClasses\": 1}",
                "codeClasses must be 0 unless the attribute teacher has classes, at most 5 as the code has entries,"
                        + " got 6");
        refused(teacher(0), "{\"teacherClasses\": 1}", "teacherClasses must be 0 unless the attribute teacher has");
        refused(
                teacher(7),
                "{\"attributeClasses\": false}",
                "attributeClasses must be true where the attribute teacher has classes alone");
    }

    private ModelFolder teacher(int logits) throws IOException {
        String role = "attribute_teacher";
        Json entry = base.network(role).description().with("logits", logits);
        return base.with(role, entry, logits + ".safetensors", base.bytes(role));
    }

    @Test
    void lossesThatAreLeftOutAskNothing() throws IOException {
        TrainerConfig config = with(
                TinyTraining.config(1),
                "{\"losses\": {\"landmarks\": 0, \"firstLandmark\": 68, \"perceptual\": 0, \"perceptualStages\": 9}}");
        Trainer.start(base, config, device).close();
    }

    /** The start of a class path reads 8,192 pictures. */
    @Test
    void whatIsCheapIsCheckedFirst() throws IOException {
        AtomicInteger pictures = new AtomicInteger();
        TrainerConfig lost = with(
                TinyTraining.config(1),
                PATH + ", \"data\": {\"sources\": [{\"kind\": \"set\", \"path\": \"" + folder.resolve("none")
                        + "\"}]}}");
        assertThatThrownBy(() ->
                        Trainer.start(base, lost, device, pictures::addAndGet).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
        assumeTrue(device.name().equals("cpu"), "CUDA has it");
        TrainerConfig rounded = with(TinyTraining.config(1), PATH + ", \"run\": {\"precision\": \"bfloat16\"}}");
        assertThatThrownBy(() -> Trainer.start(base, rounded, device, pictures::addAndGet)
                        .close())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("run.precision BFLOAT16 cannot be had on cpu");
        assertThat(pictures).hasValue(0);
    }
}
