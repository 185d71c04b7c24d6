package org.semblance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.semblance.array.HostArray;
import org.semblance.sequence.Fingerprint;
import org.semblance.sequence.IdentityChoice;
import org.semblance.sequence.Person;

/**
 * Nobody's identities, for the people of a sequence who are to become somebody else: those of generated faces, unlike
 * who the person was and unlike each other. They are drawn from a secret and the numbers of the people; without the
 * secret they cannot be drawn again.
 *
 * <p>It is the embeddings that are compared here. Whether the frames of the result are unlike the original ones is for
 * {@link SequenceSwapper#measure} to say.
 */
public final class FreshIdentities implements IdentityChoice {
    private static final int CANDIDATES = 32;
    private static final double UNLIKE = 0.25;

    private final Disentangler model;
    private final String secret;
    private final Map<Integer, float[]> chosen = new TreeMap<>();

    /**
     * Identities drawn from a secret.
     *
     * @param model whose generator draws faces; not closed with this
     * @param secret any text; to be kept as one
     */
    public FreshIdentities(Disentangler model, String secret) {
        this.model = model;
        this.secret = secret;
    }

    /** The same for equal numbers, as long as people are asked for in the order of their numbers. */
    @Override
    public synchronized float[] of(Person person) {
        return chosen.computeIfAbsent(person.number(), number -> choose(person));
    }

    private float[] choose(Person person) {
        long[] seeds = LongStream.range(0, CANDIDATES)
                .map(i -> Long.parseLong(hash(person.number() + ":" + i).substring(0, 8), 16))
                .toArray();
        HostArray codes = model.identity()
                .embed(model.generator()
                        .synthesise(model.generator().map(model.generator().z(seeds))));
        List<float[]> others = new ArrayList<>(chosen.values());
        others.add(person.embedding());
        float[] best = row(codes, 0);
        for (int i = 0; i < CANDIDATES; i++) {
            float[] code = row(codes, i);
            double likeness = likeness(code, others);
            if (likeness < UNLIKE) {
                return code;
            }
            best = likeness < likeness(best, others) ? code : best;
        }
        return best;
    }

    private static float[] row(HostArray codes, int index) {
        int width = codes.shape().dim(1);
        return Arrays.copyOfRange(codes.data(), index * width, (index + 1) * width);
    }

    private static double likeness(float[] code, List<float[]> others) {
        return others.stream()
                .mapToDouble(other -> IdEncoder.cosine(code, other))
                .max()
                .orElse(-1);
    }

    @Override
    public String fingerprint() {
        return "fresh " + hash("");
    }

    private String hash(String what) {
        return Fingerprint.of((secret + "\n" + what).getBytes(StandardCharsets.UTF_8));
    }
}
