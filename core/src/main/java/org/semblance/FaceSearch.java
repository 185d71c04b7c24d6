package org.semblance;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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
/**
 * Looks for a face that nobody takes for the original, in one place of one picture. It says what to draw next
 * ({@link #asked}) and takes what came of it, so that many searches can go on together; see {@link FaceSearches}.
 */
final class FaceSearch {
    private static final double SIDE = 64;
    private static final double ATTRIBUTES = 4;
    private static final double DISCOMFORT = 20;
    private static final double DISTANCE = 2;
    private static final double UNCERTAIN = 40;
    /** How many times the usual corrections a face may take to become certain. */
    private static final int PATIENCE = 4;

    private final FaceJudge judge;
    private final AnonymizerConfig config;
    private final FaceJudge.Reading original;
    private final UnaryOperator<Image> delivered;
    private final Iterator<NewIdentities.Round> rounds;
    private List<Target> targets = List.of();
    private List<Asked> asked = List.of();
    /** The best of this round so far. */
    private @Nullable Candidate found;
    /** The best of the rounds that have ended. */
    private @Nullable Candidate best;

    private int corrections;
    private int tried;

    /**
     * A search.
     *
     * @param original what was read in the face
     * @param delivered from a drawn face to what will be seen of it in the delivered picture
     * @param rounds identities to try, at least one round
     */
    FaceSearch(
            FaceJudge judge,
            AnonymizerConfig config,
            FaceJudge.Reading original,
            UnaryOperator<Image> delivered,
            Iterator<NewIdentities.Round> rounds) {
        this.judge = judge;
        this.config = config;
        this.original = original;
        this.delivered = delivered;
        this.rounds = rounds;
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

    /** Codes to draw a face from. */
    record Asked(float[] identity, float[] attributes) {}

    private static final Comparator<Candidate> BEST =
            Comparator.comparing((Candidate c) -> !c.holds).thenComparingDouble(Candidate::cost);

    /** Candidates drawn so far. */
    int tried() {
        return tried;
    }

    /** What was read in the face. */
    FaceJudge.Reading original() {
        return original;
    }

    /** What is drawn with the identity kept. */
    Asked kept() {
        return new Asked(original.identity(), original.attributes());
    }

    /** What will be seen of a drawn face. */
    Image delivered(Image drawn) {
        return delivered.apply(drawn);
    }

    /** The best candidate of the first round in which one holds, or of the last one. */
    Candidate best() {
        if (best == null) {
            throw new IllegalStateException("anonymizer: a search has to end first");
        }
        return best;
    }

    /** Whether it needs no further round: one is being worked on, one has found a face, or all were tried. */
    boolean isBusy() {
        return !asked.isEmpty() || best != null && (best.holds || !rounds.hasNext());
    }

    /** The identities that are tried next. */
    NewIdentities.Round round() {
        return rounds.next();
    }

    /** Begins a round. */
    void begin(List<Target> some) {
        found = null;
        corrections = 0;
        targets = some;
        asked = some.stream().map(t -> new Asked(t.code, original.attributes())).toList();
    }

    /** What to draw next; nothing once it has ended. */
    List<Asked> asked() {
        return asked;
    }

    /** What was drawn of {@link #asked}, and what was read in what is delivered of it. */
    void take(List<Image> drawn, List<FaceJudge.Reading> read) {
        tried += drawn.size();
        Candidate made = IntStream.range(0, drawn.size())
                .mapToObj(i -> candidate(targets.get(i), asked.get(i), drawn.get(i), read.get(i)))
                .min(BEST)
                .orElseThrow();
        boolean isBetter = found == null || BEST.compare(made, found) < 0;
        if (isBetter) {
            found = made;
        }
        if (isBetter && isCorrected(made)) {
            corrections++;
            correct(made);
        } else {
            end();
        }
    }

    private boolean isCorrected(Candidate made) {
        return corrections < config.corrections() || made.distance > 1 && corrections < PATIENCE * config.corrections();
    }

    private void correct(Candidate made) {
        asked = Arrays.stream(made.target.steps(config.correction()))
                .map(steps -> corrected(made, steps[0], steps[1]))
                .toList();
        targets = Collections.nCopies(asked.size(), made.target);
    }

    private void end() {
        if (best == null || found != null && BEST.compare(found, best) < 0) {
            best = found;
        }
        asked = List.of();
    }

    private Asked corrected(Candidate c, double toIdentity, double toAttributes) {
        float[] identity = Codes.corrected(c.asked.identity, toIdentity, c.target.wanted(), c.read.identity());
        float[] attributes =
                Codes.corrected(c.asked.attributes, toAttributes, original.attributes(), c.read.attributes());
        return new Asked(Codes.unit(identity), attributes);
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
