package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.semblance.image.Image;
import org.semblance.image.Photo;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A picture to write.
 *
 * @param path where, ending in {@code .png}
 */
record PngFile(Path path) {
    /** Whether a path names a PNG file. */
    static boolean isPng(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".png");
    }

    /** Refuses early what would fail late: being one of the inputs, being a folder. */
    PngFile apartFrom(Collection<Path> inputs) throws IOException {
        if (Files.isDirectory(path)) {
            throw new IOException("a file is needed for the result, got a folder: " + path);
        }
        for (Path input : inputs) {
            if (Files.exists(path) && Files.exists(input) && Files.isSameFile(path, input)) {
                throw new IOException("the result must not replace an input, got " + path + " for both");
            }
        }
        return this;
    }

    PngFile apartFrom(Path... inputs) throws IOException {
        return apartFrom(List.of(inputs));
    }

    /** Writes the picture, whole or not at all; missing folders are made. */
    void write(Image image) throws IOException {
        write(Photo.of(image));
    }

    /** Writes the picture with its transparency, whole or not at all; missing folders are made. */
    void write(Photo photo) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        photo.writePng(path);
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<PngFile> {
        @Override
        public PngFile convert(String text) {
            Path path = Path.of(text);
            if (!isPng(path)) {
                throw new TypeConversionException(
                        "pictures are written as PNG, so expected a name.png, got '" + text + "'");
            }
            return new PngFile(path);
        }
    }
}
