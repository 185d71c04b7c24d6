package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.semblance.Disentangler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A mixing table of pictures in folders. */
@Command(name = "table", description = "Mixes every identity with every other picture's attributes, as one table.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TableCommand extends Verb {
    @Option(
            names = "--identities",
            required = true,
            paramLabel = "DIR",
            description = "Folder of PNG or JPEG files for the first column, taken in the order of their names.")
    private Path identities;

    @Option(
            names = "--attributes",
            required = true,
            paramLabel = "DIR",
            description = "Folder of PNG or JPEG files for the first row.")
    private Path attributes;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PNG",
            converter = PngFile.Converter.class,
            description = "The table.")
    private PngFile out;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private ModelOptions model;

    @Override
    int run() throws IOException {
        List<Path> rows = PictureOptions.in(identities);
        List<Path> columns = PictureOptions.in(attributes);
        out.apartFrom(rows).apartFrom(columns);
        try (Disentangler pipeline = model.pipeline();
                Progress progress = progress(rows.size())) {
            int size = pipeline.resolution();
            MixingTable table =
                    MixingTable.of(pipeline, pictures.read(rows, size), pictures.read(columns, size), progress);
            out.write(table.sheet());
        }
        out().println(out.path());
        return 0;
    }
}
