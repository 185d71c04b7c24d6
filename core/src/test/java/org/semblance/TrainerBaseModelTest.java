package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.semblance.TinyTraining.with;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Precision;
import org.semblance.json.Json;
import org.semblance.nn.Initialisers;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelSource;

/** What a run takes from its base model, and holds on to. */
class TrainerBaseModelTest extends TinyTrainingTest {
    /** The base with another description of the same weights. */
    private ModelFolder described(String role, UnaryOperator<Json> change) throws IOException {
        Json entry = change.apply(base.network(role).description());
        return base.with(role, entry, role + "-described.safetensors", base.bytes(role));
    }

    private static Json replaced(Json entry, String from, String to) {
        String text = entry.compact();
        assertThat(text).contains(from);
        try {
            return Json.parse(text.replace(from, to), "test");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsDoneWithFrozenWeightsMustBeWhatItWas() throws IOException {
        Path begun = folder.resolve("begun");
        try (Trainer trainer = Trainer.start(base, TinyTraining.config(1), device)) {
            trainer.save(begun);
        }
        UnaryOperator<Json> ranged = entry -> entry.with("input_range", List.of(0, 1));
        for (String role : List.of("identity", "landmarks", "attributes", "attribute_teacher", "identity_teacher")) {
            refused(begun, described(role, ranged), role);
        }
        assertThatThrownBy(() -> Trainer.resume(begun, described("identity", ranged), device)
                        .close())
                .hasMessageContaining("got other frozen networks: identity of the same weights, used in another way")
                .hasMessageNotContaining("landmarks");
        refused(begun, described("landmarks", entry -> replaced(entry, "\"relu\"", "\"lrelu\"")), "landmarks");
        refused(begun, described("attribute_teacher", entry -> entry.with("logits", 2)), "attribute_teacher");
        refused(
                begun,
                described("generator", entry -> replaced(entry, "\"config\":{", "\"config\":{\"conv_clamp\":2,")),
                "generator");
        ModelFolder licensed = described(
                "identity",
                entry -> entry.with("licence", "MIT").with("training", "much").with("verification", Map.of("tar", 1)));
        Trainer.resume(begun, licensed, device).close();
    }

    private void refused(Path checkpoint, ModelFolder other, String role) {
        assertThatThrownBy(() -> Trainer.resume(checkpoint, other, device).close())
                .as(role)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of this base model")
                .hasMessageContaining(role);
    }

    @Test
    void theMappersSlopeIsKept() throws IOException {
        base = described("mapper", entry -> replaced(entry, "0.2", "0.05"));
        TrainerConfig config =
                with(TinyTraining.config(1), "{\"start\": {\"attributes\": \"model\", \"mapper\": \"model\"}}");
        HostArray features = Initialisers.normal(Shape.of(9, 8), 3, Initialisers.random(4));
        HostArray wanted;
        try (LatentMapper mapper = LatentMapper.load(base, device)) {
            wanted = mapper.map(features);
        }
        TrainedParts parts = TrainedParts.start(base, config, device, pictures -> {});
        try (TrainedNetworks networks = new TrainedNetworks(base, parts, config.losses(), device, Precision.FLOAT32);
                Scope scope = Scope.open("test")) {
            Tensor seen = networks.functions().mapper().apply(Tensor.of(device, features));
            assertThat(seen.toHost().data()).containsExactly(wanted.data(), Offset.offset(1e-4f));
        }
        Path begun = folder.resolve("begun");
        try (Trainer trainer = Trainer.start(base, config, device)) {
            trainer.save(begun);
        }
        Path model = folder.resolve("model");
        try (Trainer trainer = Trainer.resume(begun, base, device)) {
            trainer.export(model, "slope", DType.F32);
        }
        try (LatentMapper mapper = LatentMapper.load(ModelFolder.open(model), device)) {
            assertThat(mapper.map(features).data()).isEqualTo(wanted.data());
        }
        Json discriminator =
                ModelFolder.open(model).network("latent_discriminator").config();
        assertThat(discriminator.get("slope").asDouble()).isEqualTo(0.2);
    }

    /** See {@link org.semblance.contract.NoLeaks}: the generator and the identity encoder were there already. */
    @Test
    void anErrorOnTheWayLeavesNothing() throws IOException {
        ModelSource files = ModelSource.of(folder.resolve("base"));
        ModelFolder broken = ModelFolder.open(new ModelSource() {
            @Override
            public String name() {
                return files.name();
            }

            @Override
            public InputStream open(String file) throws IOException {
                if (file.startsWith("landmarks")) {
                    throw new StackOverflowError("while " + file + " was read");
                }
                return files.open(file);
            }
        });
        assertThatThrownBy(() ->
                        Trainer.start(broken, TinyTraining.config(1), device).close())
                .isInstanceOf(StackOverflowError.class);
    }
}
