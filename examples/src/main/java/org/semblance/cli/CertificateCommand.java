package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.semblance.AnonymizationWork;
import org.semblance.Anonymizer;
import org.semblance.Disentangler;
import org.semblance.Evaluator;
import org.semblance.image.Image;
import org.semblance.image.Photo;
import org.semblance.privacy.Certificate;
import org.semblance.weights.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whether certificates hold. */
@Command(
        name = "certificate",
        description = "Checks the certificates that anonymize wrote against the files: hash, recognisers, thresholds,"
                + " and with --original the similarities, computed again. Ends with 1 if one does not hold, or a"
                + " picture of the folder has none.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CertificateCommand extends Verb {
    @Parameters(paramLabel = "FILE|DIR", description = "A certificate (.json), or a folder of pictures and them.")
    private Path input;

    @Option(
            names = "--original",
            paramLabel = "FILE|DIR",
            description = "The picture that it was made from, or the folder of them.")
    private @Nullable Path original;

    @Option(names = "--with", paramLabel = "DIR", description = "As for anonymize. May be repeated.")
    private List<Path> with = new ArrayList<>();

    @Mixin
    private ModelOptions model;

    @Override
    int run() throws IOException {
        Map<Path, Path> pictures = pictures();
        List<ModelFolder> others = new ArrayList<>();
        for (Path folder : with) {
            others.add(ModelOptions.open(folder));
        }
        int wrong = 0;
        try (Disentangler pipeline = Disentangler.load(model.open(), model.device());
                Evaluator evaluator = Evaluator.of(pipeline, others);
                Progress progress = progress(pictures.size())) {
            Anonymizer anonymizer = Anonymizer.of(pipeline, evaluator);
            for (Map.Entry<Path, Path> one : pictures.entrySet()) {
                wrong += holds(anonymizer, one.getKey(), one.getValue()) ? 0 : 1;
                progress.step(1);
            }
        }
        out().println((pictures.size() - wrong) + " of " + pictures.size() + " certificates hold"
                + (original == null ? " (similarities not computed again: no --original)" : ""));
        int uncertified = uncertified();
        err().flush();
        return wrong + uncertified == 0 ? 0 : 1;
    }

    private boolean holds(Anonymizer anonymizer, Path certificate, Path picture) {
        List<String> found;
        try {
            Image before = original == null ? null : read(original(certificate));
            found = anonymizer.check(Certificate.read(certificate), read(picture), before);
        } catch (IOException | IllegalArgumentException e) {
            found = List.of(ErrorLines.message(e));
        }
        found.forEach(f -> err().println("semblance: certificate: " + picture + ": " + f));
        return found.isEmpty();
    }

    /** Pictures of a folder that nothing is said about; they are told. */
    private int uncertified() throws IOException {
        if (!Files.isDirectory(input)) {
            return 0;
        }
        List<Path> alone = PictureOptions.in(input).stream()
                .filter(p -> !Files.exists(p.resolveSibling(stem(p) + ".json")))
                .toList();
        alone.forEach(p -> err().println("semblance: certificate: " + p + ": there is no certificate of it"));
        return alone.size();
    }

    private static Image read(Path path) throws IOException {
        return Photo.read(path).overWhite();
    }

    /** Certificates of delivered pictures, and the pictures. */
    private Map<Path, Path> pictures() throws IOException {
        Map<Path, Path> found = new LinkedHashMap<>();
        if (!Files.isDirectory(input)) {
            Path picture = sibling(input);
            if (!Files.exists(picture)) {
                throw new IOException("the picture must lie beside its certificate, no such file: " + picture);
            }
            return Map.of(input, picture);
        }
        try (Stream<Path> listed = Files.list(input)) {
            for (Path path : listed.sorted().toList()) {
                if (path.toString().endsWith(".json") && !path.endsWith(AnonymizationWork.SUMMARY)) {
                    if (Files.exists(sibling(path))) {
                        found.put(path, sibling(path));
                    }
                }
            }
        }
        if (found.isEmpty()) {
            throw new IOException("no picture with a certificate in " + input);
        }
        return found;
    }

    private static Path sibling(Path certificate) {
        return certificate.resolveSibling(stem(certificate) + ".png");
    }

    private static String stem(Path path) {
        return String.valueOf(path.getFileName()).replaceFirst("\\.[^.]*$", "");
    }

    private Path original(Path certificate) throws IOException {
        Path place = original;
        if (place == null || !Files.isDirectory(place)) {
            return place == null ? certificate : place;
        }
        Optional<Path> found = PictureOptions.in(place).stream()
                .filter(p -> stem(p).equals(stem(certificate)))
                .findFirst();
        return found.orElseThrow(() -> new IOException("no original of " + certificate + " in " + place));
    }
}
