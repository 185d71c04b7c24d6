package org.semblance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.semblance.DeidentificationPictures.Kind;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
import org.semblance.metrics.BinomialShare;
import org.semblance.metrics.Embeddings;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.Figure;
import org.semblance.metrics.Impostors;
import org.semblance.metrics.Interval;
import org.semblance.metrics.Verification;
import org.semblance.privacy.Codes;
import org.semblance.privacy.OperatingPoint;

/** What one recogniser says of a de-identification. */
final class RecogniserFigures {
    private static final int[] PLACES = {1, 5};

    private final OperatingPoint point;
    private final Map<Kind, HostArray> rows = new EnumMap<>(Kind.class);
    private final int[] everybody;
    private final int[] delivered;
    private final int[] paired;
    private final @Nullable HostArray strangers;
    private final List<Figure> figures = new ArrayList<>();

    /** Reads all pictures. */
    RecogniserFigures(OperatingPoint point, DeidentificationPictures drawn, List<Image> bystanders) {
        this.point = point;
        everybody = drawn.having();
        delivered = drawn.having(Kind.RANDOM);
        paired = drawn.having(Kind.PSEUDONYM, Kind.PSEUDONYM_OTHER, Kind.OTHER_KEY);
        for (Kind kind : Kind.values()) {
            int[] people =
                    kind == Kind.RANDOM ? delivered : kind.ordinal() > Kind.SWAP_OTHER.ordinal() ? paired : everybody;
            if (people.length > 0) {
                rows.put(kind, point.recogniser().features().ofScaled(drawn.pictures(kind, people)));
            }
        }
        strangers = bystanders.isEmpty() ? null : point.recogniser().features().ofScaled(bystanders);
    }

    /** Compares them. */
    EvaluationReport.Section section() {
        if (delivered.length > 0) {
            found();
        }
        if (paired.length > 1) {
            linked();
        }
        String key = point.recogniser().key();
        String whose = point.recogniser().independent() ? "independent of training" : "used in training";
        return new EvaluationReport.Section(
                "recogniser_" + key, "By " + key + " (" + whose + "), threshold " + point.threshold(), figures);
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
        return Batches.joined(
                Arrays.stream(people).mapToObj(i -> Batches.rows(all, i, i + 1)).toList());
    }

    private void found() {
        double[] cosines = Embeddings.cosines(of(Kind.ORIGINAL, delivered), of(Kind.RANDOM));
        figures.add(figure("below_threshold", "delivered pictures below the threshold", 1 - accepted(cosines)));
        figures.add(figure("after_mean", "cosine original to delivered, mean", mean(cosines)));
        figures.add(figure("after_max", "cosine original to delivered, greatest", max(cosines)));
        ranks("rank", "found in a gallery of originals", Kind.RANDOM, Kind.ORIGINAL, delivered);
        ranks("rank_other", "found in a gallery of other pictures", Kind.RANDOM, Kind.OTHER, delivered);
        ranks("rank_swap", "plain swap found in a gallery of originals", Kind.SWAP, Kind.ORIGINAL, everybody);
        Impostors impostors = Impostors.of(of(Kind.ORIGINAL), everybody);
        Verification verification = new Verification(cosines, impostors.similarities());
        figures.add(figure("eer", "equal error rate, delivered against impostors (0.5 is ideal)", verification.eer()));
        figures.add(figure("far_here", "FAR of the threshold on these people", verification.far(point.threshold())));
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
        return IntStream.range(0, people.length)
                .parallel()
                .map(q -> rank(Codes.row(queries, q), known, people[q]))
                .toArray();
    }

    private static int rank(float[] query, List<float[]> known, int person) {
        double own = IdEncoder.cosine(query, known.get(person));
        return (int)
                known.stream().filter(k -> IdEncoder.cosine(query, k) > own).count();
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
        figures.add(share("linked_keys", "one picture under two keys accepted as one", keys));
        figures.add(figure(
                "linked_keys_low",
                "one picture under two keys, lower end of the interval",
                share(keys).interval().low()));
        double[] strangers = Embeddings.cosines(of(Kind.SWAP), of(Kind.SWAP_STRANGER));
        figures.add(share("linked_strangers", "one picture swapped onto two strangers accepted as one", strangers));
        Impostors people = Impostors.of(
                of(Kind.PSEUDONYM), IntStream.range(0, paired.length).toArray());
        figures.add(
                figure("linked_people", "pseudonyms of two people accepted as one", accepted(people.similarities())));
    }

    private double accepted(double[] cosines) {
        return share(cosines).value();
    }

    private BinomialShare share(double[] cosines) {
        long count = Arrays.stream(cosines).filter(c -> c >= point.threshold()).count();
        return new BinomialShare((int) count, cosines.length);
    }

    /** A share of independent pairs with its exact interval. */
    private Figure share(String key, String title, double[] cosines) {
        BinomialShare share = share(cosines);
        return new Figure(key, title, "", share.interval(), share.count() + " of " + share.of());
    }

    private static Figure figure(String key, String title, double value) {
        return new Figure(key, title, "", Interval.of(value), "");
    }

    private static double mean(double[] values) {
        return DoubleStream.of(values).average().orElse(Double.NaN);
    }

    private static double max(double[] values) {
        return DoubleStream.of(values).max().orElse(Double.NaN);
    }
}
