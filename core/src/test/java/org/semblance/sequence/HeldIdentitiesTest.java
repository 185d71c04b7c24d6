package org.semblance.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
import org.semblance.metrics.SwapModel;

/** A model whose identities are directions in the plane, turned by the attribute, which is the level of green. */
class HeldIdentitiesTest {
    private static final int FRAMES = 19;
    private static final double WANTED = 1;

    @TempDir
    private Path folder;

    private int drawn;

    private static double angle(Image image) {
        return ((image.rgb(2, 2) >> 16) * 256 + (image.rgb(2, 2) & 0xff)) / 10_000.0;
    }

    private final SwapModel model = new SwapModel() {
        @Override
        public HostArray identities(List<Image> images) {
            return Rows.of(images.stream()
                    .map(i -> new float[] {7 * (float) Math.cos(angle(i)), 7 * (float) Math.sin(angle(i))})
                    .toList());
        }

        @Override
        public HostArray attributes(List<Image> images) {
            return Rows.of(images.stream()
                    .map(i -> new float[] {i.rgb(2, 2) >> 8 & 0xff})
                    .toList());
        }

        @Override
        public HostArray codes(HostArray identities, HostArray attributes) {
            List<float[]> codes = new ArrayList<>();
            for (int i = 0; i < attributes.data().length; i++) {
                double asked =
                        Math.atan2(identities.data()[2 * i + 1], identities.data()[2 * i]);
                float green = attributes.data()[i];
                codes.add(new float[] {(float) (asked + 0.1 + 0.004 * green), green});
            }
            return Rows.of(codes);
        }

        @Override
        public List<Image> images(HostArray codes) {
            List<Image> images = new ArrayList<>();
            for (int i = 0; i < codes.data().length; i += 2) {
                int angle = Math.round(10_000 * codes.data()[i]);
                images.add(Image.filled(
                        16, 16, angle / 256 << 16 | Math.round(codes.data()[i + 1]) << 8 | Math.floorMod(angle, 256)));
            }
            drawn += images.size();
            return images;
        }
    };

    /** Angles of the result. */
    private double[] run(double constancy) throws IOException {
        Path in = Files.createDirectories(folder.resolve("in"));
        for (int t = 0; t < FRAMES; t++) {
            Image.filled(16, 16, 4 * t << 8).writePng(in.resolve(String.format("f%02d.png", t)));
        }
        SequenceOptions options = SequenceOptions.forAligned()
                .withFilters(new ZeroPhase(1), new ZeroPhase(0))
                .withConstancy(constancy);
        Path out = folder.resolve("out" + constancy);
        GivenIdentities choice =
                GivenIdentities.of(Map.of(1, new float[] {(float) Math.cos(WANTED), (float) Math.sin(WANTED)}));
        drawn = 0;
        new SequenceEngine(model, 16, frame -> List.of(), options, "none")
                .run(FrameFolder.of(in), choice, out, folder.resolve("w" + constancy), SequenceProgress.none());
        double[] angles = new double[FRAMES];
        for (int t = 0; t < FRAMES; t++) {
            angles[t] = angle(Image.read(out.resolve(String.format("f%02d.png", t))));
        }
        return angles;
    }

    private static double spread(double[] angles) {
        return angles[FRAMES - 1] - angles[0];
    }

    @Test
    void driftIsTakenBackByItsShare() throws IOException {
        double[] free = run(0);
        assertThat(spread(free)).isBetween(0.28, 0.30);
        assertThat(drawn).as("no trial").isEqualTo(FRAMES);
        double[] half = run(0.5);
        assertThat(spread(half)).isBetween(0.13, 0.16);
        assertThat(drawn).isEqualTo(2 * FRAMES);
        assertThat(spread(run(1))).isBetween(-0.03, 0.03);
    }

    @Test
    void whatAllFramesMissIsNotAskedFor() throws IOException {
        double[] held = run(1);
        assertThat(held[FRAMES / 2])
                .as("the mean of the film, not the wanted identity")
                .isBetween(WANTED + 0.23, WANTED + 0.26);
    }

    @Test
    void sharesAreChecked() {
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SequenceOptions.usual().withConstancy(wrong))
                    .withMessageContaining("constancy must be 0 to 1, got " + wrong);
        }
    }
}
