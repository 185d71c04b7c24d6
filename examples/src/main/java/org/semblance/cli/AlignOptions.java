package org.semblance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.semblance.Disentangler;
import org.semblance.FaceFinder;
import org.semblance.PhotographsOnto;
import org.semblance.backend.Device;
import org.semblance.image.AlignedFace;
import org.semblance.image.FaceAligner;
import org.semblance.image.Image;
import org.semblance.image.Photo;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Swaps in photographs that are not aligned. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class AlignOptions {
    @Option(
            names = "--align",
            order = 61,
            description = "The pictures are photographs: faces are found and cut out, and the result goes back into the"
                    + " photograph of --attributes.")
    private boolean wanted;

    @Option(names = "--no-paste", order = 62, description = "With --align: the result is the aligned face alone.")
    private boolean faceOnly;

    @Option(
            names = "--identity-face",
            paramLabel = "N",
            order = 63,
            defaultValue = "0",
            description = "With --align: which face of --identity, counted from the left (default: the largest).")
    private int identityFace;

    @Option(
            names = "--attributes-face",
            paramLabel = "N",
            order = 64,
            defaultValue = "0",
            description = "With --align: which face of --attributes, counted from the left (default: the largest).")
    private int attributesFace;

    @Option(
            names = "--mask",
            paramLabel = "KIND",
            order = 64,
            defaultValue = "ellipse",
            description = "With --align: ${COMPLETION-CANDIDATES}, the head alone or all that was cut out"
                    + " (default: ${DEFAULT-VALUE}).")
    private MaskKind mask;

    @Mixin
    private FaceOptions faces;

    boolean isWanted() {
        return wanted;
    }

    /** What finds faces. @throws IOException if the networks are not there */
    FaceFinder finder(Device device) throws IOException {
        return faces.finder(device);
    }

    /** The identity of the wanted face in each photograph. @param resolution of the model */
    List<Image> identities(FaceFinder finder, List<Path> files, int resolution, PrintWriter err) throws IOException {
        List<Image> all = new ArrayList<>();
        for (Path file : files) {
            all.add(cut(finder, Photo.read(file).overWhite(), file, resolution, "--identity-face", identityFace, err)
                    .image());
        }
        return all;
    }

    /** Work on photographs of attributes. */
    PhotographsOnto work(Disentangler pipeline, FaceFinder finder, float[] who, PrintWriter err) {
        return new PhotographsOnto(
                pipeline,
                who,
                (photo, file) ->
                        cut(finder, photo, file, pipeline.resolution(), "--attributes-face", attributesFace, err),
                faceOnly ? Optional.empty() : Optional.of(mask.mask()));
    }

    private AlignedFace cut(
            FaceFinder finder, Image photo, Path file, int resolution, String option, int number, PrintWriter err)
            throws IOException {
        return new FaceAligner(resolution)
                .align(
                        photo,
                        faces.one(finder, photo, file, number, option, err).landmarks());
    }

    /** All that the result depends on beside the networks. */
    Map<String, Object> settings() {
        return Map.of("align", (faceOnly ? "face" : mask) + " " + attributesFace + " " + faces.score());
    }
}
