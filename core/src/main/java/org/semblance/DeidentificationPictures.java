package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.semblance.heads.HeadFactors;
import org.semblance.image.Image;
import org.semblance.metrics.Pairs;
import org.semblance.metrics.RenderedPairs;
import org.semblance.privacy.AnonymityMode;
import org.semblance.privacy.SecretSource;

/*
 * Person i has two pictures: the identity picture of pair i, and the true swap, the same head under the attributes of
 * the pair's other picture. That other picture's person is the stranger whose identity plain swaps put on both.
 */
/** Pictures of rendered heads and what an anonymizer and a plain swap make of them; a person refused stays empty. */
final class DeidentificationPictures {
    private static final int BATCH = 8;
    /** People whose pseudonym is drawn again by another anonymizer, as another run would. */
    private static final int AGAIN = 8;

    /** Kinds of pictures. */
    enum Kind {
        ORIGINAL,
        OTHER,
        RANDOM,
        SWAP,
        SWAP_OTHER,
        PSEUDONYM,
        PSEUDONYM_OTHER,
        OTHER_KEY
    }

    private final Disentangler model;
    private final Anonymizer anonymizer;
    private final Anonymizer again;
    private final SecretSource random;
    private final SecretSource key;
    private final SecretSource otherKey;
    private final Map<Kind, List<Optional<Image>>> pictures = new EnumMap<>(Kind.class);
    private final List<HeadFactors> heads = new ArrayList<>();
    private int repeated;
    private int changed;

    /** @param again another anonymizer with the same settings */
    DeidentificationPictures(Disentangler model, Anonymizer anonymizer, Anonymizer again, long seed) {
        this.model = model;
        this.anonymizer = anonymizer;
        this.again = again;
        random = SecretSource.ofSeed(seed);
        key = SecretSource.ofSeed(seed + 1);
        otherKey = SecretSource.ofSeed(seed + 2);
    }

    void draw(int count, long seed, IntConsumer progress) throws IOException {
        RenderedPairs pairs = new RenderedPairs(count, model.resolution(), seed);
        for (int first = 0; first < count; first += BATCH) {
            add(pairs.draw(first, Math.min(BATCH, count - first)), progress);
        }
    }

    private void add(Pairs some, IntConsumer progress) {
        Pairs.Truth truth = some.truth();
        if (truth == null) {
            throw new IllegalStateException("rendered heads have ground truth");
        }
        put(Kind.SWAP, model.swap(some.attributes(), some.identities()));
        put(Kind.SWAP_OTHER, model.swap(some.attributes(), truth.swaps()));
        put(Kind.ORIGINAL, some.identities());
        put(Kind.OTHER, truth.swaps());
        for (int i = 0; i < some.identities().size(); i++) {
            add(some.identities().get(i), truth.swaps().get(i));
            heads.add(truth.identities().get(i));
            progress.accept(1);
        }
    }

    private void add(Image original, Image other) {
        String subject = "person " + heads.size();
        AnonymityMode pseudonym = new AnonymityMode.Pseudonym(key, subject, 0);
        put(Kind.RANDOM, original, new AnonymityMode.RandomIdentity(random, 1));
        put(Kind.PSEUDONYM, original, pseudonym);
        put(Kind.PSEUDONYM_OTHER, other, pseudonym);
        put(Kind.OTHER_KEY, original, new AnonymityMode.Pseudonym(otherKey, subject, 0));
        if (repeated < AGAIN) {
            Optional<Image> first = of(Kind.PSEUDONYM).get(repeated);
            changed += again.anonymize(original, pseudonym).picture().equals(first) ? 0 : 1;
            repeated++;
        }
    }

    private void put(Kind kind, List<Image> images) {
        images.forEach(i -> of(kind).add(Optional.of(i)));
    }

    private void put(Kind kind, Image picture, AnonymityMode mode) {
        of(kind).add(anonymizer.anonymize(picture, mode).picture());
    }

    /** One picture each of the people from {@code first} to {@code end - 1}, who are not among those drawn. */
    static List<Image> others(int first, int end, int resolution, long seed) {
        RenderedPairs pairs = new RenderedPairs(end, resolution, seed);
        List<Image> all = new ArrayList<>();
        for (int i = first; i < end; i += BATCH) {
            all.addAll(pairs.draw(i, Math.min(BATCH, end - i)).identities());
        }
        return all;
    }

    /** Of each person, in order. */
    List<Optional<Image>> of(Kind kind) {
        return pictures.computeIfAbsent(kind, k -> new ArrayList<>());
    }

    /** Of each person's first picture. */
    List<HeadFactors> heads() {
        return heads;
    }

    /** Pseudonyms that were drawn twice. */
    int repeated() {
        return repeated;
    }

    /** Those of which any pixel differed. */
    int changed() {
        return changed;
    }
}
