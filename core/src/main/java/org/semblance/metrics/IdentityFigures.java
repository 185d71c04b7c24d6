package org.semblance.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.metrics.Measurements.Of;

/** The figures of one recogniser: whom the outputs look like ({@code docs/evaluation.md}, section 1). */
final class IdentityFigures {
    private static final double[] FARS = {1e-2, 1e-3, 1e-4};
    private static final int LEAST_ACCEPTED = 10;
    private static final int[] PLACES = {1, 5};
    private static final String TO_IDENTITY = "cosine identity picture to output";
    private static final String TO_ATTRIBUTES = "cosine attribute picture to output (leak)";
    private static final String NO_SWAP = "no second picture of each person";
    private static final String NO_IMPOSTORS = "one person only: no impostors";

    private final Recogniser recogniser;
    private final Bootstrap bootstrap;
    private final EvaluationConfig config;
    private final int[] persons;
    private final int people;
    private final HostArray identities;
    private final HostArray attributes;
    private final HostArray outputs;
    private final Measurements measured;
    private final double[] toIdentity;
    private final double[] toAttributes;
    private final double[] floor;
    /** Of two pictures of each person, where there are. */
    private final double @Nullable [] same;

    private final List<Figure> figures = new ArrayList<>();

    IdentityFigures(
            Recogniser recogniser, Measurements measured, int[] persons, Bootstrap bootstrap, EvaluationConfig config) {
        this.recogniser = recogniser;
        this.measured = measured;
        this.persons = persons;
        this.bootstrap = bootstrap;
        this.config = config;
        people = (int) IntStream.of(persons).distinct().count();
        identities = measured.rows(recogniser.key(), Of.IDENTITY);
        attributes = measured.rows(recogniser.key(), Of.ATTRIBUTES);
        outputs = measured.rows(recogniser.key(), Of.OUTPUT);
        same = measured.has(recogniser.key(), Of.SWAP)
                ? Embeddings.cosines(identities, measured.rows(recogniser.key(), Of.SWAP))
                : null;
        toIdentity = Embeddings.cosines(identities, outputs);
        toAttributes = Embeddings.cosines(attributes, outputs);
        floor = Embeddings.cosines(identities, attributes);
    }

    /** What is said where there is no recogniser that attributes do not sway. */
    static EvaluationReport.Section debiasedMissing() {
        String why = "no network 'debiased'";
        return new EvaluationReport.Section(
                "identity_debiased",
                "Identity by a recogniser that attributes do not sway (bias check)",
                List.of(
                        Figure.missing("id_to_output", TO_IDENTITY, why),
                        Figure.missing("attributes_to_output", TO_ATTRIBUTES, why)));
    }

    EvaluationReport.Section section() {
        Impostors impostors = people < 2 ? null : Impostors.ofPeople(identities, persons);
        similarities();
        separation();
        acceptance(impostors);
        retrieval();
        verification(impostors);
        String title = "Identity by " + recogniser.key()
                + (recogniser.independent() ? " (independent of training)" : " (used in training: flatters)");
        return new EvaluationReport.Section("identity_" + recogniser.key(), title, figures);
    }

    private void add(String key, String title, Interval value) {
        figures.add(Figure.of(key, title, "", value));
    }

    private void similarities() {
        add("id_to_output", TO_IDENTITY, bootstrap.mean(toIdentity));
        add("attributes_to_output", TO_ATTRIBUTES, bootstrap.mean(toAttributes));
        add("id_to_attributes", "cosine identity to attribute picture (floor)", bootstrap.mean(floor));
        String ceiling = "cosine identity picture to true swap (ceiling)";
        figures.add(
                same == null
                        ? Figure.missing("id_to_swap", ceiling, NO_SWAP)
                        : Figure.of("id_to_swap", ceiling, "", bootstrap.mean(same)));
        HostArray again = measured.rows(recogniser.key(), Of.RECONSTRUCTION);
        add(
                "id_to_reconstruction",
                "cosine picture to its reconstruction",
                bootstrap.mean(Embeddings.cosines(identities, again)));
        if (measured.has(recogniser.key(), Of.ATTRIBUTE_RECONSTRUCTION)) {
            HostArray others = measured.rows(recogniser.key(), Of.ATTRIBUTE_RECONSTRUCTION);
            add(
                    "attributes_to_reconstruction",
                    "cosine attribute picture to its reconstruction",
                    bootstrap.mean(Embeddings.cosines(attributes, others)));
        }
    }

    private void separation() {
        double[] margins = IntStream.range(0, toIdentity.length)
                .mapToDouble(i -> toIdentity[i] - toAttributes[i])
                .toArray();
        add("separation", "cosine to identity less cosine to attributes", bootstrap.mean(margins));
        boolean[] wins = new boolean[margins.length];
        for (int i = 0; i < wins.length; i++) {
            wins[i] = margins[i] > 0;
        }
        add("nearer_to_identity", "outputs nearer to the identity picture", bootstrap.share(wins));
        figures.add(normalised());
    }

    private Figure normalised() {
        String title = "0 nothing moved, 1 as good as another picture";
        double[] high = same;
        return high == null
                ? Figure.missing("normalised", title, NO_SWAP)
                : Figure.of("normalised", title, "", bootstrap.of(rows -> {
                    double low = Statistics.mean(floor, rows);
                    return (Statistics.mean(toIdentity, rows) - low) / (Statistics.mean(high, rows) - low);
                }));
    }

    private void acceptance(@Nullable Impostors impostors) {
        if (!Double.isNaN(recogniser.threshold())) {
            figures.add(Figure.of(
                            "accepted_stated",
                            "accepted at the recogniser's own threshold",
                            "",
                            accepted(recogniser.threshold()))
                    .noted(String.format(Locale.ROOT, "%.4f, FAR 1e-3 by its makers", recogniser.threshold())));
        }
        for (double far : FARS) {
            figures.add(accepted(far, impostors));
        }
    }

    private Figure accepted(double far, @Nullable Impostors impostors) {
        String name = "1e-" + Math.round(-Math.log10(far));
        String key = "accepted_far_" + name;
        String title = "accepted at FAR " + name + " on these people";
        if (impostors == null) {
            return Figure.missing(key, title, NO_IMPOSTORS);
        }
        if (far * impostors.pairs() < LEAST_ACCEPTED) {
            String needed = "needs " + Math.round(LEAST_ACCEPTED / far) + " pairs of people, got ";
            return Figure.missing(key, title, needed + impostors.pairs());
        }
        Impostors.Threshold threshold = impostors.threshold(far, config.resamples(), config.seed());
        return Figure.of(key, title, "", accepted(threshold.value().value())).noted(note(threshold));
    }

    private static String note(Impostors.Threshold threshold) {
        return String.format(
                Locale.ROOT,
                "threshold %s, %d impostor pairs of %d people",
                threshold.value(),
                threshold.pairs(),
                threshold.people());
    }

    private Interval accepted(double threshold) {
        boolean[] accepted = new boolean[toIdentity.length];
        for (int i = 0; i < accepted.length; i++) {
            accepted[i] = toIdentity[i] >= threshold;
        }
        return bootstrap.share(accepted);
    }

    private void retrieval() {
        boolean gallery = people == persons.length && persons.length >= 6;
        int[] ranks = gallery ? Embeddings.ranks(outputs, identities) : new int[0];
        for (int k : PLACES) {
            String title = "found among the first " + k + " of a gallery";
            boolean[] found = new boolean[ranks.length];
            for (int i = 0; i < found.length; i++) {
                found[i] = ranks[i] < k;
            }
            figures.add(
                    gallery
                            ? Figure.of("top_" + k, title, "", bootstrap.share(found))
                                    .noted("gallery of " + ranks.length)
                            : Figure.missing("top_" + k, title, "needs one picture each of many people"));
        }
    }

    /** How outputs fare as genuine pairs, and how good the recogniser itself is on these people. */
    private void verification(@Nullable Impostors impostors) {
        double[] strangers = impostors == null ? new double[0] : impostors.similarities();
        Verification made = impostors == null ? null : new Verification(toIdentity, strangers);
        Verification real = impostors == null || same == null ? null : new Verification(same, strangers);
        rate("auc", "area under ROC, outputs against impostors", made, Verification::auc);
        rate("eer", "equal error rate, outputs against impostors", made, Verification::eer);
        rate("auc_swap", "area under ROC, true swaps (ceiling)", real, Verification::auc);
        rate("eer_swap", "equal error rate, true swaps (floor)", real, Verification::eer);
        rate("tar_swap", "true swaps accepted at FAR 1e-3 (ceiling)", real, v -> v.tar(v.threshold(1e-3)));
    }

    private void rate(
            String key, String title, @Nullable Verification verification, ToDoubleFunction<Verification> rate) {
        String why = people < 2 ? NO_IMPOSTORS : NO_SWAP;
        figures.add(
                verification == null
                        ? Figure.missing(key, title, why)
                        : Figure.of(key, title, "", Interval.of(rate.applyAsDouble(verification))));
    }
}
