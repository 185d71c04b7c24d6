package org.semblance.metrics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.semblance.image.Image;

/** Pairs of picture files, each file a person of its own; a file is never paired with itself. No ground truth. */
public final class PicturePairs implements PairSource {
    private final List<Path> identities;
    private final List<Path> attributes;
    private final long[] chosen;
    private final long seed;
    private final Reader reader;

    /** How a file becomes a picture of the model's size. */
    public interface Reader {
        /** Reads one. @throws IOException if it cannot be read or has another size */
        Image read(Path path) throws IOException;
    }

    /**
     * Pairs of files.
     *
     * @param identities who
     * @param attributes everything else
     * @param most all combinations up to this number; of more, this many drawn by the seed
     * @param seed of the draw
     * @param reader reads files
     * @throws IllegalArgumentException if there is no pair of two files
     */
    public PicturePairs(List<Path> identities, List<Path> attributes, int most, long seed, Reader reader) {
        this.identities = List.copyOf(identities);
        this.attributes = List.copyOf(attributes);
        this.seed = seed;
        this.reader = reader;
        chosen = chosen(most, seed);
        if (chosen.length == 0) {
            throw new IllegalArgumentException(
                    "pairs: two files at least are needed, got " + identities.size() + " and " + attributes.size());
        }
    }

    private long[] chosen(int most, long seed) {
        long all = (long) identities.size() * attributes.size();
        if (all <= 2L * most) {
            return shuffled(all, most, seed);
        }
        Set<Long> drawn = new LinkedHashSet<>();
        SplittableRandom random = new SplittableRandom(seed);
        for (long tries = 0; drawn.size() < most && tries < 100L * most; tries++) {
            long pair = random.nextLong(all);
            if (differs(pair)) {
                drawn.add(pair);
            }
        }
        return drawn.stream().mapToLong(Long::longValue).toArray();
    }

    private long[] shuffled(long all, int most, long seed) {
        List<Long> pairs = new ArrayList<>();
        for (long pair = 0; pair < all; pair++) {
            if (differs(pair)) {
                pairs.add(pair);
            }
        }
        if (pairs.size() > most) {
            Collections.shuffle(pairs, new Random(seed));
        }
        return pairs.stream().limit(most).mapToLong(Long::longValue).toArray();
    }

    private boolean differs(long pair) {
        return !identities.get(identity(pair)).equals(attributes.get(attribute(pair)));
    }

    private int identity(long pair) {
        return (int) (pair / attributes.size());
    }

    private int attribute(long pair) {
        return (int) (pair % attributes.size());
    }

    @Override
    public int count() {
        return chosen.length;
    }

    @Override
    public String description() {
        return chosen.length + " pairs of " + identities.size() + " identity and " + attributes.size()
                + " attribute pictures, seed " + seed;
    }

    @Override
    public Pairs draw(int first, int count) throws IOException {
        List<Image> who = new ArrayList<>();
        List<Image> rest = new ArrayList<>();
        int[] persons = new int[count];
        int[] others = new int[count];
        for (int i = 0; i < count; i++) {
            persons[i] = identity(chosen[first + i]);
            others[i] = identities.size() + attribute(chosen[first + i]);
            who.add(reader.read(identities.get(persons[i])));
            rest.add(reader.read(attributes.get(attribute(chosen[first + i]))));
        }
        return new Pairs(who, rest, persons, others, null, null);
    }
}
