package org.semblance.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.Disentangler;
import org.semblance.ModelConverter;
import org.semblance.Trainer;
import org.semblance.TrainerConfig;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelFolderWriter;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.Weights;

/**
 * Learns to mix the pictures of a StyleGAN2 generator of yours: a base model with that generator, and a recogniser and
 * a landmark detector for its pictures (here those of the embedded model), then a run, then a model for swaps.
 */
public final class TrainOnYourGenerator {
    private TrainOnYourGenerator() {}

    /** @param arguments weights of a generator of 64x64 in any known form, the folder to write to, steps, batch */
    public static void main(String... arguments) throws IOException {
        Path work = Path.of(arguments[1]);
        ModelFolder base = base(Path.of(arguments[0]), work);
        Json settings = Json.parse(
                "{\"batch\": " + arguments[3] + ", \"schedule\": {\"steps\": " + arguments[2] + "}}", "settings");
        TrainerConfig config = TrainerConfig.stable(64).with(settings);
        try (Trainer trainer = Trainer.start(base, config, Device.best())) {
            Trainer.Result result = trainer.run(work.resolve("run"));
            System.out.println(result.step() + " steps: " + result.reason());
            trainer.export(work.resolve("model"), "mine", DType.F16);
        }
    }

    private static ModelFolder base(Path generator, Path work) throws IOException {
        ModelConverter converter = new ModelConverter("generator", "mine", 64);
        converter.add(generator);
        converter.write(work.resolve("generator"));
        ModelFolder embedded = Disentangler.embeddedModel();
        ModelFolderWriter writer = new ModelFolderWriter("base", "mine");
        copy(ModelFolder.open(work.resolve("generator")), ModelNetwork.GENERATOR, writer);
        for (String role : List.of(ModelNetwork.IDENTITY, ModelNetwork.LANDMARKS, ModelNetwork.RECOGNISER)) {
            copy(embedded, role, writer);
        }
        writer.write(work.resolve("base"));
        return ModelFolder.open(work.resolve("base"));
    }

    private static void copy(ModelFolder from, String role, ModelFolderWriter to) throws IOException {
        try (Weights weights = from.weights(role)) {
            Map<String, HostArray> tensors = new LinkedHashMap<>();
            for (String name : weights.names()) {
                tensors.put(name, weights.get(name));
            }
            to.add(role, from.network(role).description().with("storage", DType.F32.name()), tensors, DType.F32);
        }
    }
}
