package org.semblance;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.semblance.image.Image;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.training.TestScores;

/**
 * A quick test on pairs of generated pictures that no training sees: cosine of the identities of identity picture and
 * output by the training's own recogniser, mean distance of landmarks of attribute picture and output in pixels, and
 * the
 * PSNR of a picture swapped with itself.
 *
 * @param pairs how many
 * @param psi truncation of the generator's codes
 */
public record HeldOutTest(int pairs, double psi) implements TrainingTest {
    private static final long FIRST_SEED = 3_000_000_000L;

    public HeldOutTest {
        if (pairs < 1) {
            throw new IllegalArgumentException("test: pairs must be at least 1, got " + pairs);
        }
    }

    @Override
    public TestScores run(Disentangler snapshot, long step) throws IOException {
        List<Image> who = pictures(snapshot, FIRST_SEED);
        List<Image> how = pictures(snapshot, FIRST_SEED + pairs);
        List<Image> outputs = snapshot.swap(who, how);
        Map<String, Double> all = new LinkedHashMap<>();
        all.put("identity", identity(snapshot, who, outputs));
        all.put("identity_of_attributes", identity(snapshot, how, outputs));
        all.put("landmarks", landmarks(snapshot, how, outputs));
        all.put("psnr", psnr(who, snapshot.swap(who, who)));
        return new TestScores(value(all, "identity"), value(all, "landmarks"), Collections.unmodifiableMap(all));
    }

    private static double value(Map<String, Double> all, String name) {
        return all.getOrDefault(name, Double.NaN);
    }

    private List<Image> pictures(Disentangler snapshot, long first) {
        long[] seeds = LongStream.range(first, first + pairs).toArray();
        Generator generator = snapshot.generator();
        return generator.generate(
                generator.z(seeds), new Truncation((float) psi, Truncation.ALL_LAYERS), Noise.constant());
    }

    private static double identity(Disentangler snapshot, List<Image> a, List<Image> b) {
        double sum = 0;
        for (int i = 0; i < a.size(); i++) {
            sum += snapshot.identity().similarity(a.get(i), b.get(i));
        }
        return sum / a.size();
    }

    private static double landmarks(Disentangler snapshot, List<Image> a, List<Image> b) throws IOException {
        try (LandmarkDetector detector =
                LandmarkDetector.load(snapshot.model(), snapshot.generator().device())) {
            double sum = 0;
            long count = 0;
            List<List<LandmarkDetector.Point>> left = detector.detect(a);
            List<List<LandmarkDetector.Point>> right = detector.detect(b);
            for (int i = 0; i < left.size(); i++) {
                for (int k = 17; k < left.get(i).size(); k++) {
                    LandmarkDetector.Point p = left.get(i).get(k);
                    LandmarkDetector.Point q = right.get(i).get(k);
                    sum += Math.hypot(p.x() - q.x(), p.y() - q.y());
                    count++;
                }
            }
            return sum / count * snapshot.resolution();
        }
    }

    private static double psnr(List<Image> a, List<Image> b) {
        double sum = 0;
        for (int i = 0; i < a.size(); i++) {
            byte[] left = a.get(i).toBytes();
            byte[] right = b.get(i).toBytes();
            double squared = 1e-9;
            for (int k = 0; k < left.length; k++) {
                double d = ((left[k] & 0xFF) - (right[k] & 0xFF)) / 255.0;
                squared += d * d;
            }
            sum += -10 * Math.log10(squared / left.length);
        }
        return sum / a.size();
    }
}
