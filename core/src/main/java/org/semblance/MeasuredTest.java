package org.semblance;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.semblance.metrics.EvaluationConfig;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.Figure;
import org.semblance.metrics.Interval;
import org.semblance.metrics.PairSource;
import org.semblance.training.TestScores;

/**
 * A test during training by the whole protocol of {@link Evaluator}. Its score of identity is by a recogniser that is
 * independent of training, where the model's folder has one, and else by the training's own: cosine of identity picture
 * and output less that of attribute picture and output. Its error of landmarks is their mean distance in pixels.
 *
 * @param pairs what is swapped, the same at every test
 */
public record MeasuredTest(PairSource pairs) implements TrainingTest {
    private static final int RESAMPLES = 20;
    private static final int TABLE = 4;

    @Override
    public TestScores run(Disentangler snapshot, long step) throws IOException {
        EvaluationConfig standard = EvaluationConfig.standard(0);
        EvaluationConfig quick = new EvaluationConfig(standard.batch(), RESAMPLES, 0, TABLE);
        try (Evaluator evaluator = Evaluator.of(snapshot)) {
            EvaluationReport report = evaluator.run(pairs, quick, n -> {});
            Map<String, Double> all = new LinkedHashMap<>();
            report.sections().forEach(s -> s.figures().forEach(f -> put(all, s.key(), f)));
            String recogniser = evaluator.networks().recognisers().stream()
                    .filter(r -> r.independent())
                    .findFirst()
                    .orElse(evaluator.networks().recognisers().get(0))
                    .key();
            return new TestScores(
                    value(report, "identity_" + recogniser + "/separation"),
                    value(report, "geometry/landmark_px"),
                    Collections.unmodifiableMap(all));
        }
    }

    private static void put(Map<String, Double> all, String section, Figure figure) {
        Interval value = figure.value();
        if (value != null && Double.isFinite(value.value())) {
            all.put(section + "/" + figure.key(), value.value());
        }
    }

    private static double value(EvaluationReport report, String path) {
        return report.figure(path).map(Interval::value).orElse(Double.NaN);
    }
}
