package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.image.ContactSheet;
import org.semblance.image.Image;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Folders side by side for the eye. */
@Command(
        name = "sheet",
        description =
                "Lays folders of pictures out on one sheet, a row for each folder, in the order of names: originals"
                        + " above results, or frames of a sequence.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SheetCommand extends Verb {
    private static final int MOST = 10_000;
    private static final int BLANK = 0xffffff;

    @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders of PNG or JPEG files.")
    private List<Path> folders;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PNG",
            converter = PngFile.Converter.class,
            description = "The sheet.")
    private PngFile out;

    @Option(
            names = "--every",
            defaultValue = "1",
            paramLabel = "N",
            description = "Only the first, and from it every N-th picture of a folder, N at least 1"
                    + " (default: ${DEFAULT-VALUE}).")
    private int every;

    @Option(
            names = "--side",
            paramLabel = "N",
            description = "Scale pictures to N by N pixels, 1 to 4096 (default: all must have one size).")
    private @Nullable Integer side;

    @Option(names = "--labels", description = "Write the name of each file below its picture.")
    private boolean labels;

    @Override
    int run() throws IOException {
        check();
        List<List<Path>> rows = new ArrayList<>();
        for (Path folder : folders) {
            rows.add(chosen(folder));
        }
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        if ((long) columns * rows.size() > MOST) {
            throw new IOException("a sheet has at most " + MOST + " pictures, got " + rows.size() + " rows of up to "
                    + columns + "; --every leaves some out");
        }
        for (List<Path> row : rows) {
            out.apartFrom(row);
        }
        out.write(ContactSheet.grid(pictures(rows, columns), columns));
        out().println(out.path());
        return 0;
    }

    private void check() {
        if (every < 1) {
            throw wrong("--every must be at least 1, got " + every);
        }
        if (side != null && (side < 1 || side > 4096)) {
            throw wrong("--side must be 1 to 4096, got " + side);
        }
    }

    private List<Path> chosen(Path folder) throws IOException {
        List<Path> all = PictureOptions.in(folder);
        List<Path> some = new ArrayList<>();
        for (int i = 0; i < all.size(); i += every) {
            some.add(all.get(i));
        }
        return some;
    }

    /** Row by row; short rows end in white. */
    private List<Image> pictures(List<List<Path>> rows, int columns) throws IOException {
        List<Image> all = new ArrayList<>();
        for (List<Path> row : rows) {
            for (Path file : row) {
                all.add(picture(file));
            }
            Image first = all.get(0);
            for (int i = row.size(); i < columns; i++) {
                all.add(Image.filled(first.width(), first.height(), BLANK));
            }
        }
        return all;
    }

    private Image picture(Path file) throws IOException {
        Image read = Image.read(file);
        Image shown = side == null ? read : read.resized(side, side);
        return labels ? ContactSheet.captioned(shown, PictureOptions.stem(file)) : shown;
    }
}
