package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.semblance.heads.HeadFactors;
import org.semblance.image.Image;
import org.semblance.metrics.Pairs;
import org.semblance.metrics.PhaseTimes;
import org.semblance.metrics.RenderedPairs;
import org.semblance.privacy.AnonymityMode;
import org.semblance.privacy.SecretSource;

/*
 * Person i has two pictures: the identity picture of pair i, and the true swap, the same head under the attributes of
 * the pair's other picture. That other picture's person is the stranger whose identity plain swaps put on both. The
 * next pair's stranger is put on the first one too, for how alike two strangers look in one picture.
 */
/** Pictures of rendered heads and what an anonymizer and a plain swap make of them; a person refused stays empty. */
final class DeidentificationPictures {
    private static final int BATCH = 64;
    /** One of so many pseudonyms is drawn twice by itself, by two anonymizers as in two runs. */
    private static final int AGAIN = 32;
    /** Groups of people at a time: while one is rendered or looked at here, a device works on others. */
    private static final int GROUPS = 4;

    /** Kinds of pictures. */
    enum Kind {
        ORIGINAL,
        OTHER,
        RANDOM,
        SWAP,
        SWAP_STRANGER,
        SWAP_OTHER,
        PSEUDONYM,
        PSEUDONYM_OTHER,
        OTHER_KEY
    }

    private static final List<Kind> ANONYMOUS =
            List.of(Kind.RANDOM, Kind.PSEUDONYM, Kind.PSEUDONYM_OTHER, Kind.OTHER_KEY);

    private final Disentangler model;
    private final Anonymizer anonymizer;
    private final Anonymizer again;
    private final PhaseTimes times;
    private final SecretSource random;
    private final SecretSource key;
    private final SecretSource otherKey;
    private final Map<Kind, List<Optional<Image>>> pictures = new EnumMap<>(Kind.class);
    private final List<HeadFactors> heads = new ArrayList<>();
    private WrittenCertificates certificates = new WrittenCertificates(0, 0);
    private RepeatedPseudonyms repeated = RepeatedPseudonyms.NONE;

    /** @param again another anonymizer with the same settings */
    DeidentificationPictures(Disentangler model, Anonymizer anonymizer, Anonymizer again, long seed, PhaseTimes times) {
        this.times = times;
        this.model = model;
        this.anonymizer = anonymizer;
        this.again = again;
        random = SecretSource.ofSeed(seed);
        key = SecretSource.ofSeed(seed + 1);
        otherKey = SecretSource.ofSeed(seed + 2);
    }

    /** Groups of people, several at a time; who is in a group depends on numbers alone. */
    void draw(int count, long seed, IntConsumer progress) throws IOException {
        RenderedPairs pairs = new RenderedPairs(count, model.resolution(), seed);
        int together = Batches.most(model.generator().device(), model.resolution());
        List<Supplier<Group>> groups = new ArrayList<>();
        for (int first = 0; first < count; first += together) {
            int from = first;
            int some = Math.min(together, count - first);
            groups.add(() -> {
                Group made = group(pairs, from, some);
                progress.accept(some);
                return made;
            });
        }
        Together.results(groups, GROUPS).forEach(this::add);
    }

    /** Some people in order. */
    private record Group(
            List<HeadFactors> heads,
            Map<Kind, List<Optional<Image>>> pictures,
            WrittenCertificates certificates,
            RepeatedPseudonyms repeated) {}

    private Group group(RenderedPairs pairs, int first, int n) {
        Pairs some = times.of("rendering", () -> pairs.draw(first, n));
        Pairs next = times.of("rendering", () -> pairs.draw((first + n) % pairs.count(), 1));
        Pairs.Truth truth = some.truth();
        if (truth == null) {
            throw new IllegalStateException("rendered heads have ground truth");
        }
        List<Image> originals = some.identities();
        List<Image> others = truth.swaps();
        Map<Kind, List<Optional<Image>>> made = new EnumMap<>(Kind.class);
        made.put(Kind.ORIGINAL, all(originals));
        made.put(Kind.OTHER, all(others));
        made.put(Kind.SWAP, swapped(some.attributes(), originals));
        List<Image> strangers = new ArrayList<>(some.attributes().subList(1, n));
        strangers.addAll(next.attributes());
        made.put(Kind.SWAP_STRANGER, swapped(strangers, originals));
        made.put(Kind.SWAP_OTHER, swapped(some.attributes(), others));
        List<Image> faces = new ArrayList<>();
        List<AnonymityMode> modes = new ArrayList<>();
        for (Kind kind : ANONYMOUS) {
            faces.addAll(kind == Kind.PSEUDONYM_OTHER ? others : originals);
            IntStream.range(first, first + n).forEach(person -> modes.add(mode(kind, person)));
        }
        List<Anonymized> delivered = times.of("searching", () -> anonymizer.anonymize(faces, modes));
        for (int k = 0; k < ANONYMOUS.size(); k++) {
            made.put(
                    ANONYMOUS.get(k),
                    delivered.subList(k * n, (k + 1) * n).stream()
                            .map(Anonymized::picture)
                            .toList());
        }
        WrittenCertificates checked =
                times.of("checking files", () -> WrittenCertificates.of(anonymizer, faces, delivered));
        RepeatedPseudonyms repeats = times.of("drawing again", () -> again(originals, first));
        return new Group(truth.identities(), made, checked, repeats);
    }

    private AnonymityMode mode(Kind kind, int person) {
        return kind == Kind.RANDOM
                ? new AnonymityMode.RandomIdentity(random, 1)
                : new AnonymityMode.Pseudonym(kind == Kind.OTHER_KEY ? otherKey : key, "person " + person, 0);
    }

    private List<Optional<Image>> swapped(List<Image> identities, List<Image> attributes) {
        return all(times.of("swapping", () -> model.swap(identities, attributes)));
    }

    private static List<Optional<Image>> all(List<Image> images) {
        return images.stream().map(Optional::of).toList();
    }

    private void add(Group group) {
        heads.addAll(group.heads);
        certificates = certificates.and(group.certificates);
        repeated = repeated.and(group.repeated);
        group.pictures.forEach((kind, some) -> of(kind).addAll(some));
    }

    /** Each by itself: pictures among others may differ by rounding. */
    private RepeatedPseudonyms again(List<Image> originals, int first) {
        RepeatedPseudonyms all = RepeatedPseudonyms.NONE;
        for (int i = 0; i < originals.size(); i++) {
            if ((first + i) % AGAIN == 0) {
                AnonymityMode mode = mode(Kind.PSEUDONYM, first + i);
                Optional<Image> once =
                        anonymizer.anonymize(originals.get(i), mode).picture();
                Optional<Image> twice = again.anonymize(originals.get(i), mode).picture();
                all = all.and(RepeatedPseudonyms.of(once, twice));
            }
        }
        return all;
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

    /** Pictures of these people, who all have one. */
    List<Image> pictures(Kind kind, int[] people) {
        return Arrays.stream(people)
                .mapToObj(i -> of(kind).get(i).orElseThrow())
                .toList();
    }

    /** The people who have pictures of all these kinds. */
    int[] having(Kind... kinds) {
        return IntStream.range(0, heads.size())
                .filter(i -> Arrays.stream(kinds).allMatch(k -> of(k).get(i).isPresent()))
                .toArray();
    }

    /** Of each person's first picture. */
    List<HeadFactors> heads() {
        return heads;
    }

    /** Of all pictures that were delivered. */
    WrittenCertificates certificates() {
        return certificates;
    }

    /** Of those that were drawn twice. */
    RepeatedPseudonyms repeated() {
        return repeated;
    }
}
