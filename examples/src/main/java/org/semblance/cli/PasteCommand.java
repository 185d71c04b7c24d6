package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.semblance.image.AlignedFace;
import org.semblance.image.Image;
import org.semblance.image.Photo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A face back into its photograph. */
@Command(
        name = "paste",
        description = "Puts a face that 'align' cut out, changed or not, back into its photograph with a soft edge.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PasteCommand extends Verb {
    @Option(names = "--photo", required = true, paramLabel = "FILE", description = "The photograph.")
    private Path photo;

    @Option(names = "--face", required = true, paramLabel = "FILE", description = "The new face, square.")
    private Path face;

    @Option(
            names = "--place",
            required = true,
            paramLabel = "JSON",
            description = "What align wrote beside the old face.")
    private Path place;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PNG",
            converter = PngFile.Converter.class,
            description = "The result.")
    private PngFile out;

    @Option(
            names = "--mask",
            defaultValue = "ellipse",
            paramLabel = "KIND",
            description =
                    "${COMPLETION-CANDIDATES}: the head alone, or all that was cut out (default: ${DEFAULT-VALUE}).")
    private MaskKind mask;

    @Override
    int run() throws IOException {
        out.apartFrom(photo, face, place);
        Photo original = Photo.read(photo);
        Image changed = Image.read(face);
        AlignedFace aligned = new AlignedFace(changed, FrameJson.read(place));
        Image pasted = aligned.pasteInto(original.image(), changed, mask.mask());
        out.write(original.with(pasted));
        out().println(out.path());
        return 0;
    }
}
