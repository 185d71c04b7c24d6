package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.contract.TestDevice;
import org.semblance.json.Json;
import org.semblance.nn.Initialisers;
import org.semblance.training.TrainingListener;
import org.semblance.weights.ModelFolder;

/** A model that a step of training takes milliseconds for, and a process that trains it. */
public final class TinyTraining {
    private TinyTraining() {}

    /** {@link TinyModel} with a landmark network. */
    static ModelFolder model(Path directory) throws IOException {
        TinyModel tiny = new TinyModel(TestDevice.get());
        tiny.descriptions.put("landmarks", landmarks());
        Map<String, HostArray> values = new LinkedHashMap<>();
        values.put("c.weight", Initialisers.normal(Shape.of(5, 3, 3, 3), 0.3, Initialisers.random(8)));
        values.put("f.weight", Initialisers.normal(Shape.of(136, 5 * 64), 0.05, Initialisers.random(9)));
        values.put("f.bias", Initialisers.constant(Shape.of(136), 0.5f));
        tiny.tensors.put("landmarks", values);
        return ModelFolder.open(tiny.write(directory));
    }

    private static Json landmarks() {
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
                        136,
                        "bias",
                        true));
        Map<String, Object> entry = new LinkedHashMap<>(Map.of("architecture", "ops", "sizes", Map.of()));
        entry.putAll(Map.of("training", "none", "licence", "Apache-2.0"));
        entry.put("network", Map.of("input", List.of(3, 8, 8), "ops", ops, "output", "y", "out_dim", 136));
        return Json.of(entry);
    }

    /** A short run of the stable preset in small, every step reported. */
    static TrainerConfig config(long steps) throws IOException {
        return TrainerConfig.stable(8)
                .with(Json.parse(
                        "{\"batch\": 4, \"start\": {\"encoder\": {\"widths\": [6, 8], \"code\": 5},"
                                + " \"mapperWidths\": [24, 16], \"discriminatorWidths\": [12]},"
                                + " \"losses\": {\"perceptual\": 0.1, \"perceptualStages\": 1},"
                                + " \"optimisers\": {\"model\": {\"rate\": 0.003}},"
                                + " \"schedule\": {\"steps\": " + steps + ", \"warmUp\": 5},"
                                + " \"run\": {\"reportEvery\": 1, \"previewEvery\": 0, \"saveEvery\": 1, \"testEvery\": 0}}",
                        "tiny"));
    }

    /** Trains or goes on: arguments are the model's folder, the run's folder and the number of steps. */
    public static void main(String[] arguments) throws IOException {
        ModelFolder base = ModelFolder.open(Path.of(arguments[0]));
        Path run = Path.of(arguments[1]);
        Path last = run.resolve(Trainer.LAST);
        Device device = TestDevice.get();
        try (Trainer trainer = last.toFile().exists()
                ? Trainer.resume(last, base, device)
                : Trainer.start(base, config(Long.parseLong(arguments[2])), device)) {
            trainer.listen(new TrainingListener() {
                        @Override
                        public void saved(long step, Path checkpoint) {
                            System.out.println(step);
                            System.out.flush();
                        }
                    })
                    .run(run);
        }
    }
}
