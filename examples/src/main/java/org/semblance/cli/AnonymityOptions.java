package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.semblance.Anonymizer;
import org.semblance.image.Image;
import org.semblance.privacy.AnonymityMode;
import org.semblance.privacy.SecretSource;
import picocli.CommandLine.Option;

/** Whose the new faces are. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class AnonymityOptions {
    @Option(
            names = "--mode",
            defaultValue = "random",
            paramLabel = "random|pseudonym|k-same",
            order = 10,
            description = "Another face in every picture; one new face for each subject; one for every group of people"
                    + " (default: ${DEFAULT-VALUE}).")
    private String mode;

    @Option(
            names = "--strength",
            defaultValue = "1",
            paramLabel = "S",
            order = 11,
            description = "random: how far from the old identity to the new one, above 0 to 1; the bound comes first"
                    + " (default: ${DEFAULT-VALUE}).")
    private double strength;

    @Option(
            names = "--seed",
            paramLabel = "N",
            order = 12,
            description = "random: the same new faces in every run; for measurements alone, as a seed can be guessed.")
    private @Nullable Long seed;

    @Option(
            names = "--secret",
            paramLabel = "FILE",
            order = 13,
            description = "pseudonym: a file of at least 16 secret bytes; the same one gives the same faces.")
    private @Nullable Path secret;

    @Option(
            names = "--subject",
            paramLabel = "NAME",
            order = 14,
            description = "pseudonym: who all the pictures show (default: see --subject-pattern).")
    private @Nullable String subject;

    @Option(
            names = "--subject-pattern",
            paramLabel = "REGEX",
            order = 15,
            defaultValue = "(.*)\\.[^.]*",
            description = "pseudonym: whose first group in a file's name is the subject (default: the name without"
                    + " its ending).")
    private String pattern;

    @Option(
            names = "--epoch",
            defaultValue = "0",
            paramLabel = "N",
            order = 16,
            description = "pseudonym: another number, from 0, gives every subject another new face"
                    + " (default: ${DEFAULT-VALUE}).")
    private int epoch;

    @Option(
            names = "--k",
            defaultValue = "5",
            paramLabel = "K",
            order = 17,
            description = "k-same: least number of people who share a new face; one picture of each of at least 2 K"
                    + " people is needed (default: ${DEFAULT-VALUE}).")
    private int k;

    /** How pictures are read. */
    interface Reader {
        Image read(Path file) throws IOException;
    }

    /** The mode of each file. @param verb for mistakes in the options */
    Function<Path, AnonymityMode> modes(Verb verb, Anonymizer anonymizer, List<Path> files, Reader reader)
            throws IOException {
        switch (mode.toLowerCase(Locale.ROOT)) {
            case "random" -> {
                return random(verb);
            }
            case "pseudonym" -> {
                return pseudonyms(verb, files);
            }
            case "k-same" -> {
                if (k < 2) {
                    throw verb.wrong("--k must be at least 2, got " + k);
                }
                return same(anonymizer, files, reader);
            }
            default -> throw verb.wrong("--mode must be random, pseudonym or k-same, got '" + mode + "'");
        }
    }

    /** Whether each picture must be of another person of one set. */
    boolean isClosedSet() {
        return mode.equalsIgnoreCase("k-same");
    }

    /** What determines the new faces, without telling the secret. */
    Map<String, Object> settings(List<Path> files) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("mode", mode.toLowerCase(Locale.ROOT));
        all.put("strength", strength);
        all.put("seed", seed == null ? "fresh" : String.valueOf(seed));
        if (secret != null) {
            SecretSource source = SecretSource.of(Files.readAllBytes(secret));
            all.put("secret", source.tag("settings"));
            all.put("subjects", source.tag(subject == null ? "pattern " + pattern : "all " + subject));
        }
        all.put("epoch", epoch);
        if (isClosedSet()) {
            all.put("k", k);
            all.put("people", Hashes.sha256(files.toString()));
        }
        return all;
    }

    private Function<Path, AnonymityMode> random(Verb verb) {
        if (!(strength > 0 && strength <= 1)) {
            throw verb.wrong("--strength must be above 0 to 1, got " + strength);
        }
        SecretSource source = seed == null ? SecretSource.fresh() : SecretSource.ofSeed(seed);
        AnonymityMode one = new AnonymityMode.RandomIdentity(source, strength);
        return file -> one;
    }

    private Function<Path, AnonymityMode> pseudonyms(Verb verb, List<Path> files) throws IOException {
        if (secret == null) {
            throw verb.wrong("--mode pseudonym needs --secret FILE");
        }
        if (epoch < 0) {
            throw verb.wrong("--epoch must be at least 0, got " + epoch);
        }
        SecretSource source = SecretSource.of(Files.readAllBytes(secret));
        Pattern names = names(verb);
        for (Path file : files) {
            subject(verb, names, file);
        }
        return file -> new AnonymityMode.Pseudonym(source, subject(verb, names, file), epoch);
    }

    private Pattern names(Verb verb) {
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw verb.wrong(
                    "--subject-pattern must be a regular expression, got '" + pattern + "': " + e.getDescription());
        }
    }

    private String subject(Verb verb, Pattern names, Path file) {
        if (subject != null) {
            return subject;
        }
        Matcher matcher = names.matcher(String.valueOf(file.getFileName()));
        if (!matcher.find()
                || matcher.groupCount() < 1
                || matcher.group(1) == null
                || matcher.group(1).isEmpty()) {
            throw verb.wrong("--subject-pattern must have a group that finds the subject in every name, got '" + pattern
                    + "' for " + file.getFileName());
        }
        return matcher.group(1);
    }

    private Function<Path, AnonymityMode> same(Anonymizer anonymizer, List<Path> files, Reader reader)
            throws IOException {
        List<Image> people = new ArrayList<>();
        for (Path file : files) {
            people.add(reader.read(file));
        }
        AnonymityMode one = new AnonymityMode.KSame(anonymizer.groups(people, k), k);
        return file -> one;
    }
}
