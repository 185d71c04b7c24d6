package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    private static final int BATCH = 64;
    /** People whose pseudonym is drawn again by another anonymizer, as another run would. */
    private static final int AGAIN = 8;

    /** People at a time whose pictures have so many pixels: a device waits more than it works. */
    private static final int THREADS = 32;

    private static final long PIXELS = 64 * 64;

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

    /** Several people at a time: each takes many small steps that wait for each other, and a GPU has room for more. */
    void draw(int count, long seed, IntConsumer progress) throws IOException {
        RenderedPairs pairs = new RenderedPairs(count, model.resolution(), seed);
        ExecutorService threads = Executors.newFixedThreadPool(threads());
        try {
            for (int first = 0; first < count; first += BATCH) {
                add(pairs.draw(first, Math.min(BATCH, count - first)), threads, progress);
            }
        } finally {
            threads.shutdown();
        }
    }

    /** Each person has a batch of pictures on its way: fewer people where pictures are larger. */
    private int threads() {
        long pixels = (long) model.resolution() * model.resolution();
        return (int) Math.max(1, Math.min(THREADS, THREADS * PIXELS / pixels));
    }

    private void add(Pairs some, ExecutorService threads, IntConsumer progress) {
        Pairs.Truth truth = some.truth();
        if (truth == null) {
            throw new IllegalStateException("rendered heads have ground truth");
        }
        put(Kind.SWAP, model.swap(some.attributes(), some.identities()));
        put(Kind.SWAP_OTHER, model.swap(some.attributes(), truth.swaps()));
        put(Kind.ORIGINAL, some.identities());
        put(Kind.OTHER, truth.swaps());
        List<CompletableFuture<Made>> people = new ArrayList<>();
        for (int i = 0; i < some.identities().size(); i++) {
            int person = heads.size();
            Image original = some.identities().get(i);
            Image other = truth.swaps().get(i);
            heads.add(truth.identities().get(i));
            people.add(CompletableFuture.supplyAsync(
                    () -> {
                        Made made = made(person, original, other);
                        progress.accept(1);
                        return made;
                    },
                    threads));
        }
        await(people);
        people.forEach(person -> add(person.join()));
    }

    /** Until all have ended, also if one has failed, since they use the model. */
    private static void await(List<CompletableFuture<Made>> people) {
        try {
            CompletableFuture.allOf(people.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Of one person. @param again of the pseudonym in another run, empty if that was not asked for */
    private record Made(Map<Kind, Optional<Image>> pictures, List<Optional<Image>> again) {}

    private Made made(int person, Image original, Image other) {
        String subject = "person " + person;
        AnonymityMode pseudonym = new AnonymityMode.Pseudonym(key, subject, 0);
        Map<Kind, Optional<Image>> made = new EnumMap<>(Kind.class);
        made.put(Kind.RANDOM, drawn(original, new AnonymityMode.RandomIdentity(random, 1)));
        made.put(Kind.PSEUDONYM, drawn(original, pseudonym));
        made.put(Kind.PSEUDONYM_OTHER, drawn(other, pseudonym));
        made.put(Kind.OTHER_KEY, drawn(original, new AnonymityMode.Pseudonym(otherKey, subject, 0)));
        return new Made(
                made,
                person < AGAIN ? List.of(again.anonymize(original, pseudonym).picture()) : List.of());
    }

    private Optional<Image> drawn(Image picture, AnonymityMode mode) {
        return anonymizer.anonymize(picture, mode).picture();
    }

    private void add(Made person) {
        person.pictures.forEach((kind, picture) -> of(kind).add(picture));
        for (Optional<Image> again : person.again) {
            repeated++;
            changed += again.equals(person.pictures.get(Kind.PSEUDONYM)) ? 0 : 1;
        }
    }

    private void put(Kind kind, List<Image> images) {
        images.forEach(i -> of(kind).add(Optional.of(i)));
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
