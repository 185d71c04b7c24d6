package org.semblance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.semblance.array.HostArray;
import org.semblance.privacy.Codes;
import org.semblance.privacy.SecretSource;
import org.semblance.sequence.IdentityChoice;
import org.semblance.sequence.Person;

/**
 * Nobody's identities, for the people of a sequence who are to become somebody else: those of generated faces, unlike
 * who the person was and unlike each other. They are drawn from a secret and the numbers of the people; without the
 * secret they cannot be drawn again.
 *
 * <p>This is not {@link Anonymizer}: embeddings by the model's own encoder are compared, no frame is searched until a
 * bound holds, and there is no certificate. Whether the frames of the result are unlike the original ones is for
 * {@link SequenceSwapper#measure} to say.
 */
public final class FreshIdentities implements IdentityChoice {
    private static final int CANDIDATES = 32;
    private static final double UNLIKE = 0.25;

    private final Disentangler model;
    private final SecretSource secret;
    private final Map<Integer, float[]> chosen = new TreeMap<>();

    /**
     * Identities drawn from a secret.
     *
     * @param model whose generator draws faces; not closed with this
     */
    public FreshIdentities(Disentangler model, SecretSource secret) {
        this.model = model;
        this.secret = secret;
    }

    /** The same for equal numbers, as long as people are asked for in the order of their numbers. */
    @Override
    public synchronized float[] of(Person person) {
        return chosen.computeIfAbsent(person.number(), number -> choose(person));
    }

    private float[] choose(Person person) {
        HostArray z = Batches.joined(IntStream.range(0, CANDIDATES)
                .mapToObj(i -> noise(person.number() + "/" + i))
                .toList());
        HostArray codes = model.identity()
                .embed(model.generator().synthesise(model.generator().map(z)));
        List<float[]> others = new ArrayList<>(chosen.values());
        others.add(person.embedding());
        float[] best = Codes.row(codes, 0);
        for (int i = 0; i < CANDIDATES; i++) {
            float[] code = Codes.row(codes, i);
            double likeness = likeness(code, others);
            if (likeness < UNLIKE) {
                return code;
            }
            best = likeness < likeness(best, others) ? code : best;
        }
        return best;
    }

    private HostArray noise(String candidate) {
        int count = model.generator().config().zDim();
        return Batches.row(secret.normal("sequence", candidate, count));
    }

    private static double likeness(float[] code, List<float[]> others) {
        return others.stream()
                .mapToDouble(other -> IdEncoder.cosine(code, other))
                .max()
                .orElse(-1);
    }

    /** Of the secret, which it does not tell. */
    @Override
    public String fingerprint() {
        return "fresh " + secret.tag("sequence");
    }
}
