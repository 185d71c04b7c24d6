package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.Disentangler;
import org.semblance.backend.Device;
import org.semblance.weights.ModelFolder;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which networks, and where they run. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            order = 70,
            description = "Folder with model.json and weights (default: the embedded model).")
    private @Nullable Path folder;

    @Mixin
    private DeviceOptions device;

    /** Where to compute. */
    Device device() {
        return device.open();
    }

    /** Whether a folder was named. */
    boolean isNamed() {
        return folder != null;
    }

    /** The description of the networks. */
    ModelFolder open() throws IOException {
        return folder == null ? Disentangler.embeddedModel() : open(folder);
    }

    /** The folder at a path. */
    static ModelFolder open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("no such model folder: " + folder);
        }
        return ModelFolder.open(folder);
    }

    /** What tells one model from another: its name and a hash of its description, which has those of its files. */
    static Map<String, Object> settings(ModelFolder folder) {
        return Map.of(
                "model",
                folder.name(),
                "modelSha256",
                Hashes.sha256(folder.description().compact()));
    }
}
