package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.semblance.json.Json;
import org.semblance.training.Checkpoint;
import org.semblance.training.SampleSet;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;

/** What this program writes beside model folders, in words. */
final class OwnFiles {
    private OwnFiles() {}

    /** A checkpoint of a run. */
    static String checkpoint(Path file) throws IOException {
        Checkpoint read = Checkpoint.read(file);
        long elements = read.tensors().values().stream()
                .mapToLong(t -> t.shape().count())
                .sum();
        String step = read.state()
                .find("progress")
                .flatMap(p -> p.find("step"))
                .map(s -> "step " + s.compact() + ", ")
                .orElse("");
        return String.format(
                Locale.ROOT,
                "%s: checkpoint of a training run, %s%s%n  %d tensors, %,d elements, F32, SHA-256 as it says",
                file,
                step,
                WeightsReport.bytes(Files.size(file)),
                read.tensors().size(),
                elements);
    }

    /** A set of samples for training. */
    static String sampleSet(Path folder) throws IOException {
        SampleSet set = SampleSet.read(folder);
        return String.format(
                Locale.ROOT,
                "%s: sample set, %,d pictures of %dx%d%s in %d shards%n  made by: %s",
                folder,
                set.count(),
                set.resolution(),
                set.resolution(),
                set.wDim() > 0 ? " with style codes of " + set.wDim() : "",
                set.shards().size(),
                WeightsReport.printable(set.description()));
    }

    /** What a file is to the model folder or sample set that it lies in. */
    static Optional<String> roleBeside(Path file) {
        Path folder = file.toAbsolutePath().resolveSibling("");
        String name = String.valueOf(file.getFileName());
        Optional<String> role = role(folder, name);
        if (role.isPresent()) {
            return role;
        }
        boolean isShard = Files.exists(folder.resolve("index.json")) && name.matches("(images|codes|truth)-\\d+\\..*");
        return isShard ? Optional.of("a shard of the sample set of index.json beside it") : Optional.empty();
    }

    private static Optional<String> role(Path folder, String name) {
        if (!Files.exists(folder.resolve("model.json"))) {
            return Optional.empty();
        }
        try {
            ModelFolder model = ModelFolder.open(folder);
            return model.roles().stream()
                    .map(model::network)
                    .filter(network -> network.file().equals(name))
                    .map(network -> "the " + WeightsReport.printable(network.role()) + " of the model "
                            + WeightsReport.printable(model.name()) + ", " + kind(network)
                            + ", as model.json beside it says")
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty(); // another program's: many call a file of theirs model.json
        }
    }

    private static String kind(ModelNetwork network) {
        Optional<Json> list = network.opList();
        return list.isPresent()
                ? "a network of " + list.get().get("ops").elements().size() + " operations"
                : WeightsReport.printable(network.architecture());
    }
}
