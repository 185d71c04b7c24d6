package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.semblance.PictureReader;
import org.semblance.image.Image;
import picocli.CommandLine.Option;

/** How pictures are read. */
final class PictureOptions {
    @Option(
            names = "--resize",
            order = 60,
            description = "Accept pictures of any size: the middle square is scaled to the size that the model takes.")
    private boolean resize;

    /** A picture of exactly this size. @throws IOException if it cannot be read or has another size */
    Image read(Path path, int resolution) throws IOException {
        if (Files.isDirectory(path)) {
            throw new IOException("a picture is needed, got a folder: " + path);
        }
        Image image = Image.read(path);
        if (image.width() == resolution && image.height() == resolution) {
            return image;
        }
        if (!resize) {
            throw new IOException("the model takes pictures of " + resolution + "x" + resolution + ", got "
                    + image.width() + "x" + image.height() + " in " + path
                    + "; with --resize the middle square is scaled");
        }
        return middleSquare(image).resized(resolution, resolution);
    }

    /** All of them. */
    List<Image> read(List<Path> paths, int resolution) throws IOException {
        List<Image> images = new ArrayList<>();
        for (Path path : paths) {
            images.add(read(path, resolution));
        }
        return images;
    }

    /** Reads pictures of this size. */
    PictureReader reader(int resolution) {
        return path -> read(path, resolution);
    }

    /** Name of a picture without its ending. */
    static String stem(Path picture) {
        return String.valueOf(picture.getFileName()).replaceFirst("\\.[^.]*$", "");
    }

    /** The pictures of a folder by their stems, in the order of names. @throws IOException if two have the same */
    static Map<String, Path> byStem(Path folder) throws IOException {
        Map<String, Path> found = new LinkedHashMap<>();
        for (Path picture : in(folder)) {
            Path other = found.put(stem(picture), picture);
            if (other != null) {
                throw new IOException("pictures of a folder must differ in more than the ending of their names, got "
                        + other + " and " + picture.getFileName());
            }
        }
        return found;
    }

    /** The pictures in a folder by name. @throws IOException if there is none */
    static List<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("no such folder: " + folder);
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(PictureOptions::isPicture).sorted().toList();
            if (found.isEmpty()) {
                throw new IOException("no .png, .jpg or .jpeg file in " + folder);
            }
            return found;
        }
    }

    private static boolean isPicture(Path path) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        return !name.startsWith(".")
                && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"))
                && Files.isRegularFile(path);
    }

    private static Image middleSquare(Image image) {
        int side = Math.min(image.width(), image.height());
        return image.cropped((image.width() - side) / 2, (image.height() - side) / 2, side, side);
    }
}
