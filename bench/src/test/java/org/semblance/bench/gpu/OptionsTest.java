package org.semblance.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final List<String> KNOWN = List.of("--rows", "--limit");

    @Test
    void valuesAndDefaults() {
        Options options = Options.of(KNOWN, "--rows", "a,b");
        assertThat(options.list("--rows", "")).containsExactly("a", "b");
        assertThat(options.has("--limit")).isFalse();
        assertThat(options.positive("--limit", 7)).isEqualTo(7);
        assertThat(Options.of(KNOWN, "--limit", "12").count("--limit", 1)).isEqualTo(12);
    }

    @Test
    void everyMistakeIsNamed() {
        wrong("options: expected one of [--rows, --limit], got '--row'", "--row", "a");
        wrong("options: --rows needs a value", "--rows");
        wrong("options: --rows was given twice", "--rows", "a", "--rows", "b");
    }

    @Test
    void numbersAreChecked() {
        wrongLimit("options: --limit must be a number, got 'soon'", "soon");
        wrongLimit("options: --limit must be positive, got 0", "0");
        wrongLimit("options: --limit must be positive, got NaN", "NaN");
        wrongLimit("options: --limit must be a whole number, got 1.5", "1.5");
    }

    private static void wrongLimit(String message, String value) {
        Options options = Options.of(KNOWN, "--limit", value);
        assertThatThrownBy(() -> options.count("--limit", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static void wrong(String message, String... args) {
        assertThatThrownBy(() -> Options.of(KNOWN, args))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void rowsOfTheComparisonAreChecked() {
        List<String> known = List.of("--rows");
        assertThat(GpuCompareMain.rows(Options.of(known))).isEqualTo(GpuRow.all());
        assertThat(GpuCompareMain.rows(Options.of(known, "--rows", "256-b1-forward-fp16")))
                .containsExactly(GpuRow.of("256-b1-forward-fp16"));
        assertThatThrownBy(() -> GpuCompareMain.rows(Options.of(known, "--rows", "256")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
