package org.semblance.metrics;

import java.util.ArrayList;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.metrics.Measurements.Of;

/** Landmarks, pose and expression of outputs against attribute pictures ({@code docs/evaluation.md}, section 2). */
final class GeometryFigures {
    private static final String NETWORK = "landmarks";

    private final Measurements measured;
    private final Bootstrap bootstrap;
    private final int side;
    private final List<Figure> figures = new ArrayList<>();

    GeometryFigures(Measurements measured, Bootstrap bootstrap, int side) {
        this.measured = measured;
        this.bootstrap = bootstrap;
        this.side = side;
    }

    EvaluationReport.Section section() {
        if (measured.has(NETWORK, Of.OUTPUT)) {
            HostArray wanted = measured.rows(NETWORK, Of.ATTRIBUTES);
            HostArray got = measured.rows(NETWORK, Of.OUTPUT);
            distances(wanted, got);
            for (FaceMeasure measure : FaceMeasure.values()) {
                proxy(measure, wanted, got);
            }
        } else {
            figures.add(Figure.missing("landmark_px", "landmark distance", "no landmark network"));
        }
        return new EvaluationReport.Section(
                "geometry", "Landmarks, pose and expression: output to attribute picture", figures);
    }

    private void distances(HostArray wanted, HostArray got) {
        add("landmark_px", "mean landmark distance", "px", Landmarks.meanPixels(got, wanted, side));
        if (measured.has(NETWORK, Of.SWAP)) {
            HostArray swaps = measured.rows(NETWORK, Of.SWAP);
            add("landmark_px_swap", "of a true swap (yardstick)", "px", Landmarks.meanPixels(swaps, wanted, side));
        }
        add(
                "landmark_px_identity",
                "identity to attribute picture (nothing moved)",
                "px",
                Landmarks.meanPixels(measured.rows(NETWORK, Of.IDENTITY), wanted, side));
        if (wanted.shape().dim(1) == 2 * Landmarks.IBUG) {
            add(
                    "landmark_mse160",
                    "squared error, 51 points, grid of 160",
                    "px2",
                    Landmarks.squaredOnGrid(got, wanted));
            add("landmark_nme", "distance over distance of the eyes", "", Landmarks.normalised(got, wanted));
        }
    }

    private void add(String key, String title, String unit, double[] values) {
        figures.add(Figure.of(key, title, unit, bootstrap.mean(values)));
    }

    private void proxy(FaceMeasure measure, HostArray wanted, HostArray got) {
        double[] w = measure.of(wanted);
        double[] g = measure.of(got);
        figures.add(Figure.of(
                "proxy_" + measure.name().toLowerCase(java.util.Locale.ROOT),
                measure.title() + ", correlation",
                "",
                bootstrap.of(rows -> Statistics.correlation(w, g, rows))));
    }
}
