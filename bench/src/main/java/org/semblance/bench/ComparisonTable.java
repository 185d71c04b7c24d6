package org.semblance.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.semblance.json.Json;

/**
 * A markdown table from JMH's JSON results. A figure is the median of the medians of all rounds. A peer's is that of
 * its fastest form (layout, way of writing). The ratio is the median over rounds of ours by the fastest peer of the
 * same round; the second ratio looks only at PyTorch's default layout.
 */
final class ComparisonTable {
    private static final String HEAD = "| work | Semblance ms | Bytedeco PyTorch ms | DJL PyTorch ms | ratio |"
            + " ratio, default layout | required | met |\n|---|--:|--:|--:|--:|--:|--:|---|\n";

    private final List<Json> results;

    private ComparisonTable(List<Json> results) {
        this.results = results;
    }

    static String of(String json, String source) throws IOException {
        ComparisonTable table = new ComparisonTable(Json.parse(json, source).elements());
        StringBuilder text = new StringBuilder(HEAD);
        for (Comparison work : Comparison.all()) {
            if (!table.forms(work, Comparison.Library.SEMBLANCE, form -> true).isEmpty()) {
                text.append(table.row(work));
            }
        }
        return text.toString();
    }

    private String row(Comparison work) {
        List<Form> ours = forms(work, Comparison.Library.SEMBLANCE, form -> true);
        double ratio = ratio(work, ours.get(0), form -> true);
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %.1f | %s |%n",
                work.title(),
                fastest(ours),
                fastest(forms(work, Comparison.Library.BYTEDECO, form -> true)),
                fastest(forms(work, Comparison.Library.DJL, form -> true)),
                number(ratio),
                number(ratio(work, ours.get(0), Form::isDefaultLayout)),
                work.required(),
                Double.isNaN(ratio) ? "" : ratio <= work.required() ? "yes" : "no");
    }

    private static String number(double ratio) {
        return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static String fastest(List<Form> forms) {
        return forms.stream()
                .min((a, b) -> Double.compare(median(a.rounds), median(b.rounds)))
                .map(f -> String.format(Locale.ROOT, "%.2f %s", median(f.rounds), f.name)
                        .trim())
                .orElse("");
    }

    private double ratio(Comparison work, Form ours, Predicate<Form> kind) {
        List<Form> peers = new ArrayList<>(forms(work, Comparison.Library.BYTEDECO, kind));
        peers.addAll(forms(work, Comparison.Library.DJL, kind));
        double[] ratios = new double[ours.rounds.length];
        for (int i = 0; i < ratios.length; i++) {
            int round = i;
            double best = peers.stream()
                    .filter(f -> round < f.rounds.length)
                    .mapToDouble(f -> f.rounds[round])
                    .min()
                    .orElse(Double.NaN);
            ratios[i] = ours.rounds[i] / best;
        }
        return median(ratios);
    }

    /** One way in which a library does a work, with its median in every round. */
    private record Form(String name, double[] rounds) {
        boolean isDefaultLayout() {
            return name.isEmpty() || name.equals("nchw") || name.equals("-");
        }
    }

    private List<Form> forms(Comparison work, Comparison.Library library, Predicate<Form> kind) {
        List<Json> all = results.stream().filter(r -> matches(r, work, library)).toList();
        return all.stream()
                .map(ComparisonTable::form)
                .distinct()
                .map(name -> new Form(name, medians(all, name)))
                .filter(kind)
                .toList();
    }

    private static double[] medians(List<Json> all, String form) {
        return all.stream()
                .filter(r -> form(r).equals(form))
                .mapToDouble(r -> r.get("primaryMetric")
                        .get("scorePercentiles")
                        .get("50.0")
                        .asDouble())
                .toArray();
    }

    private static String form(Json result) {
        Json params = result.get("params");
        return params.find("layout")
                .or(() -> params.find("variant"))
                .map(Json::asString)
                .orElse("");
    }

    private static boolean matches(Json result, Comparison work, Comparison.Library library) {
        return result.get("benchmark").asString().equals(library.benchmark(work))
                && work.params().entrySet().stream().allMatch(e -> has(result.get("params"), e));
    }

    private static boolean has(Json params, Map.Entry<String, String> wanted) {
        return params.find(wanted.getKey())
                .map(Json::asString)
                .filter(wanted.getValue()::equals)
                .isPresent();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
