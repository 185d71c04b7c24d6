package org.semblance;

import java.util.ArrayList;
import java.util.List;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.Figure;
import org.semblance.metrics.Interval;
import org.semblance.privacy.Criterion;
import org.semblance.privacy.OperatingPoint;

/** What a de-identification must reach, read in its figures. */
final class DeidentificationCriteria {
    private static final double REFUSED = 0.01;
    private static final double FOUND = 0.01;
    private static final double LANDMARKS = 1.5;
    /** Standard errors below which 5 % of normal numbers lie. */
    private static final double ONE_SIDED = 1.645;

    private final EvaluationReport report;
    private final List<Criterion> all = new ArrayList<>();

    private DeidentificationCriteria(EvaluationReport report) {
        this.report = report;
    }

    /** Of the figures of {@link Deidentification}. */
    static List<Criterion> of(EvaluationReport report, List<OperatingPoint> points) {
        DeidentificationCriteria criteria = new DeidentificationCriteria(report);
        criteria.atMost("delivery/refused_random", REFUSED);
        criteria.atMost("delivery/refused_pseudonym", REFUSED);
        criteria.atMost("delivery/refused_pseudonym_other", REFUSED);
        criteria.atLeast("delivery/pseudonym_repeated", 1);
        criteria.atLeast("delivery/certificates", 1);
        points.forEach(criteria::add);
        criteria.atMost("kept/landmark_px", LANDMARKS);
        criteria.atMost("kept/landmark_px_pseudonym", LANDMARKS);
        criteria.noWorse("kept/agreement_less_swap");
        criteria.noWorse("kept/agreement_pseudonym_less_swap");
        return List.copyOf(criteria.all);
    }

    private void add(OperatingPoint point) {
        String section = "recogniser_" + point.recogniser().key();
        atLeast(section + "/below_threshold", 1);
        atLeast(section + "/pseudonym_below_threshold", 1);
        atMost(section + "/rank_1", FOUND);
        atMost(section + "/rank_other_1", FOUND);
        atMost(section + "/pseudonym_rank_1", FOUND);
        atLeast(section + "/linked", value(section + "/linked_swap"));
        atMost(section + "/linked_keys_low", point.far());
    }

    private void atMost(String path, double bound) {
        all.add(Criterion.atMost(path, title(path), value(path), bound));
    }

    private void atLeast(String path, double bound) {
        all.add(Criterion.atLeast(path, title(path), value(path), bound));
    }

    /** A difference whose one-sided 95 % bound by its standard error reaches zero. */
    private void noWorse(String path) {
        atLeast(path, -ONE_SIDED * value(path + "_error"));
    }

    private double value(String path) {
        return report.figure(path).map(Interval::value).orElse(Double.NaN);
    }

    private String title(String path) {
        String section = path.substring(0, path.indexOf('/'));
        String title = report.sections().stream()
                .filter(s -> s.key().equals(section))
                .flatMap(s -> s.figures().stream())
                .filter(f -> path.endsWith("/" + f.key()))
                .map(Figure::title)
                .findFirst()
                .orElse(path);
        return section.startsWith("recogniser_") ? title + ", " + section.substring("recogniser_".length()) : title;
    }
}
