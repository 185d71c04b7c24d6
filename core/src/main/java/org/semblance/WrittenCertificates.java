package org.semblance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.semblance.image.Image;
import org.semblance.privacy.Certificate;

/**
 * How many certificates hold when they are computed again from files.
 *
 * @param files pictures that were written with their certificates
 * @param holding those whose certificate holds
 */
record WrittenCertificates(int files, int holding) {
    /** Writes what was delivered, as 'anonymize' does, with the originals; reads all of it back and checks it. */
    static WrittenCertificates of(Anonymizer anonymizer, List<Image> originals, List<Anonymized> made) {
        try {
            Path folder = Files.createTempDirectory("semblance-certificates");
            try {
                return check(anonymizer, folder, originals, made);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("de-identification: " + e.getMessage(), e);
        }
    }

    private static WrittenCertificates check(
            Anonymizer anonymizer, Path folder, List<Image> originals, List<Anonymized> made) throws IOException {
        List<CertifiedPicture> read = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
            if (made.get(i).picture().isPresent()) {
                Path original = folder.resolve(i + "-original.png");
                Path picture = folder.resolve(i + ".png");
                Path certificate = folder.resolve(i + ".json");
                originals.get(i).writePng(original);
                made.get(i).picture().get().writePng(picture);
                made.get(i).certificate().write(certificate);
                read.add(
                        new CertifiedPicture(Certificate.read(certificate), Image.read(picture), Image.read(original)));
            }
        }
        long holding = read.isEmpty()
                ? 0
                : anonymizer.check(read).stream().filter(List::isEmpty).count();
        return new WrittenCertificates(read.size(), (int) holding);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** Both together. */
    WrittenCertificates and(WrittenCertificates other) {
        return new WrittenCertificates(files + other.files, holding + other.holding);
    }
}
