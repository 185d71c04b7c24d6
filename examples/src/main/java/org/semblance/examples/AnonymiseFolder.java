package org.semblance.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.semblance.AnonymizationWork;
import org.semblance.Anonymizer;
import org.semblance.Disentangler;
import org.semblance.Evaluator;
import org.semblance.batch.Batch;
import org.semblance.batch.BatchConfig;
import org.semblance.privacy.AnonymityMode;
import org.semblance.privacy.SecretSource;

/** A folder of aligned pictures under pseudonyms: the same person gets the same new face, today and tomorrow. */
public final class AnonymiseFolder {
    private AnonymiseFolder() {}

    /** @param files a folder of pictures named PERSON-NUMBER.png, the folder to write, and a file with a secret */
    public static void main(String... files) throws IOException {
        Path out = Files.createDirectories(Path.of(files[1]));
        SecretSource secret = SecretSource.of(Files.readAllBytes(Path.of(files[2])));
        try (Disentangler model = Disentangler.embedded();
                Evaluator networks = Evaluator.of(model);
                Stream<Path> listed = Files.list(Path.of(files[0]))) {
            List<Path> pictures =
                    listed.filter(f -> f.toString().endsWith(".png")).sorted().toList();
            AnonymizationWork work = AnonymizationWork.ofAligned(
                    Anonymizer.of(model, networks), out, file -> new AnonymityMode.Pseudonym(secret, person(file), 0));
            Batch.of(work, BatchConfig.of(1)).run(pictures);
            String summary = work.summary(pictures).json().pretty();
            Files.writeString(out.resolve(AnonymizationWork.SUMMARY), summary, StandardCharsets.UTF_8);
        }
    }

    private static String person(Path file) {
        return file.getFileName().toString().split("-")[0];
    }
}
