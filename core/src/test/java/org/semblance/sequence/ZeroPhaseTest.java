package org.semblance.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZeroPhaseTest {
    @Test
    void straightMotionPassesUnchangedAtTheEndsToo() {
        double[] line = new double[40];
        Arrays.setAll(line, t -> 3 - 0.7 * t);
        double[] smooth = new ZeroPhase(2.5).of(line);
        for (int t = 0; t < line.length; t++) {
            assertThat(smooth[t]).as("frame %d", t).isCloseTo(line[t], within(1e-12));
        }
    }

    @Test
    void anImpulseSpreadsAsFarAheadAsBack() {
        double[] impulse = new double[41];
        impulse[20] = 1;
        double[] smooth = new ZeroPhase(2).of(impulse);
        for (int k = 1; k <= 6; k++) {
            assertThat(smooth[20 + k]).isCloseTo(smooth[20 - k], within(1e-15));
            assertThat(smooth[20 + k] / smooth[20]).isCloseTo(Math.exp(-k * k / 8.0), within(1e-12));
        }
        assertThat(smooth[27]).isZero();
        assertThat(Arrays.stream(smooth).sum()).isCloseTo(1, within(1e-12));
    }

    @Test
    void aWaveIsNotDelayed() {
        double[] wave = new double[200];
        Arrays.setAll(wave, t -> Math.sin(0.2 * t));
        double[] smooth = new ZeroPhase(3).of(wave);
        double gain = Math.exp(-0.5 * 9 * 0.04);
        for (int t = 20; t < 180; t++) {
            assertThat(smooth[t]).isCloseTo(gain * wave[t], within(3e-3));
        }
    }

    @Test
    void noiseBecomesLess() {
        Random random = new Random(1);
        double[] noise = random.doubles(2000, -1, 1).toArray();
        double before = Arrays.stream(noise).map(v -> v * v).sum();
        double after =
                Arrays.stream(new ZeroPhase(1.5).of(noise)).map(v -> v * v).sum();
        assertThat(after / before).isCloseTo(1 / (2 * Math.sqrt(Math.PI) * 1.5), within(0.02));
    }

    @Test
    void nothingChangesWithoutAWindow() {
        double[] values = {1, 5, -2};
        assertThat(new ZeroPhase(0).of(values)).containsExactly(values);
        assertThat(new ZeroPhase(0).reach()).isZero();
        assertThat(new ZeroPhase(4).of(new double[] {7})).containsExactly(7);
    }

    @Test
    void weightsSumToOneWhateverIsThere() {
        ZeroPhase filter = new ZeroPhase(1.5);
        for (int before = 0; before < 7; before++) {
            for (int after = 0; after < 7; after++) {
                assertThat(Arrays.stream(filter.weights(before, after)).sum()).isCloseTo(1, within(1e-12));
            }
        }
    }

    @Test
    void sigmaIsChecked() {
        assertThatThrownBy(() -> new ZeroPhase(-1)).hasMessageContaining("sigma must be 0 to 1000.0 frames, got -1");
        assertThatThrownBy(() -> new ZeroPhase(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
