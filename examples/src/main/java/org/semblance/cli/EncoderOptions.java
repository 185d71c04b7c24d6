package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.semblance.OnnxRole;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A recogniser of the user's own. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EncoderOptions {
    @Option(
            names = "--encoder",
            paramLabel = "ONNX",
            order = 79,
            description =
                    "A recogniser in an ONNX file: 'evaluate' measures with it too, 'train' learns with it in place"
                            + " of the model's identity encoder, and whatever it tells apart is the identity then.")
    private @Nullable Path file;

    @Mixin
    private OnnxOptions onnx;

    /** The model with the encoder for its identities, if one was named. */
    ModelFolder over(ModelFolder base) throws IOException {
        return file == null ? base : OnnxRole.fill(base, ModelNetwork.IDENTITY, file, onnx.input(file));
    }

    /** The encoder as a recogniser to measure with, if one was named. */
    Optional<ModelFolder> recogniser() throws IOException {
        return file == null ? Optional.empty() : Optional.of(alone(ModelNetwork.RECOGNISER, file));
    }

    /** A network of another ONNX file in some role, by itself; the same is done to its pixels. */
    ModelFolder alone(String role, Path other) throws IOException {
        return OnnxRole.alone(role, other, onnx.input(other));
    }
}
