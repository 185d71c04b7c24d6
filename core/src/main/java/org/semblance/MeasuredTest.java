package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.semblance.image.ContactSheet;
import org.semblance.image.Image;
import org.semblance.metrics.EvaluationConfig;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.Figure;
import org.semblance.metrics.Interval;
import org.semblance.metrics.PairSource;
import org.semblance.metrics.Pairs;
import org.semblance.training.TestScores;

/**
 * A test during training by the whole protocol of {@link Evaluator}. Its score of identity is by a recogniser that is
 * independent of training, where the model's folder has one, and else by the training's own: cosine of identity picture
 * and output less that of attribute picture and output. Its error of landmarks is their mean distance in pixels. The
 * mixing table shows the first few pairs.
 *
 * @param source of what is swapped, the same at every test
 */
public record MeasuredTest(Function<Evaluator, PairSource> source) implements TrainingTest {
    private static final int RESAMPLES = 20;
    private static final int TABLE = 4;
    private static final int SHOWN = 6;

    /** A test on these pairs. */
    public MeasuredTest(PairSource pairs) {
        this(evaluator -> pairs);
    }

    /**
     * A test on pairs of the generator's own pictures, of codes that {@link Evaluator#generatedPairs} does not take: of
     * the z seeds from {@code 0xF0000000} on.
     */
    public static MeasuredTest generated(int pairs, long seed) {
        return new MeasuredTest(evaluator -> evaluator.testPairs(pairs, seed));
    }

    @Override
    public TestScores run(Disentangler snapshot, long step) throws IOException {
        return run(snapshot, step, n -> {});
    }

    @Override
    public TestScores run(Disentangler snapshot, long step, IntConsumer progress) throws IOException {
        EvaluationConfig standard = EvaluationConfig.standard(0);
        EvaluationConfig quick = new EvaluationConfig(standard.batch(), RESAMPLES, 0, TABLE);
        try (Evaluator evaluator = Evaluator.of(snapshot)) {
            PairSource pairs = source.apply(evaluator);
            EvaluationReport report = evaluator.run(pairs, quick, progress);
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
                    Collections.unmodifiableMap(all),
                    table(snapshot, pairs.draw(0, Math.min(SHOWN, pairs.count()))));
        }
    }

    private static Image table(Disentangler snapshot, Pairs shown) {
        List<List<Image>> cells = new ArrayList<>();
        for (Image identity : shown.identities()) {
            List<Image> row = Collections.nCopies(shown.attributes().size(), identity);
            cells.add(snapshot.swap(row, shown.attributes()));
        }
        return ContactSheet.table(shown.identities(), shown.attributes(), cells);
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
