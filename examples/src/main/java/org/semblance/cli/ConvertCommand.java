package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.semblance.ModelConverter;
import org.semblance.array.DType;
import org.semblance.onnx.OnnxModel;
import org.semblance.weights.ModelNetwork;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Weights files into one model folder. */
@Command(
        name = "convert",
        description = "Turns weights files made elsewhere into one model folder with safetensors files. A generator, a"
                + " recogniser, an attribute encoder and a mapper together make a model for the other verbs.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ConvertCommand extends Verb {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Safetensors, PyTorch checkpoints, StyleGAN2-ADA pickles, Keras HDF5, ONNX or TensorFlow.js"
                    + " manifests, a network each.")
    private List<Path> files;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The model folder.")
    private Path out;

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "converted", description = "Name of the model.")
    private String name;

    @Option(
            names = "--licence",
            paramLabel = "TEXT",
            defaultValue = "unknown: that of the files' authors",
            description = "Licence of the weights (default: ${DEFAULT-VALUE}).")
    private String licence;

    @Option(
            names = "--resolution",
            paramLabel = "N",
            defaultValue = "256",
            description = "Pixels per side of the pictures that encoders take (default: ${DEFAULT-VALUE}).")
    private int resolution;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "F32",
            description = "F16, BF16, F32 or F64 (default: ${DEFAULT-VALUE}).")
    private DType dtype;

    @Option(
            names = "--onnx-role",
            paramLabel = "ROLE",
            defaultValue = ModelNetwork.IDENTITY,
            description = "What an ONNX network is for: identity, recogniser, landmarks, attributes or features"
                    + " (default: ${DEFAULT-VALUE}).")
    private String onnxRole;

    @Mixin
    private OnnxOptions onnx;

    @Override
    int run() throws IOException {
        ModelConverter converter = new ModelConverter(name, licence, resolution, dtype);
        for (Path file : files) {
            boolean isOnnx = OnnxModel.seemsOnnx(file);
            String role = isOnnx ? converter.add(file, onnx.input(file), onnxRole) : converter.add(file);
            out().println(file + ": " + role);
        }
        converter.write(out);
        out().println("wrote " + out);
        return 0;
    }
}
