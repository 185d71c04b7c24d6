package org.semblance.metrics;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.heads.HeadFactors;
import org.semblance.metrics.Measurements.Of;

/** Agreement of outputs with the factors of both heads, over groups of factors. */
final class FactorFigures {
    /** What a person sees at once, by the factors of synthetic heads that make it. */
    private static final Map<String, List<String>> GROUPS = Map.of(
            "background", List.of("bg_hue", "bg_sat", "bg_val", "bg_grad"),
            "clothes", List.of("shirt_hue", "shirt_sat", "shirt_val"),
            "hair_length", List.of("hair_len"),
            "light", List.of("light_az", "light_el", "light_warm", "light_int"),
            "pose", List.of("yaw", "pitch", "roll"),
            "expression", List.of("mouth_open", "smile", "brow_raise", "eye_open"),
            "place", List.of("scale", "tx", "ty"));

    private static final List<String> POSE = List.of("yaw", "pitch", "roll");

    private final List<FactorScore> scores;
    private final List<Figure> figures = new ArrayList<>();

    FactorFigures(List<FactorScore> scores) {
        this.scores = scores;
    }

    /** Whether a regressor reads yaw, pitch and roll. */
    static boolean tellsPose(@Nullable FactorLayout layout) {
        return layout != null && angles(layout).size() == POSE.size();
    }

    private static List<Factor> angles(FactorLayout layout) {
        return layout.factors().stream().filter(f -> POSE.contains(f.name())).toList();
    }

    EvaluationReport.Section section(@Nullable FactorReadings readings, Bootstrap bootstrap) {
        if (readings == null) {
            figures.add(Figure.missing("agreement", "agreement with the factors", "no factor regressor"));
        } else {
            mean("identity_right", "identity factors: with the identity picture", true, true);
            mean("identity_wrong", "identity factors: with the attribute picture", true, false);
            mean("attributes_right", "attribute factors: with the attribute picture", false, true);
            mean("attributes_wrong", "attribute factors: with the identity picture", false, false);
            GROUPS.keySet().stream().sorted().forEach(this::group);
            pose(readings, bootstrap);
            scores.forEach(this::category);
        }
        return new EvaluationReport.Section(
                "agreement", "Agreement of factors (correlation over those that the regressor reads)", figures);
    }

    private void mean(String key, String title, boolean ofIdentity, boolean right) {
        double mean = scores.stream()
                .filter(s -> s.readable() && s.factor().kind() != Factor.Kind.CATEGORICAL)
                .filter(s -> s.factor().ofIdentity() == ofIdentity)
                .mapToDouble(s -> (right ? s.right() : s.wrong()).value())
                .average()
                .orElse(Double.NaN);
        figures.add(Figure.of(key, title, "", Interval.of(mean)));
    }

    private void group(String name) {
        double[] right = scores.stream()
                .filter(s ->
                        requireNonNull(GROUPS.get(name)).contains(s.factor().name()) && s.readable())
                .mapToDouble(s -> s.right().value())
                .toArray();
        if (right.length > 0) {
            figures.add(Figure.of(name, name.replace('_', ' '), "", Interval.of(Statistics.mean(right)))
                    .noted("mean of " + right.length));
        }
    }

    private void category(FactorScore score) {
        if (score.factor().kind() == Factor.Kind.CATEGORICAL) {
            String name = score.factor().name();
            String whose = score.factor().ofIdentity() ? "identity" : "attribute";
            String note = String.format(Locale.ROOT, "chance %.3f", score.chance());
            figures.add(Figure.of(name, name + " as in the " + whose + " picture", "", score.right())
                    .noted(note));
            if (!Double.isNaN(score.recall().value())) {
                figures.add(Figure.of(name + "_recall", name + ": shown where it should be", "", score.recall()));
            }
        }
    }

    /** Angles by the regressor's readings of outputs against the heads of the attribute pictures. */
    private void pose(FactorReadings readings, Bootstrap bootstrap) {
        if (!tellsPose(readings.layout())) {
            return;
        }
        List<Factor> angles = angles(readings.layout());
        int n = readings.outputs().shape().dim(0);
        double[] geodesic = new double[n];
        double[] euclidean = new double[n];
        for (int i = 0; i < n; i++) {
            double[] got = angles(readings.outputs(), i, angles);
            double[] wanted = angles(readings.attributes(), i, angles);
            geodesic[i] = PoseError.geodesic(got, wanted);
            euclidean[i] = PoseError.euclidean(got, wanted);
        }
        figures.add(Figure.of("pose_error", "pose: yaw, pitch, roll apart", "degrees", bootstrap.mean(euclidean)));
        figures.add(Figure.of("pose_geodesic", "pose: angle of the turn between", "degrees", bootstrap.mean(geodesic)));
    }

    private static double[] angles(HostArray rows, int row, List<Factor> angles) {
        double[] all = new double[POSE.size()];
        for (Factor f : angles) {
            float s = rows.data()[row * rows.shape().dim(1) + f.column()];
            all[POSE.indexOf(f.name())] = HeadFactors.spec(f.name()).amplitude() * s;
        }
        return all;
    }

    /** What was read, against the truth where it is known; null without a regressor. */
    static @Nullable FactorReadings readings(Measurements measured, @Nullable FactorLayout layout) {
        if (layout == null) {
            return null;
        }
        boolean known = measured.has(Evaluation.TRUTH, Of.IDENTITY);
        String heads = known ? Evaluation.TRUTH : Evaluation.FACTORS;
        return new FactorReadings(
                layout,
                measured.rows(Evaluation.FACTORS, Of.OUTPUT),
                measured.rows(heads, Of.IDENTITY),
                measured.rows(heads, Of.ATTRIBUTES),
                known ? measured.rows(Evaluation.FACTORS, Of.IDENTITY) : null,
                known ? measured.rows(Evaluation.FACTORS, Of.SWAP) : null);
    }
}
