package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.semblance.onnx.OnnxInput;
import org.semblance.onnx.OnnxModel;
import picocli.CommandLine.Option;

/** What a network of an ONNX file wants done to pixels. */
final class OnnxOptions {
    /** What is usual in the field. */
    enum Preset {
        /** What the file says in its metadata, else [-1, 1]. */
        FILE,
        /** [-1, 1]. */
        SYMMETRIC,
        /** [0, 1]. */
        UNIT,
        /** [0, 255]. */
        LEVELS,
        /** [-1, 1], and the embedding divided by its norm. */
        ARCFACE,
        /** (level - 127.5) / 128, and the embedding divided by its norm. */
        FACENET,
        /** torchvision's means and deviations. */
        IMAGENET,
        /** Blue first, less VGGFace2's means; the embedding divided by its norm. */
        VGGFACE2;

        OnnxInput input(OnnxModel model) {
            return switch (this) {
                case FILE -> OnnxInput.of(model);
                case SYMMETRIC -> OnnxInput.range(-1, 1);
                case UNIT -> OnnxInput.range(0, 1);
                case LEVELS -> OnnxInput.range(0, 255);
                case ARCFACE -> OnnxInput.arcFace();
                case FACENET -> OnnxInput.faceNet();
                case IMAGENET -> OnnxInput.imageNet();
                case VGGFACE2 -> OnnxInput.vggFace2();
            };
        }
    }

    @Option(
            names = "--onnx-input",
            paramLabel = "PRESET",
            order = 80,
            defaultValue = "file",
            description = "Pixels of an ONNX network: file, symmetric ([-1, 1]), unit ([0, 1]), levels ([0, 255]),"
                    + " arcface, facenet, imagenet or vggface2 (default: ${DEFAULT-VALUE}, which is what its metadata"
                    + " say, else [-1, 1], red first). arcface, facenet and vggface2 also divide the embedding by its"
                    + " norm; vggface2 is blue first.")
    private Preset preset = Preset.FILE;

    @Option(
            names = "--onnx-mean",
            paramLabel = "R,G,B",
            order = 81,
            split = ",",
            hideParamSyntax = true,
            description = "Subtracted from levels 0 to 255, in place of the preset's.")
    private double @Nullable [] mean;

    @Option(
            names = "--onnx-deviation",
            paramLabel = "R,G,B",
            order = 82,
            split = ",",
            hideParamSyntax = true,
            description = "What the difference is divided by, in place of the preset's.")
    private double @Nullable [] deviation;

    @Option(
            names = "--onnx-crop",
            paramLabel = "L,T,R,B",
            order = 83,
            split = ",",
            hideParamSyntax = true,
            description = "The part of the picture that an ONNX network sees, as fractions of the sides"
                    + " (default: what its metadata say, else all).")
    private double @Nullable [] crop;

    @Option(
            names = "--onnx-output",
            paramLabel = "NAME",
            order = 84,
            description = "Which output of an ONNX network counts (default: the first).")
    private @Nullable String output;

    /** What was chosen for a file, resolved against what it says. */
    OnnxInput input(Path file) throws IOException {
        OnnxInput said = preset.input(OnnxModel.read(file));
        return RefusedSettings.of(() -> chosen(said));
    }

    private OnnxInput chosen(OnnxInput said) {
        OnnxInput chosen = said;
        if (mean != null || deviation != null) {
            chosen = chosen.with(
                    mean == null ? chosen.mean() : mean, deviation == null ? chosen.deviation() : deviation);
        }
        if (crop != null) {
            if (crop.length != 4) {
                throw new IllegalArgumentException(
                        "--onnx-crop must be left, top, right, bottom, got " + Arrays.toString(crop));
            }
            chosen = chosen.cropped(crop[0], crop[1], crop[2], crop[3]);
        }
        return output == null ? chosen : chosen.reading(output);
    }
}
