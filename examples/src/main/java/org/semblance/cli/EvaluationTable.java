package org.semblance.cli;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.Factor;
import org.semblance.metrics.FactorScore;
import org.semblance.metrics.Figure;
import org.semblance.metrics.Interval;
import org.semblance.metrics.ProbeScore;

/** A report for people to read. */
record EvaluationTable(EvaluationReport report) {
    private static final int TITLE = 62;

    String text(String model, double seconds) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT, "%s on %s (%.0f s)%n", model, report.about().get("data"), seconds));
        text.append(String.format("in brackets: 95 %% intervals by bootstrap of people%n"));
        for (EvaluationReport.Section section : report.sections()) {
            text.append(String.format("%n%s%n", section.title()));
            section.figures().forEach(f -> text.append(line(f)));
        }
        if (!report.factors().isEmpty()) {
            factors(text);
        }
        return text.toString();
    }

    private static String line(Figure figure) {
        Interval value = figure.value();
        String rest = figure.note().isEmpty() ? "" : "  (" + figure.note() + ")";
        if (value == null || Double.isNaN(value.value())) {
            return String.format("  %-" + TITLE + "s not available%s%n", figure.title(), rest);
        }
        String unit = figure.unit().isEmpty() ? "" : " " + figure.unit();
        return String.format("  %-" + TITLE + "s %s%s%s%n", figure.title(), number(value), unit, rest);
    }

    private static String number(Interval value) {
        String figure = number(value.value());
        return value.hasEnds()
                ? figure + " [" + number(value.low()).strip() + ", "
                        + number(value.high()).strip() + "]"
                : figure;
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "      -";
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%7.1f" : "%7.3f", value);
    }

    private void factors(StringBuilder text) {
        text.append(String.format(
                "%nFactors: agreement of outputs with both heads (* the regressor reads it), and what probes read%n"));
        text.append(String.format(
                "  %-13s %-9s %7s %7s %7s %7s %7s | %7s %7s %7s%n",
                "factor", "of", "reader", "to id", "to attr", "swap", "chance", "id code", "attr c.", "style"));
        for (FactorScore score : report.factors()) {
            text.append(row(score, probe(report.probes(), score.factor())));
        }
    }

    private static @Nullable ProbeScore probe(List<ProbeScore> probes, Factor factor) {
        return probes.stream()
                .filter(p -> p.factor().equals(factor))
                .findFirst()
                .orElse(null);
    }

    private static String row(FactorScore score, @Nullable ProbeScore probe) {
        String read = probe == null
                ? ""
                : number(probe.fromIdentity()) + " " + number(probe.fromAttributes()) + " " + number(probe.fromStyle());
        return String.format(
                "%s %-13s %-9s %s %s %s %s %s | %s%n",
                score.readable() ? " *" : "  ",
                score.factor().name(),
                score.factor().ofIdentity() ? "identity" : "attribute",
                number(score.regressor()),
                number(score.toIdentity().value()),
                number(score.toAttributes().value()),
                number(score.ceiling()),
                number(score.chance()),
                read);
    }
}
