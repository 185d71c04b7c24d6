package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.semblance.DeidentificationPictures.Kind;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
import org.semblance.metrics.Bootstrap;
import org.semblance.metrics.Embeddings;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.FactorLayout;
import org.semblance.metrics.FactorReadings;
import org.semblance.metrics.FactorScore;
import org.semblance.metrics.Figure;
import org.semblance.metrics.ImageFeatures;
import org.semblance.metrics.Impostors;
import org.semblance.metrics.Interval;
import org.semblance.metrics.Landmarks;
import org.semblance.metrics.MeasuringNetworks;
import org.semblance.metrics.PhaseTimes;
import org.semblance.metrics.Verification;
import org.semblance.privacy.Codes;
import org.semblance.privacy.Criterion;
import org.semblance.privacy.OperatingPoint;

/**
 * Measures an {@link Anonymizer} on rendered heads ({@code docs/anonymisation.md}, Measuring): what recognisers find,
 * whether pseudonyms hold together, and what is kept, beside a plain swap onto a stranger.
 */
public final class Deidentification {
    private static final int[] PLACES = {1, 5};

    private final MeasuringNetworks networks;
    private final Anonymizer anonymizer;
    private final DeidentificationPictures drawn;
    private final List<Image> bystanders;
    private final int count;
    private final long seed;
    private final PhaseTimes times;
    private final List<EvaluationReport.Section> sections = new ArrayList<>();

    private Deidentification(
            MeasuringNetworks networks,
            Anonymizer anonymizer,
            DeidentificationPictures drawn,
            List<Image> bystanders,
            long seed,
            PhaseTimes times) {
        this.times = times;
        this.networks = networks;
        this.anonymizer = anonymizer;
        this.drawn = drawn;
        this.bystanders = bystanders;
        count = drawn.heads().size();
        this.seed = seed;
    }

    /**
     * Measures on this many people, two pictures each.
     *
     * @param people at least 2
     * @param gallery people in the gallery in which each is looked for, at least as many
     * @param seed which heads, and which new faces
     * @param progress hears how many more people are done, from any thread, also from several at once
     */
    public static EvaluationReport run(
            Disentangler model, Evaluator evaluator, int people, int gallery, long seed, IntConsumer progress)
            throws IOException {
        if (people < 2 || gallery < people) {
            throw new IllegalArgumentException("de-identification: at least 2 people and as many in the gallery are"
                    + " needed, got " + people + " and " + gallery);
        }
        PhaseTimes times = new PhaseTimes();
        Anonymizer anonymizer = Anonymizer.of(model, evaluator);
        DeidentificationPictures drawn =
                new DeidentificationPictures(model, anonymizer, Anonymizer.of(model, evaluator), seed, times);
        drawn.draw(people, seed, progress);
        List<Image> bystanders = times.of(
                "rendering gallery",
                () -> DeidentificationPictures.others(people, gallery, anonymizer.resolution(), seed));
        return new Deidentification(evaluator.networks(), anonymizer, drawn, bystanders, seed, times).report();
    }

    private EvaluationReport report() {
        delivery();
        for (OperatingPoint point : anonymizer.points()) {
            OfRecogniser figures = times.of("recognising", () -> new OfRecogniser(point));
            times.of("comparing", figures::add);
        }
        List<FactorScore> factors = times.of("attributes", this::kept);
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("data", count + " rendered heads, two pictures each, seed " + seed);
        about.put("pairs", count);
        about.put("people", count);
        about.put("gallery", count + bystanders.size());
        about.put("resolution", anonymizer.resolution());
        about.put("resamples", Bootstrap.RESAMPLES);
        about.put("seed", seed);
        about.put("phase_seconds", times.seconds());
        List<Criterion> criteria = DeidentificationCriteria.of(
                new EvaluationReport(about, sections, factors, List.of()), anonymizer.points());
        about.put("criteria", criteria.stream().map(Criterion::json).toList());
        about.put("criteria_hold", criteria.stream().allMatch(Criterion::holds));
        sections.add(new EvaluationReport.Section("criteria", "What is asked", lines(criteria)));
        return new EvaluationReport(about, sections, factors, List.of());
    }

    private static List<Figure> lines(List<Criterion> criteria) {
        return criteria.stream()
                .map(c -> new Figure(c.key(), c.title(), "", Interval.of(c.value()), c.verdict()))
                .toList();
    }

    private static Figure figure(String key, String title, double value) {
        return new Figure(key, title, "", Interval.of(value), "");
    }

    private void delivery() {
        List<Figure> figures = new ArrayList<>();
        figures.add(figure("refused_random", "refused, random identity", refused(Kind.RANDOM)));
        figures.add(figure("refused_pseudonym", "refused, pseudonym", refused(Kind.PSEUDONYM)));
        figures.add(
                figure("refused_pseudonym_other", "refused, pseudonym, other picture", refused(Kind.PSEUDONYM_OTHER)));
        double again = drawn.repeated() == 0 ? Double.NaN : 1 - (double) drawn.changed() / drawn.repeated();
        figures.add(figure("pseudonym_repeated", "pseudonyms equal to the bit in another run", again));
        sections.add(new EvaluationReport.Section("delivery", "Delivery", figures));
    }

    private double refused(Kind kind) {
        return (double) drawn.of(kind).stream().filter(Optional::isEmpty).count() / count;
    }

    private int[] rows(IntPredicate wanted) {
        return IntStream.range(0, count).filter(wanted).toArray();
    }

    private boolean has(int person, Kind... kinds) {
        return Arrays.stream(kinds).allMatch(k -> drawn.of(k).get(person).isPresent());
    }

    private List<Image> pictures(Kind kind, int[] people) {
        return Arrays.stream(people)
                .mapToObj(i -> drawn.of(kind).get(i).orElseThrow())
                .toList();
    }

    /** The figures of one recogniser. */
    private final class OfRecogniser {
        private final OperatingPoint point;
        private final Map<Kind, HostArray> rows = new EnumMap<>(Kind.class);
        private final int[] delivered = rows(i -> has(i, Kind.RANDOM));
        private final int[] paired = rows(i -> has(i, Kind.PSEUDONYM, Kind.PSEUDONYM_OTHER, Kind.OTHER_KEY));
        private final @Nullable HostArray strangers;
        private final List<Figure> figures = new ArrayList<>();

        OfRecogniser(OperatingPoint point) {
            this.point = point;
            for (Kind kind : Kind.values()) {
                int[] people = kind == Kind.RANDOM
                        ? delivered
                        : kind.ordinal() > Kind.SWAP_OTHER.ordinal() ? paired : rows(i -> true);
                if (people.length > 0) {
                    rows.put(kind, point.recogniser().features().ofScaled(pictures(kind, people)));
                }
            }
            strangers =
                    bystanders.isEmpty() ? null : point.recogniser().features().ofScaled(bystanders);
        }

        int add() {
            if (delivered.length > 0) {
                found();
            }
            if (paired.length > 1) {
                linked();
            }
            String key = point.recogniser().key();
            String whose = point.recogniser().independent() ? "independent of training" : "used in training";
            sections.add(new EvaluationReport.Section(
                    "recogniser_" + key, "By " + key + " (" + whose + "), threshold " + point.threshold(), figures));
            return figures.size();
        }

        private HostArray of(Kind kind) {
            HostArray found = rows.get(kind);
            if (found == null) {
                throw new IllegalStateException("nobody has a picture of kind " + kind);
            }
            return found;
        }

        private HostArray of(Kind kind, int[] people) {
            HostArray all = of(kind);
            return Batches.joined(Arrays.stream(people)
                    .mapToObj(i -> Batches.rows(all, i, i + 1))
                    .toList());
        }

        private void found() {
            double[] cosines = Embeddings.cosines(of(Kind.ORIGINAL, delivered), of(Kind.RANDOM));
            figures.add(figure("below_threshold", "delivered pictures below the threshold", 1 - accepted(cosines)));
            figures.add(figure("after_mean", "cosine original to delivered, mean", mean(cosines)));
            figures.add(figure("after_max", "cosine original to delivered, greatest", max(cosines)));
            ranks("rank", "found in a gallery of originals", Kind.RANDOM, Kind.ORIGINAL, delivered);
            ranks("rank_other", "found in a gallery of other pictures", Kind.RANDOM, Kind.OTHER, delivered);
            ranks("rank_swap", "plain swap found in a gallery of originals", Kind.SWAP, Kind.ORIGINAL, rows(i -> true));
            Impostors impostors =
                    Impostors.of(of(Kind.ORIGINAL), IntStream.range(0, count).toArray());
            Verification verification = new Verification(cosines, impostors.similarities());
            figures.add(
                    figure("eer", "equal error rate, delivered against impostors (0.5 is ideal)", verification.eer()));
            figures.add(
                    figure("far_here", "FAR of the threshold on these people", verification.far(point.threshold())));
        }

        private void ranks(String key, String title, Kind queries, Kind gallery, int[] people) {
            HostArray asked = of(queries);
            int[] ranks = ranks(asked, of(gallery), people);
            for (int place : PLACES) {
                double share = Arrays.stream(ranks).filter(r -> r < place).count() / (double) ranks.length;
                figures.add(figure(key + "_" + place, title + ", first " + place, share));
            }
        }

        /** Among all people, whether something of them was delivered or not, and the bystanders. */
        private int[] ranks(HostArray queries, HostArray gallery, int[] people) {
            HostArray all = strangers == null ? gallery : Batches.joined(List.of(gallery, strangers));
            List<float[]> known = IntStream.range(0, all.shape().dim(0))
                    .mapToObj(g -> Codes.row(all, g))
                    .toList();
            int[] ranks = new int[people.length];
            for (int q = 0; q < people.length; q++) {
                float[] query = Codes.row(queries, q);
                double own = IdEncoder.cosine(query, known.get(people[q]));
                ranks[q] = (int) known.stream()
                        .filter(k -> IdEncoder.cosine(query, k) > own)
                        .count();
            }
            return ranks;
        }

        private void linked() {
            double[] same = Embeddings.cosines(of(Kind.PSEUDONYM), of(Kind.PSEUDONYM_OTHER));
            double[] swaps = Embeddings.cosines(of(Kind.SWAP), of(Kind.SWAP_OTHER));
            double[] keys = Embeddings.cosines(of(Kind.PSEUDONYM), of(Kind.OTHER_KEY));
            double[] back = Embeddings.cosines(of(Kind.ORIGINAL, paired), of(Kind.PSEUDONYM));
            figures.add(figure("pseudonym_below_threshold", "pseudonyms below the threshold", 1 - accepted(back)));
            figures.add(figure("pseudonym_after_max", "cosine original to pseudonym, greatest", max(back)));
            ranks("pseudonym_rank", "pseudonym found in a gallery of originals", Kind.PSEUDONYM, Kind.ORIGINAL, paired);
            figures.add(figure("linked", "two pictures under one key accepted as one", accepted(same)));
            figures.add(figure("linked_swap", "two plain swaps onto one identity accepted as one", accepted(swaps)));
            figures.add(figure("linked_cosine", "cosine of two pictures under one key", mean(same)));
            figures.add(figure("linked_swap_cosine", "cosine of two plain swaps onto one identity", mean(swaps)));
            figures.add(figure("linked_keys", "one picture under two keys accepted as one", accepted(keys)));
            Impostors people = Impostors.of(
                    of(Kind.PSEUDONYM), IntStream.range(0, paired.length).toArray());
            figures.add(figure(
                    "linked_people", "pseudonyms of two people accepted as one", accepted(people.similarities())));
        }

        private double accepted(double[] cosines) {
            return Arrays.stream(cosines).filter(c -> c >= point.threshold()).count() / (double) cosines.length;
        }
    }

    private static double mean(double[] values) {
        return DoubleStream.of(values).average().orElse(Double.NaN);
    }

    private static double max(double[] values) {
        return DoubleStream.of(values).max().orElse(Double.NaN);
    }

    /** Landmarks and factors of random identities, beside those of plain swaps. */
    private List<FactorScore> kept() {
        List<Figure> figures = new ArrayList<>();
        landmarks(figures, "landmark_px", "landmarks, random identity", Kind.RANDOM, Kind.ORIGINAL);
        landmarks(figures, "landmark_px_pseudonym", "landmarks, pseudonym", Kind.PSEUDONYM, Kind.ORIGINAL);
        landmarks(figures, "landmark_px_swap", "landmarks, plain swap", Kind.SWAP, Kind.ORIGINAL);
        List<FactorScore> random = factors(Kind.RANDOM);
        agreement(figures, "agreement", "attributes agreeing, random identity", random);
        agreement(figures, "agreement_pseudonym", "attributes agreeing, pseudonym", factors(Kind.PSEUDONYM));
        agreement(figures, "agreement_swap", "attributes agreeing, plain swap", factors(Kind.SWAP));
        sections.add(new EvaluationReport.Section("kept", "What is kept", figures));
        return random;
    }

    private void landmarks(List<Figure> figures, String key, String title, Kind made, Kind original) {
        ImageFeatures network = networks.landmarks();
        int[] people = rows(i -> has(i, made));
        if (network == null || people.length == 0) {
            return;
        }
        double[] pixels = Landmarks.meanPixels(
                network.ofScaled(pictures(made, people)),
                network.ofScaled(pictures(original, people)),
                anonymizer.resolution());
        Interval interval =
                Bootstrap.ofRows(people.length, Bootstrap.RESAMPLES, seed).mean(pixels);
        figures.add(new Figure(key, title, "px", interval, ""));
    }

    private List<FactorScore> factors(Kind made) {
        ImageFeatures network = networks.factors();
        FactorLayout layout = networks.layout();
        int[] people = rows(i -> has(i, made));
        if (network == null || layout == null || people.length < 2) {
            return List.of();
        }
        HostArray truth = layout.truth(
                Arrays.stream(people).mapToObj(i -> drawn.heads().get(i)).toList());
        FactorReadings readings = new FactorReadings(
                layout,
                network.ofScaled(pictures(made, people)),
                truth,
                truth,
                network.ofScaled(pictures(Kind.ORIGINAL, people)),
                null);
        return readings.scores(Bootstrap.ofRows(people.length, Bootstrap.RESAMPLES, seed));
    }

    private static void agreement(List<Figure> figures, String key, String title, List<FactorScore> scores) {
        double mean = scores.stream()
                .filter(s -> s.readable() && !s.factor().ofIdentity())
                .mapToDouble(s -> s.toAttributes().value())
                .average()
                .orElse(Double.NaN);
        figures.add(figure(key, title, mean));
    }
}
