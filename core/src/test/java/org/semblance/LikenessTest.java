package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
import org.semblance.metrics.ImageFeatures;
import org.semblance.metrics.Recogniser;
import org.semblance.privacy.Codes;
import org.semblance.privacy.OperatingPoint;

class LikenessTest {
    private static final int SIZE = 6;
    private final Random random = new Random(5);

    private static OperatingPoint point(double threshold) {
        ImageFeatures none = new ImageFeatures() {
            @Override
            public HostArray of(List<Image> images) {
                throw new AssertionError("nothing is to be read");
            }

            @Override
            public int resolution() {
                return 1;
            }
        };
        return new OperatingPoint(new Recogniser("r", true, "", threshold, none), 1e-3, threshold, "a test");
    }

    private float[] any() {
        float[] values = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** A code at an angle from another one, in any direction. */
    private float[] at(double angle, float[] from) {
        float[] unit = Codes.unit(from);
        float[] across = Codes.corrected(any(), 0, unit, unit);
        across = Codes.unit(Codes.corrected(across, Codes.dot(across, unit), new float[SIZE], unit));
        float[] made = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            made[i] = (float) (3 * (Math.cos(angle) * unit[i] + Math.sin(angle) * across[i]));
        }
        return made;
    }

    private static FaceJudge.Reading reading(float[] first, float[] second) {
        return new FaceJudge.Reading(List.of(first, second), first, new float[1], HostArray.of(new float[136], 1, 136));
    }

    @Test
    void distanceIsTheAngleOverHalfOfTheThresholds() {
        float[] a = any();
        float[] b = any();
        Likeness likeness = Likeness.of(List.of(reading(a, b)), List.of(point(0.5), point(0)));
        assertThat(likeness.identity()).containsExactly(Codes.unit(a), within(1e-6f));
        double third = Math.PI / 3; // the angle of 0.5
        assertThat(likeness.distance(List.of(at(third / 2, a), b))).isCloseTo(1, within(1e-5));
        assertThat(likeness.distance(List.of(at(third / 4, a), at(Math.PI / 4, b))))
                .as("by the recogniser for which it is greatest")
                .isCloseTo(1, within(1e-5));
    }

    @Test
    void anyTwoFacesWithinTheDistanceMatch() {
        for (double threshold : new double[] {0.8, 0.3}) {
            float[] centre = any();
            Likeness likeness = Likeness.of(List.of(reading(centre, centre)), List.of(point(threshold), point(0)));
            List<float[]> near = new ArrayList<>();
            while (near.size() < 60) {
                float[] face = at(random.nextDouble() * 1.1 * Math.acos(threshold) / 2, centre);
                if (likeness.distance(List.of(face, centre)) <= 1) {
                    near.add(face);
                }
            }
            double least = IntStream.range(0, near.size())
                    .mapToDouble(i -> IntStream.range(0, i)
                            .mapToDouble(j -> IdEncoder.cosine(near.get(i), near.get(j)))
                            .min()
                            .orElse(1))
                    .min()
                    .orElseThrow();
            assertThat(least).isGreaterThanOrEqualTo(threshold).isLessThan((1 + threshold) / 2);
        }
    }

    @Test
    void theCentreIsTheMeanDirection() {
        float[] right = {4, 0, 0, 0, 0, 0};
        float[] up = {0, 1, 0, 0, 0, 0};
        float half = (float) Math.sqrt(0.5);
        Likeness likeness = Likeness.of(List.of(reading(right, up), reading(up, up)), List.of(point(0.5), point(0.5)));
        assertThat(likeness.centres().get(0)).containsExactly(new float[] {half, half, 0, 0, 0, 0}, within(1e-6f));
        assertThat(likeness.centres().get(1)).containsExactly(up, within(1e-6f));
    }
}
