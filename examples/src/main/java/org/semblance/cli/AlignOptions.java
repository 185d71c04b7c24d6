package org.semblance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.semblance.Disentangler;
import org.semblance.FaceFinder;
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

    /** The photograph of the attributes with another head in it, or that head alone. */
    Photo swap(Disentangler pipeline, Device device, Path identity, Path attributes, PrintWriter err)
            throws IOException {
        Photo who = Photo.read(identity);
        Photo how = Photo.read(attributes);
        FaceAligner aligner = new FaceAligner(pipeline.resolution());
        try (FaceFinder finder = faces.finder(device)) {
            Image left = who.overWhite();
            Image right = how.overWhite();
            AlignedFace from = aligner.align(
                    left,
                    faces.one(finder, left, identity, identityFace, "--identity-face", err)
                            .landmarks());
            AlignedFace into = aligner.align(
                    right,
                    faces.one(finder, right, attributes, attributesFace, "--attributes-face", err)
                            .landmarks());
            Image head = pipeline.swap(from.image(), into.image());
            return faceOnly ? Photo.of(head) : how.with(into.pasteInto(how.image(), head, mask.mask()));
        }
    }
}
