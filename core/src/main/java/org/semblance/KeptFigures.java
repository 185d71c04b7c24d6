package org.semblance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.semblance.DeidentificationPictures.Kind;
import org.semblance.array.HostArray;
import org.semblance.metrics.Bootstrap;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.FactorLayout;
import org.semblance.metrics.FactorReadings;
import org.semblance.metrics.FactorScore;
import org.semblance.metrics.Figure;
import org.semblance.metrics.ImageFeatures;
import org.semblance.metrics.Interval;
import org.semblance.metrics.Landmarks;
import org.semblance.metrics.MeasuringNetworks;
import org.semblance.metrics.PairedAgreement;

/** What a de-identification keeps of pictures, beside what plain swaps onto strangers keep of the same ones. */
final class KeptFigures {
    private final MeasuringNetworks networks;
    private final DeidentificationPictures drawn;
    private final int resolution;
    private final long seed;
    private final List<Figure> figures = new ArrayList<>();
    private List<FactorScore> factors = List.of();

    KeptFigures(MeasuringNetworks networks, DeidentificationPictures drawn, int resolution, long seed) {
        this.networks = networks;
        this.drawn = drawn;
        this.resolution = resolution;
        this.seed = seed;
    }

    /** Measures. */
    EvaluationReport.Section section() {
        landmarks("landmark_px", "landmarks, random identity", Kind.RANDOM);
        landmarks("landmark_px_pseudonym", "landmarks, pseudonym", Kind.PSEUDONYM);
        landmarks("landmark_px_swap", "landmarks, plain swap", Kind.SWAP);
        factors = agreement("agreement", "attributes agreeing, random identity", Kind.RANDOM);
        agreement("agreement_pseudonym", "attributes agreeing, pseudonym", Kind.PSEUDONYM);
        agreement("agreement_swap", "attributes agreeing, plain swap", Kind.SWAP);
        difference("agreement_less_swap", "attributes, random identity less plain swap", Kind.RANDOM);
        difference("agreement_pseudonym_less_swap", "attributes, pseudonym less plain swap", Kind.PSEUDONYM);
        return new EvaluationReport.Section("kept", "What is kept", figures);
    }

    /** Of random identities, after {@link #section}. */
    List<FactorScore> factors() {
        return factors;
    }

    private void landmarks(String key, String title, Kind made) {
        ImageFeatures network = networks.landmarks();
        int[] people = drawn.having(made);
        if (network == null || people.length == 0) {
            return;
        }
        double[] pixels = Landmarks.meanPixels(
                network.ofScaled(drawn.pictures(made, people)),
                network.ofScaled(drawn.pictures(Kind.ORIGINAL, people)),
                resolution);
        Interval interval =
                Bootstrap.ofRows(people.length, Bootstrap.RESAMPLES, seed).mean(pixels);
        figures.add(new Figure(key, title, "px", interval, ""));
    }

    private List<FactorScore> agreement(String key, String title, Kind made) {
        int[] people = drawn.having(made);
        FactorReadings readings = readings(made, people);
        List<FactorScore> scores = readings == null ? List.of() : readings.scores(bootstrap(people));
        double mean = scores.stream()
                .filter(s -> s.readable() && !s.factor().ofIdentity())
                .mapToDouble(s -> s.toAttributes().value())
                .average()
                .orElse(Double.NaN);
        figures.add(new Figure(key, title, "", Interval.of(mean), ""));
        return scores;
    }

    private void difference(String key, String title, Kind made) {
        int[] people = drawn.having(made, Kind.SWAP);
        FactorReadings readings = readings(made, people);
        FactorReadings swaps = readings(Kind.SWAP, people);
        if (readings == null || swaps == null) {
            return;
        }
        PairedAgreement paired = PairedAgreement.of(readings, swaps, bootstrap(people));
        String note =
                String.format(Locale.ROOT, "standard error %.4f, %d attributes", paired.error(), paired.factors());
        figures.add(new Figure(key, title, "", paired.difference(), note));
        figures.add(new Figure(key + "_error", title + ", standard error", "", Interval.of(paired.error()), ""));
    }

    private Bootstrap bootstrap(int[] people) {
        return Bootstrap.ofRows(people.length, Bootstrap.RESAMPLES, seed);
    }

    private @Nullable FactorReadings readings(Kind made, int[] people) {
        ImageFeatures network = networks.factors();
        FactorLayout layout = networks.layout();
        if (network == null || layout == null || people.length < 2) {
            return null;
        }
        HostArray truth = layout.truth(
                Arrays.stream(people).mapToObj(i -> drawn.heads().get(i)).toList());
        return new FactorReadings(
                layout,
                network.ofScaled(drawn.pictures(made, people)),
                truth,
                truth,
                network.ofScaled(drawn.pictures(Kind.ORIGINAL, people)),
                null);
    }
}
