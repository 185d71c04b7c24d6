package org.semblance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.Face;
import org.semblance.FaceFinder;
import org.semblance.FaceModels;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import picocli.CommandLine.Option;

/** How faces are found in photographs. */
final class FaceOptions {
    @Option(
            names = "--face-models",
            paramLabel = "DIR",
            order = 65,
            description = "Folder that fetch-models filled (default: the user's cache).")
    private @Nullable Path folder;

    @Option(
            names = "--score",
            paramLabel = "P",
            order = 66,
            defaultValue = "0.5",
            description = "Least confidence of a face, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double score;

    /** What finds faces. @throws IOException if the networks are not there */
    FaceFinder finder(Device device) throws IOException {
        Path place = folder == null ? FacePackage.usualFolder() : folder;
        if (!Files.isDirectory(place)) {
            throw new IOException("the networks that find faces are not in " + place
                    + "; 'semblance fetch-models' brings them there");
        }
        return FaceFinder.load(new FaceModels(place), device);
    }

    /** Least confidence of a face. */
    double score() {
        return score;
    }

    /** The faces of a photograph from left to right. @throws IOException if there is none */
    List<Face> find(FaceFinder finder, Image photo, Path path) throws IOException {
        List<Face> found = finder.find(photo, score).stream()
                .sorted(Comparator.comparingDouble(f -> f.box().x()))
                .toList();
        if (found.isEmpty()) {
            throw new IOException("no face of at least --score " + score + " in " + path);
        }
        return found;
    }

    /**
     * One face of a photograph.
     *
     * @param number counted from the left, from 1; 0 for the largest
     * @param option that chooses, for messages
     * @param err where it is said that there are several
     */
    Face one(FaceFinder finder, Image photo, Path path, int number, String option, PrintWriter err) throws IOException {
        List<Face> found = find(finder, photo, path);
        if (number > found.size() || number < 0) {
            throw new IOException(option + " must be 1 to " + found.size() + " in " + path + ", got " + number);
        }
        if (number > 0) {
            return found.get(number - 1);
        }
        Face largest = found.stream()
                .max(Comparator.comparingDouble(f -> f.box().width() * f.box().height()))
                .orElseThrow();
        if (found.size() > 1) {
            err.println("semblance: " + path + " has " + found.size() + " faces; the largest, number "
                    + (found.indexOf(largest) + 1) + " from the left, is taken; " + option + " chooses another");
            err.flush();
        }
        return largest;
    }
}
