package org.semblance;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
import org.semblance.privacy.Codes;
import org.semblance.privacy.Preservation;

/*
 * Candidates of a round are drawn and measured together. The best one, one that holds before one that does not and then
 * the one of least cost, is drawn again with codes moved by what it misses, as long as that makes it better: the
 * mapper returns neither identity nor attributes exactly, and asking for more of what is missing gives more of it.
 * Rounds go on until one holds. A face that must be somebody's in every picture is drawn again in several ways, since
 * what brings it nearer to them costs attributes, and further times while it is not certainly theirs.
 *
 * Cost, in pixels of a face of 64: mean landmark distance, 4 per relative distance of the attribute codes, 20 per
 * similarity to the original beyond comfort, and where there is somebody it must be, 2 per distance from them, 40
 * per distance beyond the certain (see Likeness).
 */
/** Looks for a face that nobody takes for the original, in one place of one picture. */
final class FaceSearch {
    private static final double SIDE = 64;
    private static final double ATTRIBUTES = 4;
    private static final double DISCOMFORT = 20;
    private static final double DISTANCE = 2;
    private static final double UNCERTAIN = 40;
    /** How many times the usual corrections a face may take to become certain. */
    private static final int PATIENCE = 4;

    private final Disentangler model;
    private final FaceJudge judge;
    private final AnonymizerConfig config;
    private final UnaryOperator<Image> delivered;
    private final FaceJudge.Reading original;
    private int tried;

    /**
     * A search.
     *
     * @param original the face, of the model's size
     * @param delivered from a drawn face to what will be seen of it in the delivered picture
     */
    FaceSearch(
            Disentangler model,
            FaceJudge judge,
            AnonymizerConfig config,
            FaceJudge.Reading original,
            UnaryOperator<Image> delivered) {
        this.model = model;
        this.judge = judge;
        this.config = config;
        this.original = original;
        this.delivered = delivered;
    }

    /**
     * An identity to try.
     *
     * @param code E_id's, to ask for
     * @param likeness who it must be in every picture, if it must
     */
    record Target(float[] code, @Nullable Likeness likeness) {
        /** What E_id should read. */
        float[] wanted() {
            return likeness == null ? code : likeness.identity();
        }

        /** How far a face may be from who it must be, as a share of what is certain; 0 where it may be anybody. */
        double distance(FaceJudge.Reading read) {
            return likeness == null ? 0 : likeness.distance(read.embeddings());
        }

        /** Shares of what a face misses that are asked for, of identity and of attributes: one pair for each try. */
        double[][] steps(double usual) {
            return likeness == null
                    ? new double[][] {{usual, usual}}
                    : new double[][] {{usual, usual}, {1, usual}, {usual, 1}, {1, 1}};
        }
    }

    /**
     * A face that was drawn and measured.
     *
     * @param asked the codes it was drawn from
     * @param drawn as the generator made it
     * @param read in what is delivered of it
     * @param distance of {@link Target#distance}
     */
    record Candidate(
            Target target,
            Asked asked,
            Image drawn,
            FaceJudge.Reading read,
            double[] cosines,
            Preservation preservation,
            boolean holds,
            double distance,
            double cost) {}

    private record Asked(float[] identity, float[] attributes) {}

    private static final Comparator<Candidate> BEST =
            Comparator.comparing((Candidate c) -> !c.holds).thenComparingDouble(Candidate::cost);

    /** Candidates drawn so far. */
    int tried() {
        return tried;
    }

    /** What the model draws with the identity kept, as delivered. */
    FaceJudge.Reading reconstruction() {
        Image drawn = draw(List.of(new Asked(original.identity(), original.attributes())))
                .get(0);
        return judge.read(delivered.apply(drawn));
    }

    /** The best candidate of the first round in which one holds, or of the last one. */
    Candidate run(Iterable<List<Target>> rounds) {
        Candidate best = null;
        for (List<Target> targets : rounds) {
            Candidate found = round(targets);
            best = best == null || BEST.compare(found, best) < 0 ? found : best;
            if (best.holds) {
                return best;
            }
        }
        if (best == null) {
            throw new IllegalArgumentException("anonymizer: at least one identity is needed, got none");
        }
        return best;
    }

    private Candidate round(List<Target> targets) {
        List<Asked> asked = targets.stream()
                .map(t -> new Asked(t.code, original.attributes()))
                .toList();
        Candidate best = measure(targets, asked).stream().min(BEST).orElseThrow();
        for (int i = 0; i < config.corrections() || best.distance > 1 && i < PATIENCE * config.corrections(); i++) {
            Candidate again = again(best);
            if (BEST.compare(again, best) >= 0) {
                break;
            }
            best = again;
        }
        return best;
    }

    private Candidate again(Candidate best) {
        List<Asked> asked = Arrays.stream(best.target.steps(config.correction()))
                .map(steps -> corrected(best, steps[0], steps[1]))
                .toList();
        return measure(Collections.nCopies(asked.size(), best.target), asked).stream()
                .min(BEST)
                .orElseThrow();
    }

    private Asked corrected(Candidate c, double toIdentity, double toAttributes) {
        float[] identity = Codes.corrected(c.asked.identity, toIdentity, c.target.wanted(), c.read.identity());
        float[] attributes =
                Codes.corrected(c.asked.attributes, toAttributes, original.attributes(), c.read.attributes());
        return new Asked(Codes.unit(identity), attributes);
    }

    private List<Candidate> measure(List<Target> targets, List<Asked> asked) {
        List<Image> drawn = draw(asked);
        List<FaceJudge.Reading> read = judge.read(drawn.stream().map(delivered).toList());
        tried += drawn.size();
        return IntStream.range(0, drawn.size())
                .mapToObj(i -> candidate(targets.get(i), asked.get(i), drawn.get(i), read.get(i)))
                .toList();
    }

    private List<Image> draw(List<Asked> asked) {
        HostArray identities =
                Batches.joined(asked.stream().map(a -> Batches.row(a.identity)).toList());
        HostArray attributes = Batches.joined(
                asked.stream().map(a -> Batches.row(a.attributes)).toList());
        return model.generator().synthesise(model.mapper().map(identities, attributes));
    }

    private Candidate candidate(Target target, Asked asked, Image drawn, FaceJudge.Reading read) {
        double[] cosines = judge.cosines(original, read);
        Preservation kept = judge.preservation(original, read);
        double distance = target.distance(read);
        double cost = SIDE / kept.side() * kept.landmarkMean()
                + ATTRIBUTES * kept.attributeDistance()
                + DISCOMFORT * Math.max(0, judge.worst(cosines) - config.comfort())
                + DISTANCE * distance
                + UNCERTAIN * Math.max(0, distance - 1);
        return new Candidate(target, asked, drawn, read, cosines, kept, judge.holds(cosines), distance, cost);
    }
}
