package org.semblance.networks.stylegan2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.backend.Activation;

/** What settings from a file may be. */
class GeneratorLimitsTest {
    @Test
    void resolutionsAreBounded() {
        assertThat(new Channels(Collections.nCopies(13, 1)).counts()).hasSize(13);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Channels(Collections.nCopies(14, 1)))
                .withMessageContaining("at most 16384");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0, -1, Double.POSITIVE_INFINITY})
    void learningRatesArePositiveNumbers(double rate) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(rate, Activation.NO_CLAMP))
                .withMessageContaining("mappingLr");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, 0, -1})
    void clampsArePositive(float clamp) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(0.01, clamp))
                .withMessageContaining("clamp must be positive");
    }

    private static GeneratorConfig config(double rate, float clamp) {
        return new GeneratorConfig(8, 0, 8, 3, 1, rate, Channels.of(64, 8, 8), Architecture.SKIP, clamp);
    }
}
