package org.semblance.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.semblance.json.Json;

/**
 * What was measured.
 *
 * @param about model, data, networks and settings, as JSON members
 * @param sections figures in groups
 * @param factors agreement factor by factor, empty without a regressor
 * @param probes what linear probes read in the codes, factor by factor; empty without factors or with few pairs
 */
public record EvaluationReport(
        Map<String, Object> about, List<Section> sections, List<FactorScore> factors, List<ProbeScore> probes) {
    /** Version of {@link #json}. */
    public static final int SCHEMA = 1;

    public EvaluationReport {
        sections = List.copyOf(sections);
        factors = List.copyOf(factors);
        probes = List.copyOf(probes);
    }

    /** Figures that belong together. */
    public record Section(String key, String title, List<Figure> figures) {
        public Section {
            figures = List.copyOf(figures);
        }
    }

    /** A figure by {@code section/key}; empty if there is none or it is not available. */
    public Optional<Interval> figure(String path) {
        for (Section section : sections) {
            for (Figure figure : section.figures) {
                if ((section.key + "/" + figure.key()).equals(path)) {
                    return Optional.ofNullable(figure.value());
                }
            }
        }
        return Optional.empty();
    }

    /** The score of a factor. */
    public Optional<FactorScore> factor(String name) {
        return factors.stream().filter(f -> f.factor().name().equals(name)).findFirst();
    }

    /** Everything, in the form that {@code docs/evaluation.md} describes. */
    public Json json() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("schema", SCHEMA);
        root.putAll(about);
        Map<String, Object> groups = new LinkedHashMap<>();
        for (Section section : sections) {
            Map<String, Object> figures = new LinkedHashMap<>();
            section.figures.forEach(f -> figures.put(f.key(), f.json()));
            groups.put(section.key, figures);
        }
        root.put("figures", groups);
        Map<String, Object> scores = new LinkedHashMap<>();
        factors.forEach(f -> scores.put(f.factor().name(), f.json()));
        root.put("factors", scores);
        Map<String, Object> read = new LinkedHashMap<>();
        probes.forEach(p -> read.put(p.factor().name(), p.json()));
        root.put("probes", read);
        return Json.of(root);
    }
}
