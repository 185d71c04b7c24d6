package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.semblance.Disentangler;
import org.semblance.Trainer;
import org.semblance.onnx.OnnxModel;
import org.semblance.training.Checkpoint;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.TfjsWeights;
import org.semblance.weights.Weights;
import org.semblance.weights.files.NetworkPart;
import org.semblance.weights.files.WeightsFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a file or a model folder holds. */
@Command(name = "info", description = "Shows what a weights file or a model folder holds.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InfoCommand extends Verb {
    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "A weights file (safetensors, PyTorch, StyleGAN2-ADA pickle, Keras HDF5, NumPy, ONNX,"
                    + " TensorFlow.js manifest), a checkpoint, or a folder: a model, a training run, a sample set, what"
                    + " fetch-models left (default: the embedded model).")
    private @Nullable Path file;

    @Option(names = "--tensors", description = "List the tensors of a model folder too, as of a single file.")
    private boolean tensors;

    @Override
    int run() throws IOException {
        if (file == null) {
            show(Disentangler.embeddedModel());
        } else if (Files.isDirectory(file)) {
            showFolder(file);
        } else {
            show(file);
        }
        return 0;
    }

    private void showFolder(Path folder) throws IOException {
        if (Files.exists(folder.resolve("index.json"))) {
            out().println(OwnFiles.sampleSet(folder));
            return;
        }
        if (Files.exists(folder.resolve(Trainer.LAST))) {
            out().println(OwnFiles.checkpoint(folder.resolve(Trainer.LAST)));
            return;
        }
        List<Path> manifests = manifests(folder);
        if (Files.exists(folder.resolve("model.json")) || manifests.isEmpty()) {
            show(ModelFolder.open(folder));
        }
        for (Path manifest : manifests) {
            show(manifest);
        }
    }

    /** Networks of face-api.js, as fetch-models leaves them. */
    private static List<Path> manifests(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(TfjsWeights.MANIFEST))
                    .sorted()
                    .toList();
        }
    }

    private void show(Path path) throws IOException {
        if (Checkpoint.seems(path)) {
            out().println(OwnFiles.checkpoint(path));
            return;
        }
        if (OnnxModel.seemsOnnx(path)) {
            OnnxModel model = OnnxModel.read(path);
            out().println(path + ": ONNX, " + WeightsReport.bytes(Files.size(path)));
            new OnnxReport(model).lines().forEach(out()::println);
            return;
        }
        try (WeightsFile file = WeightsFile.open(path)) {
            WeightsReport report = new WeightsReport(file.weights());
            out().println(path + ": " + file.format().text() + ", " + WeightsReport.bytes(Files.size(path)));
            if (file.parts().isEmpty()) {
                out().println("  looks like: "
                        + OwnFiles.roleBeside(path).orElse("no architecture that can be told from names"));
            }
            for (NetworkPart part : file.parts()) {
                String place = part.name().isEmpty() ? "" : part.name() + ": ";
                out().println("  looks like: " + place + PartReport.describe(part));
            }
            report.summary().forEach(out()::println);
            out().println("  licence: " + report.licence());
            report.tensors().forEach(out()::println);
        }
    }

    private void show(ModelFolder model) throws IOException {
        out().println(model.source() + ": model " + model.name() + ", licence " + model.licence());
        for (String role : model.roles()) {
            ModelNetwork network = model.network(role);
            out().println(role + ": " + network.architecture() + ", " + network.file() + ", licence "
                    + network.licence());
            if (!network.isTensors()) {
                OnnxModel held = OnnxModel.read(model.bytes(role), network.file());
                new OnnxReport(held).lines().forEach(out()::println);
                out().println("  training: " + network.training());
                continue;
            }
            try (Weights weights = model.weights(role)) {
                WeightsReport report = new WeightsReport(weights);
                report.summary().forEach(out()::println);
                out().println("  SHA-256 as described");
                if (tensors) {
                    report.tensors().forEach(out()::println);
                }
            }
            out().println("  training: " + network.training());
        }
    }
}
