package org.semblance.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.semblance.array.HostArray;
import org.semblance.metrics.Measurements.Of;

/** Landmarks, pose and expression of outputs against attribute pictures ({@code docs/evaluation.md}, section 2). */
final class GeometryFigures {
    private static final String NETWORK = "landmarks";
    private static final String NONE = "no landmark network";
    private static final String DISTANCE = "mean landmark distance";
    private static final String RMS = "root mean square landmark distance";
    private static final String RMS_51 = "root mean square landmark distance, 51 points";
    private static final String GRID = "squared error, 51 points, grid of 160";
    private static final String NME = "distance over distance of the eyes";
    private static final String NME_51 = "distance over distance of the eyes, 51 points";

    private final Measurements measured;
    private final Bootstrap bootstrap;
    private final int side;
    private final List<Figure> figures = new ArrayList<>();

    GeometryFigures(Measurements measured, Bootstrap bootstrap, int side) {
        this.measured = measured;
        this.bootstrap = bootstrap;
        this.side = side;
    }

    EvaluationReport.Section section(ComparisonFigures comparisons) {
        if (measured.has(NETWORK, Of.OUTPUT)) {
            landmarks(measured.rows(NETWORK, Of.ATTRIBUTES), measured.rows(NETWORK, Of.OUTPUT));
        } else {
            missing("landmark_px", DISTANCE, NONE);
            missing("landmark_rms", RMS, NONE);
            missingOf68(NONE);
        }
        figures.addAll(comparisons.outputs(bootstrap));
        return new EvaluationReport.Section(
                "geometry", "Landmarks, pose and expression: output to attribute picture", figures);
    }

    private void missing(String key, String title, String why) {
        figures.add(Figure.missing(key, title, why));
    }

    private void missingOf68(String why) {
        missing("landmark_mse160", GRID, why);
        missing("landmark_nme", NME, why);
        missing("landmark_rms_51", RMS_51, why);
        missing("landmark_nme_51", NME_51, why);
    }

    private void landmarks(HostArray wanted, HostArray got) {
        add("landmark_px", DISTANCE, "px", Landmarks.meanPixels(got, wanted, side));
        if (measured.has(NETWORK, Of.SWAP)) {
            HostArray swaps = measured.rows(NETWORK, Of.SWAP);
            add("landmark_px_swap", "of a true swap (yardstick)", "px", Landmarks.meanPixels(swaps, wanted, side));
        }
        add(
                "landmark_px_identity",
                "identity to attribute picture (nothing moved)",
                "px",
                Landmarks.meanPixels(measured.rows(NETWORK, Of.IDENTITY), wanted, side));
        rms("landmark_rms", RMS, Landmarks.squaredPixels(got, wanted, side));
        if (wanted.shape().dim(1) == 2 * Landmarks.IBUG) {
            add("landmark_mse160", GRID, "px2", Landmarks.squaredOnGrid(got, wanted));
            add("landmark_nme", NME, "", Landmarks.normalised(got, wanted));
            rms("landmark_rms_51", RMS_51, Landmarks.innerSquaredPixels(got, wanted, side));
            add("landmark_nme_51", NME_51, "", Landmarks.innerNormalised(got, wanted));
            for (FaceMeasure measure : FaceMeasure.values()) {
                proxy(measure, wanted, got);
            }
        } else {
            missingOf68("needs 68 points, got " + wanted.shape().dim(1) / 2);
        }
    }

    private void add(String key, String title, String unit, double[] values) {
        figures.add(Figure.of(key, title, unit, bootstrap.mean(values)));
    }

    /** The root of the mean over pairs. */
    private void rms(String key, String title, double[] squares) {
        figures.add(Figure.of(key, title, "px", bootstrap.of(rows -> Math.sqrt(Statistics.mean(squares, rows)))));
    }

    private void proxy(FaceMeasure measure, HostArray wanted, HostArray got) {
        double[] w = measure.of(wanted);
        double[] g = measure.of(got);
        figures.add(Figure.of(
                "proxy_" + measure.name().toLowerCase(Locale.ROOT),
                measure.title() + ", correlation",
                "",
                bootstrap.of(rows -> Statistics.correlation(w, g, rows))));
    }
}
