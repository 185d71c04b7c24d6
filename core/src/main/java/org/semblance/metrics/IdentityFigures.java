package org.semblance.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.semblance.array.HostArray;
import org.semblance.metrics.Measurements.Of;

/** The figures of one recogniser: whom the outputs look like ({@code docs/evaluation.md}, section 1). */
final class IdentityFigures {
    private static final double[] FARS = {1e-2, 1e-3, 1e-4};

    private final Recogniser recogniser;
    private final Bootstrap bootstrap;
    private final EvaluationConfig config;
    private final boolean hasTruth;
    private final int[] persons;
    private final HostArray identities;
    private final HostArray attributes;
    private final HostArray outputs;
    private final Measurements measured;
    private final double[] toIdentity;
    private final double[] toAttributes;
    private final double[] floor;
    private final List<Figure> figures = new ArrayList<>();

    IdentityFigures(
            Recogniser recogniser, Measurements measured, int[] persons, Bootstrap bootstrap, EvaluationConfig config) {
        this.recogniser = recogniser;
        this.measured = measured;
        this.persons = persons;
        this.bootstrap = bootstrap;
        this.config = config;
        identities = measured.rows(recogniser.key(), Of.IDENTITY);
        attributes = measured.rows(recogniser.key(), Of.ATTRIBUTES);
        outputs = measured.rows(recogniser.key(), Of.OUTPUT);
        hasTruth = measured.has(recogniser.key(), Of.SWAP);
        toIdentity = Embeddings.cosines(identities, outputs);
        toAttributes = Embeddings.cosines(attributes, outputs);
        floor = Embeddings.cosines(identities, attributes);
    }

    EvaluationReport.Section section() {
        similarities();
        separation();
        acceptance();
        retrieval();
        if (hasTruth) {
            verification();
        }
        String title = "Identity by " + recogniser.key()
                + (recogniser.independent() ? " (independent of training)" : " (used in training: flatters)");
        return new EvaluationReport.Section("identity_" + recogniser.key(), title, figures);
    }

    private void add(String key, String title, Interval value) {
        figures.add(Figure.of(key, title, "", value));
    }

    private void similarities() {
        add("id_to_output", "cosine identity picture to output", bootstrap.mean(toIdentity));
        add("attributes_to_output", "cosine attribute picture to output (leak)", bootstrap.mean(toAttributes));
        add("id_to_attributes", "cosine identity to attribute picture (floor)", bootstrap.mean(floor));
        if (hasTruth) {
            HostArray swaps = measured.rows(recogniser.key(), Of.SWAP);
            add(
                    "id_to_swap",
                    "cosine identity picture to true swap (ceiling)",
                    bootstrap.mean(Embeddings.cosines(identities, swaps)));
        }
        HostArray again = measured.rows(recogniser.key(), Of.RECONSTRUCTION);
        add(
                "id_to_reconstruction",
                "cosine picture to its reconstruction",
                bootstrap.mean(Embeddings.cosines(identities, again)));
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
        if (hasTruth) {
            double[] same = Embeddings.cosines(identities, measured.rows(recogniser.key(), Of.SWAP));
            add("normalised", "0 nothing moved, 1 as good as another picture", bootstrap.of(rows -> {
                double low = mean(floor, rows);
                return (mean(toIdentity, rows) - low) / (mean(same, rows) - low);
            }));
        }
    }

    private static double mean(double[] values, int[] rows) {
        double sum = 0;
        for (int row : rows) {
            sum += values[row];
        }
        return sum / rows.length;
    }

    private void acceptance() {
        if (!Double.isNaN(recogniser.threshold())) {
            figures.add(Figure.of(
                            "accepted_stated",
                            "accepted at the recogniser's own threshold",
                            "",
                            accepted(recogniser.threshold()))
                    .noted(String.format(Locale.ROOT, "%.4f, FAR 1e-3 by its makers", recogniser.threshold())));
        }
        Impostors impostors = impostors();
        if (impostors == null) {
            figures.add(Figure.missing("accepted_far_1e-3", "accepted at FAR 1e-3", "one person only: no impostors"));
            return;
        }
        for (double far : FARS) {
            if (far * impostors.pairs() >= 10) {
                Impostors.Threshold threshold = impostors.threshold(far, config.resamples(), config.seed());
                String name = "1e-" + Math.round(-Math.log10(far));
                figures.add(Figure.of(
                                "accepted_far_" + name,
                                "accepted at FAR " + name + " on these people",
                                "",
                                accepted(threshold.value().value()))
                        .noted(note(threshold)));
            }
        }
    }

    /** Of the identity pictures, if they show several people. */
    private @org.jspecify.annotations.Nullable Impostors impostors() {
        return IntStream.of(persons).distinct().count() < 2 ? null : Impostors.of(identities, persons);
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
        if (IntStream.of(persons).distinct().count() < persons.length || persons.length < 6) {
            figures.add(Figure.missing("top_1", "found first in a gallery", "needs one picture each of many people"));
            return;
        }
        int[] ranks = Embeddings.ranks(outputs, identities);
        for (int k : new int[] {1, 5}) {
            boolean[] found = new boolean[ranks.length];
            for (int i = 0; i < found.length; i++) {
                found[i] = ranks[i] < k;
            }
            figures.add(
                    Figure.of("top_" + k, "found among the first " + k + " of a gallery", "", bootstrap.share(found))
                            .noted("gallery of " + ranks.length));
        }
    }

    /** How good the recogniser itself is on these people, and how outputs fare as genuine pairs. */
    private void verification() {
        Impostors impostors = impostors();
        if (impostors == null) {
            return;
        }
        double[] strangers = impostors.similarities();
        Verification real =
                new Verification(Embeddings.cosines(identities, measured.rows(recogniser.key(), Of.SWAP)), strangers);
        Verification made = new Verification(toIdentity, strangers);
        add("auc", "area under ROC, outputs against impostors", Interval.of(made.auc()));
        add("eer", "equal error rate, outputs against impostors", Interval.of(made.eer()));
        add("auc_swap", "area under ROC, true swaps (ceiling)", Interval.of(real.auc()));
        add("eer_swap", "equal error rate, true swaps (floor)", Interval.of(real.eer()));
        add("tar_swap", "true swaps accepted at FAR 1e-3 (ceiling)", Interval.of(real.tar(real.threshold(1e-3))));
    }
}
