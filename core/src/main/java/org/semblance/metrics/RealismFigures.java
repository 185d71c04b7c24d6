package org.semblance.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.semblance.array.HostArray;
import org.semblance.metrics.Measurements.Of;

/** How outputs as a whole differ from pictures as a whole ({@code docs/evaluation.md}, section 3). */
final class RealismFigures {
    private final Measurements measured;
    private final Map<String, ImageFeatures> features;
    private final EvaluationConfig config;
    private final List<Figure> figures = new ArrayList<>();

    RealismFigures(Measurements measured, Map<String, ImageFeatures> features, EvaluationConfig config) {
        this.measured = measured;
        this.features = features;
        this.config = config;
    }

    static String name(String network) {
        return "features " + network;
    }

    EvaluationReport.Section section() {
        if (features.isEmpty()) {
            figures.add(Figure.missing("fid", "FID", "no feature network"));
            figures.add(Figure.missing("kid", "KID", "no feature network"));
        }
        features.keySet().stream().sorted().forEach(this::distances);
        return new EvaluationReport.Section("realism", "Realism: outputs against pictures", figures);
    }

    private void distances(String network) {
        HostArray real = measured.joined(name(network), List.of(Of.IDENTITY, Of.ATTRIBUTES));
        HostArray made = measured.rows(name(network), Of.OUTPUT);
        String note = made.shape().dim(0) + " outputs, " + real.shape().dim(0) + " pictures, "
                + made.shape().dim(1) + " features";
        boolean enough = made.shape().dim(0) > made.shape().dim(1);
        figures.add(
                enough
                        ? Figure.of(
                                        "fid_" + network,
                                        "Frechet distance of " + network,
                                        "",
                                        Interval.of(FrechetDistance.of(real, made)))
                                .noted(note)
                        : Figure.missing(
                                "fid_" + network, "Frechet distance of " + network, "needs more pairs than features"));
        double kid =
                KernelDistance.ofSubsets(real, made, KernelDistance.SUBSETS, KernelDistance.SUBSET_SIZE, config.seed());
        figures.add(Figure.of("kid_" + network, "kernel distance of " + network, "", Interval.of(kid))
                .noted(note));
    }
}
