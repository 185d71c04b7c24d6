package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.semblance.Face;
import org.semblance.FaceFinder;
import org.semblance.image.AlignedFace;
import org.semblance.image.FaceAligner;
import org.semblance.image.Photo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Faces out of photographs. */
@Command(
        name = "align",
        description =
                "Finds the faces in photographs and cuts them out upright, as FFHQ's pictures were cut. Beside each"
                        + " NAME.png goes a NAME.json with its place, which 'paste' reads. A photograph that cannot be"
                        + " read, or has no face, is reported and skipped; the exit code is 1 then.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class AlignCommand extends Verb {
    @Parameters(arity = "1..*", paramLabel = "PHOTO", description = "PNG or JPEG files.")
    private List<Path> photos;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the faces go.")
    private Path folder;

    private final Set<Path> written = new HashSet<>();

    @Option(
            names = "--size",
            paramLabel = "N",
            defaultValue = "256",
            description = "Pixels per side (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--face",
            paramLabel = "N",
            defaultValue = "0",
            description = "Only this face of each photograph, counted from the left (default: all).")
    private int number;

    @Mixin
    private FaceOptions faces;

    @Mixin
    private DeviceOptions device;

    @Override
    int run() throws IOException {
        FaceAligner aligner = new FaceAligner(size);
        Files.createDirectories(folder);
        int code = 0;
        try (FaceFinder finder = faces.finder(device.open())) {
            for (Path path : photos) {
                code = Math.max(code, align(finder, aligner, path));
            }
        }
        return code;
    }

    /** One photograph; where there are more, one that cannot be read or has no face does not stop the others. */
    private int align(FaceFinder finder, FaceAligner aligner, Path path) throws IOException {
        try {
            alignOne(finder, aligner, path);
            return 0;
        } catch (IOException e) {
            if (photos.size() == 1) {
                throw e;
            }
            err().println("semblance: align: " + ErrorLines.message(e) + "; skipped");
            err().flush();
            return 1;
        }
    }

    private void alignOne(FaceFinder finder, FaceAligner aligner, Path path) throws IOException {
        Photo photo = Photo.read(path);
        List<Face> found = faces.find(finder, photo.overWhite(), path);
        if (number > found.size() || number < 0) {
            throw new IOException("--face must be 1 to " + found.size() + " in " + path + ", got " + number);
        }
        for (int i = 1; i <= found.size(); i++) {
            if (number == 0 || number == i) {
                write(aligner, path, photo, found.get(i - 1), found.size() == 1 ? "" : "_" + i);
            }
        }
    }

    private void write(FaceAligner aligner, Path path, Photo photo, Face face, String suffix) throws IOException {
        AlignedFace aligned = aligner.align(photo.overWhite(), face.landmarks());
        String name = String.valueOf(path.getFileName()).replaceFirst("\\.[^.]*$", "") + suffix;
        Path picture = folder.resolve(name + ".png");
        if (!written.add(picture)) {
            throw new IOException("photographs must have different names, got two for " + picture);
        }
        new PngFile(picture).apartFrom(photos).write(aligned.image());
        FrameJson.write(folder.resolve(name + ".json"), path, face, aligned.frame());
        out().println(String.format(
                Locale.ROOT,
                "%s  score %.3f, %.0f pixels, turned %.1f degrees",
                picture,
                face.score(),
                aligned.frame().side(),
                Math.toDegrees(aligned.frame().angle())));
    }
}
