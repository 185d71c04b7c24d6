package org.semblance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.contract.TestDevice;
import org.semblance.json.Json;
import org.semblance.nn.Initialisers;
import org.semblance.training.Checkpoint;
import org.semblance.training.TrainingListener;
import org.semblance.weights.ModelFolder;

/** A model that a step of training takes milliseconds for, and a process that trains it. */
public final class TinyTraining {
    private TinyTraining() {}

    /** {@link TinyModel} with a landmark network and teachers. */
    static ModelFolder model(Path directory) throws IOException {
        TinyModel tiny = new TinyModel(TestDevice.get());
        put(tiny, "landmarks", 136, 8);
        put(tiny, "attribute_teacher", 7, 18);
        put(tiny, "identity_teacher", 4, 28);
        tiny.descriptions.compute("attribute_teacher", (role, entry) -> entry.with("logits", 3));
        return ModelFolder.open(tiny.write(directory));
    }

    /** Fills a role of the model with a network that reads some numbers off a picture. */
    static void put(TinyModel tiny, String role, int count, int seed) {
        tiny.descriptions.put(role, reader(count));
        Map<String, HostArray> values = new LinkedHashMap<>();
        values.put("c.weight", Initialisers.normal(Shape.of(5, 3, 3, 3), 0.3, Initialisers.random(seed)));
        values.put("f.weight", Initialisers.normal(Shape.of(count, 5 * 64), 0.05, Initialisers.random(seed + 1)));
        values.put("f.bias", Initialisers.constant(Shape.of(count), 0.5f));
        tiny.tensors.put(role, values);
    }

    private static Json reader(int count) {
        List<Map<String, Object>> ops = List.of(
                Map.of(
                        "op",
                        "conv",
                        "in",
                        List.of("x"),
                        "out",
                        "a",
                        "name",
                        "c",
                        "cin",
                        3,
                        "cout",
                        5,
                        "kernel",
                        3,
                        "padding",
                        1),
                Map.of("op", "relu", "in", List.of("a"), "out", "b"),
                Map.of("op", "flatten", "in", List.of("b"), "out", "d"),
                Map.of(
                        "op",
                        "linear",
                        "in",
                        List.of("d"),
                        "out",
                        "y",
                        "name",
                        "f",
                        "cin",
                        5 * 64,
                        "cout",
                        count,
                        "bias",
                        true));
        Map<String, Object> entry = new LinkedHashMap<>(Map.of("architecture", "ops", "sizes", Map.of()));
        entry.putAll(Map.of("training", "none", "licence", "Apache-2.0"));
        entry.put("network", Map.of("input", List.of(3, 8, 8), "ops", ops, "output", "y", "out_dim", count));
        return Json.of(entry);
    }

    /** A short run of the stable preset in small, every step reported. */
    static TrainerConfig config(long steps) throws IOException {
        return TrainerConfig.stable(8)
                .with(Json.parse(
                        "{\"batch\": 4, \"start\": {\"encoder\": {\"widths\": [6, 8], \"code\": 5},"
                                + " \"mapperWidths\": [24, 16], \"discriminatorWidths\": [12]},"
                                + " \"losses\": {\"perceptual\": 0.1, \"perceptualStages\": 1,"
                                + " \"attributeTeacher\": 0.3, \"identityTeacher\": 0.2},"
                                + " \"optimisers\": {\"model\": {\"rate\": 0.003}},"
                                + " \"schedule\": {\"steps\": " + steps + ", \"warmUp\": 5},"
                                + " \"run\": {\"reportEvery\": 1, \"previewEvery\": 0, \"saveEvery\": 1,"
                                + " \"testEvery\": 0}}",
                        "tiny"));
    }

    /** Settings with some of them replaced. */
    static TrainerConfig with(TrainerConfig config, String json) throws IOException {
        return config.with(Json.parse(json, "test"));
    }

    /** The last checkpoint of a whole run. */
    static Path trained(ModelFolder base, TrainerConfig config, Path run) throws IOException {
        try (Trainer trainer = Trainer.start(base, config, TestDevice.get())) {
            return trainer.run(run).checkpoint();
        }
    }

    /** Values of a tensor of a checkpoint. */
    static float[] weights(Path checkpoint, String name) throws IOException {
        Map<String, HostArray> all = Checkpoint.read(checkpoint).tensors();
        return Optional.ofNullable(all.get(name))
                .orElseThrow(() -> new AssertionError(name + " is not in " + all.keySet()))
                .data();
    }

    /**
     * Trains or goes on: arguments are the model's folder, the run's folder, the number of steps, and after how many
     * saves to wait for whoever kills it.
     */
    public static void main(String[] arguments) throws IOException {
        ModelFolder base = ModelFolder.open(Path.of(arguments[0]));
        Path run = Path.of(arguments[1]);
        Path last = run.resolve(Trainer.LAST);
        Device device = TestDevice.get();
        try (Trainer trainer = last.toFile().exists()
                ? Trainer.resume(last, base, device)
                : Trainer.start(base, config(Long.parseLong(arguments[2])), device)) {
            trainer.listen(new TrainingListener() {
                        private int saves = Integer.parseInt(arguments[3]);

                        @Override
                        public void saved(long step, Path checkpoint) {
                            System.out.println(step);
                            System.out.flush();
                            if (--saves == 0) {
                                awaitWhoeverKills();
                            }
                        }
                    })
                    .run(run);
        }
    }

    /** And ends when that process is gone itself. */
    private static void awaitWhoeverKills() {
        try {
            while (System.in.read() >= 0) {}
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().halt(1);
    }
}
