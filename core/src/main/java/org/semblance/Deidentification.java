package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.semblance.DeidentificationPictures.Kind;
import org.semblance.image.Image;
import org.semblance.metrics.Bootstrap;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.FactorScore;
import org.semblance.metrics.Figure;
import org.semblance.metrics.Interval;
import org.semblance.metrics.MeasuringNetworks;
import org.semblance.metrics.PhaseTimes;
import org.semblance.privacy.Criterion;
import org.semblance.privacy.OperatingPoint;

/**
 * Measures an {@link Anonymizer} on rendered heads ({@code docs/anonymisation.md}, Measuring): what recognisers find,
 * whether pseudonyms hold together, and what is kept, beside a plain swap onto a stranger.
 */
public final class Deidentification {
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
            RecogniserFigures figures = times.of("recognising", () -> new RecogniserFigures(point, drawn, bystanders));
            sections.add(times.of("comparing", figures::section));
        }
        KeptFigures kept = new KeptFigures(networks, drawn, anonymizer.resolution(), seed);
        sections.add(times.of("attributes", kept::section));
        List<FactorScore> factors = kept.factors();
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

    /** Of none there is no share, but a reason. */
    private static Figure share(String key, String title, int count, int of, String none) {
        return of == 0
                ? new Figure(key, title, "", null, none)
                : new Figure(key, title, "", Interval.of((double) count / of), count + " of " + of);
    }

    private void delivery() {
        List<Figure> figures = new ArrayList<>();
        figures.add(figure("refused_random", "refused, random identity", refused(Kind.RANDOM)));
        figures.add(figure("refused_pseudonym", "refused, pseudonym", refused(Kind.PSEUDONYM)));
        figures.add(
                figure("refused_pseudonym_other", "refused, pseudonym, other picture", refused(Kind.PSEUDONYM_OTHER)));
        RepeatedPseudonyms repeated = drawn.repeated();
        figures.add(share(
                "pseudonym_repeated",
                "pseudonyms equal to the bit in another run",
                repeated.same(),
                repeated.drawn(),
                "none of those drawn twice was delivered"));
        WrittenCertificates certificates = drawn.certificates();
        figures.add(share(
                "certificates",
                "certificates that hold, computed again from files",
                certificates.holding(),
                certificates.files(),
                "nothing was delivered"));
        sections.add(new EvaluationReport.Section("delivery", "Delivery", figures));
    }

    private double refused(Kind kind) {
        return (double) drawn.of(kind).stream().filter(Optional::isEmpty).count() / count;
    }
}
