package org.semblance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;

/** Landmarks and poses, by hand and on rendered heads whose factors are known. */
class GeometryTest {
    @Test
    void distancesOfShiftedPoints() {
        float[] a = new float[136];
        float[] b = new float[136];
        b[72] = 0.3f; // point 36, x
        b[90] = 0.8f; // point 45, x
        System.arraycopy(b, 0, a, 0, 136);
        for (int k = 0; k < 136; k += 2) {
            a[k] += 0.03f;
            a[k + 1] -= 0.04f;
        }
        HostArray p = HostArray.of(a, 1, 136);
        HostArray q = HostArray.of(b, 1, 136);
        assertThat(Landmarks.meanPixels(p, q, 64)[0]).isCloseTo(0.05 * 64, within(1e-5));
        assertThat(Landmarks.normalised(p, q)[0]).isCloseTo(0.1, within(1e-6));
        assertThat(Landmarks.squaredOnGrid(p, q)[0]).isCloseTo(160 * 160 * 0.0025 / 2, within(1e-4));
        assertThat(Landmarks.squaredPixels(p, q, 64)[0]).isCloseTo(64 * 64 * 0.0025, within(1e-4));
        assertThat(Landmarks.innerNormalised(p, q)[0]).isCloseTo(0.1, within(1e-6));
        a[0] += 1; // the jaw does not count on the grid
        assertThat(Landmarks.squaredPixels(p, q, 64)[0])
                .isCloseTo(64 * 64 * (0.0025 + (1.03 * 1.03 - 0.03 * 0.03) / 68), within(1e-3));
        assertThat(Landmarks.innerSquaredPixels(p, q, 64)[0]).isCloseTo(64 * 64 * 0.0025, within(1e-4));
        assertThat(Landmarks.innerNormalised(p, q)[0]).isCloseTo(0.1, within(1e-6));
        assertThat(Landmarks.squaredOnGrid(p, q)[0]).isCloseTo(160 * 160 * 0.0025 / 2, within(1e-4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Landmarks.normalised(HostArray.of(a, 2, 68), HostArray.of(b, 2, 68)));
    }

    @Test
    void posesDifferByTheAngleOfTheTurnBetween() {
        double[] a = {30, -10, 5};
        double[] b = {-20, 15, 8};
        assertThat(PoseError.geodesic(a, b)).isCloseTo(55.49596764187865, within(1e-9));
        assertThat(PoseError.geodesic(a, a)).isCloseTo(0, within(1e-5));
        assertThat(PoseError.geodesic(new double[] {0, 0, 0}, new double[] {0, 0, 33}))
                .isCloseTo(33, within(1e-9));
        assertThat(PoseError.euclidean(a, b)).isCloseTo(Math.sqrt(2500 + 625 + 9), within(1e-12));
    }

    @Test
    void landmarksTellPoseAndExpression() {
        HeadFactors head = HeadFactors.of(4, 5)
                .with("yaw", 0)
                .with("pitch", 0)
                .with("roll", 0)
                .with("mouth_open", 0)
                .with("smile", 0);
        assertThat(measured(FaceMeasure.YAW, head)).isCloseTo(0, within(1e-3));
        assertThat(measured(FaceMeasure.ROLL, head)).isCloseTo(0, within(0.1));
        assertRises(FaceMeasure.YAW, head, "yaw", 30);
        assertRises(FaceMeasure.ROLL, head, "roll", 10);
        assertThat(measured(FaceMeasure.ROLL, head.with("roll", 10))).isCloseTo(10, within(0.5));
        assertRises(FaceMeasure.MOUTH_OPEN, head, "mouth_open", 0.5);
        assertRises(FaceMeasure.SMILE, head, "smile", 0.8);
        assertRises(FaceMeasure.EYE_OPEN, head.with("eye_open", 0.6), "eye_open", 1.1);
        assertRises(FaceMeasure.BROW_RAISE, head.with("brow_raise", 0), "brow_raise", 0.8);
        assertThat(measured(FaceMeasure.PITCH, head.with("pitch", 15)))
                .isNotCloseTo(measured(FaceMeasure.PITCH, head.with("pitch", -15)), within(0.1));
    }

    private static void assertRises(FaceMeasure measure, HeadFactors head, String factor, double value) {
        assertThat(measured(measure, head.with(factor, value)))
                .as(factor)
                .isGreaterThan(measured(measure, head) + 1e-3);
    }

    private static double measured(FaceMeasure measure, HeadFactors head) {
        return measure.of(HostArray.of(HeadRenderer.landmarks(head).data(), 1, 136))[0];
    }
}
