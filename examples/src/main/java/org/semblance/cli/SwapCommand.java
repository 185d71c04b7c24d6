package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.semblance.Disentangler;
import org.semblance.image.Image;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One head. */
@Command(name = "swap", description = "Makes a head with the identity of one picture and everything else of another.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SwapCommand extends Verb {
    @Option(names = "--identity", required = true, paramLabel = "FILE", description = "PNG or JPEG: who it is.")
    private Path identity;

    @Option(names = "--attributes", required = true, paramLabel = "FILE", description = "PNG or JPEG: everything else.")
    private Path attributes;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PNG",
            converter = PngFile.Converter.class,
            description = "The result.")
    private PngFile out;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private AlignOptions align;

    @Mixin
    private ModelOptions model;

    @Override
    int run() throws IOException {
        out.apartFrom(identity, attributes);
        try (Disentangler pipeline = model.pipeline()) {
            if (align.isWanted()) {
                out.write(align.swap(pipeline, model.device(), identity, attributes, err()));
            } else {
                Image who = pictures.read(identity, pipeline.resolution());
                Image how = pictures.read(attributes, pipeline.resolution());
                out.write(pipeline.swap(who, how));
            }
        }
        out().println(out.path());
        return 0;
    }
}
