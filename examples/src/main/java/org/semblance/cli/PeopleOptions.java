package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.Disentangler;
import org.semblance.FreshIdentities;
import org.semblance.image.Image;
import org.semblance.privacy.SecretSource;
import org.semblance.sequence.GivenIdentities;
import org.semblance.sequence.IdentityChoice;
import org.semblance.sequence.SequenceOutcome;
import org.semblance.sequence.Unseen;
import org.semblance.sequence.WorkFolder;
import picocli.CommandLine.Option;

/** Who the people of a sequence become. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PeopleOptions {
    @Option(
            names = "--identity",
            paramLabel = "[N=]FILE",
            order = 50,
            description =
                    "A picture of who person N becomes. People are numbered from 1, the most visible first; without"
                            + " N the next one is meant. May be repeated.")
    private String[] identities = {};

    @Option(
            names = "--anonymize",
            order = 52,
            description = "Everybody becomes somebody who does not exist, unlike who they were; in place of --identity."
                    + " The result is measured, and frames in which a recogniser sees the old person are an error.")
    private boolean anonymize;

    @Option(
            names = "--secret",
            paramLabel = "FILE",
            order = 53,
            description = "With --anonymize: draws the new people from a file of at least 16 secret bytes, so that the"
                    + " same can be drawn again (default: from random numbers that are forgotten).")
    private @Nullable Path secret;

    @Option(
            names = "--everyone",
            order = 51,
            description = "People without an --identity of their own get the last one, too; otherwise they stay as they"
                    + " are.")
    private boolean everyone;

    @Option(
            names = "--unseen",
            paramLabel = "keep|blank",
            order = 54,
            defaultValue = "keep",
            description = "Frames in which nobody is found stay as they are, which with --anonymize makes the exit code"
                    + " 1, or become black (default: ${DEFAULT-VALUE}).")
    private Unseen unseen;

    /** What becomes of frames in which nobody is found. */
    Unseen unseen() {
        return unseen;
    }

    /** Refuses what does not go together. */
    void check(Verb verb) {
        if (anonymize == identities.length > 0) {
            throw verb.wrong("either --identity or --anonymize is needed");
        }
        if (secret != null && !anonymize || everyone && anonymize) {
            throw verb.wrong("--secret goes with --anonymize, --everyone with --identity");
        }
    }

    boolean isAnonymous() {
        return anonymize;
    }

    /** The pictures by the numbers of the people. */
    Map<Integer, Image> pictures(SequenceFaces faces, PictureOptions pictures) throws IOException {
        Map<Integer, Image> all = new LinkedHashMap<>();
        for (String text : identities) {
            boolean numbered = text.matches("[1-9][0-9]{0,3}=.+");
            int number = numbered ? Integer.parseInt(text.substring(0, text.indexOf('='))) : next(all);
            Path path = Path.of(numbered ? text.substring(text.indexOf('=') + 1) : text);
            if (all.put(number, faces.portrait(path, pictures)) != null) {
                throw new RefusedSettings("--identity: person " + number + " must have one picture, got two");
            }
        }
        return all;
    }

    private static int next(Map<Integer, Image> all) {
        return all.keySet().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
    }

    /**
     * Their identity codes.
     *
     * @param work folder of an unfinished run, which holds what is drawn from
     */
    IdentityChoice choice(Disentangler pipeline, Map<Integer, Image> pictures, Path work) throws IOException {
        if (anonymize) {
            byte[] bytes = secret == null ? WorkFolder.secret(work) : Files.readAllBytes(secret);
            return new FreshIdentities(pipeline, SecretSource.of(bytes));
        }
        Map<Integer, float[]> codes = new LinkedHashMap<>();
        float[] last = new float[0];
        for (Map.Entry<Integer, Image> one : pictures.entrySet()) {
            last = pipeline.identity().embed(one.getValue());
            codes.put(one.getKey(), last);
        }
        GivenIdentities given = GivenIdentities.of(codes);
        return everyone ? given.withOthers(last) : given;
    }

    /** The pictures of who the people of a run became. */
    Map<Integer, Image> wanted(SequenceOutcome outcome, Map<Integer, Image> pictures) {
        Map<Integer, Image> wanted = new LinkedHashMap<>(pictures);
        if (everyone) {
            Image last = pictures.values().stream().reduce((a, b) -> b).orElseThrow();
            outcome.people().forEach(person -> wanted.putIfAbsent(person.number(), last));
        }
        return wanted;
    }
}
