package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.semblance.Disentangler;
import org.semblance.Evaluator;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.metrics.Comparison;
import org.semblance.metrics.EvaluationConfig;
import org.semblance.metrics.EvaluationReport;
import org.semblance.metrics.ImageFeatures;
import org.semblance.metrics.MeasuringNetworks;

/** Networks that a program of the user's own brings, on the embedded model. */
class PluggedNetworksTest {
    /** The mean level of each picture. */
    private static final class Brightness implements ImageFeatures {
        @Override
        public HostArray of(List<Image> images) {
            float[] means = new float[images.size()];
            for (int i = 0; i < means.length; i++) {
                byte[] levels = images.get(i).toBytes();
                for (byte level : levels) {
                    means[i] += (level & 0xff) / (float) levels.length;
                }
            }
            return HostArray.of(means, means.length, 1);
        }

        @Override
        public int resolution() {
            return 32;
        }
    }

    @Test
    void figuresOfPluggedNetworksAreInTheJsonAndInTheTable() throws IOException {
        try (Disentangler model = Disentangler.load(Disentangler.embeddedModel(), Device.cpu());
                Evaluator evaluator = Evaluator.of(model)) {
            MeasuringNetworks mine = evaluator
                    .networks()
                    .with(Comparison.LIGHT, new Brightness())
                    .with(Comparison.LPIPS_ALEX, (made, wanted) -> new double[] {0.25, 0.5});
            EvaluationReport report =
                    evaluator.run(mine, evaluator.generatedPairs(2, 3), new EvaluationConfig(2, 20, 0, 2), done -> {});
            assertThat(new EvaluationTable(report).text("heads64", 1))
                    .containsPattern("LPIPS \\(AlexNet\\) +0\\.375 \\[")
                    .containsPattern("LPIPS \\(VGG\\) +not available  \\(no network 'lpips_vgg'\\)")
                    .containsPattern("spherical harmonics of light, to attribute picture +[0-9]+\\.[0-9]+ \\[")
                    .containsPattern("gaze, to attribute picture +not available  \\(no network 'gaze'\\)");
            assertThat(report.json()
                            .get("figures")
                            .get("reconstruction")
                            .get("lpips_alex")
                            .get("value")
                            .asDouble())
                    .isEqualTo(0.375);
            double light = report.figure("geometry/light").orElseThrow().value();
            double unmoved =
                    report.figure("geometry/light_unmoved").orElseThrow().value();
            assertThat(light).isBetween(0.0, unmoved);
        }
    }
}
