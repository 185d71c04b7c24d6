package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.json.Json;

/** The way of style codes of rare classes. */
class ScheduleConfigTest {
    private static ScheduleConfig path(String json) throws IOException {
        return ConfigJson.read(Json.parse(json, "schedule"), ScheduleConfig.stable(1000));
    }

    @Test
    void theWayEndsAfterItsSteps() throws IOException {
        ScheduleConfig schedule = path("{\"classPath\": 400, \"classPathFrom\": 0.2}");
        assertThat(schedule.classPathLeft(0)).isEqualTo(0.8);
        assertThat(schedule.classPathLeft(100)).isCloseTo(0.6, within(1e-12));
        assertThat(schedule.classPathLeft(200)).isCloseTo(0.4, within(1e-12));
        assertThat(schedule.classPathLeft(399)).isCloseTo(0.002, within(1e-12));
        assertThat(schedule.classPathLeft(400)).isZero();
        assertThat(schedule.classPathLeft(1000)).isZero();
        assertThat(path("{\"classPath\": 1, \"classPathFrom\": 0}").classPathLeft(0))
                .isEqualTo(1);
    }

    @Test
    void withoutSettingsThereIsNone() {
        for (ScheduleConfig schedule : new ScheduleConfig[] {ScheduleConfig.stable(10), ScheduleConfig.paper()}) {
            assertThat(schedule.classPath()).isZero();
            assertThat(schedule.classPathLeft(0)).isZero();
            assertThat(schedule.classPathLeft(9)).isZero();
        }
    }

    @Test
    void settingsReadWhatTheyWrite() throws IOException {
        ScheduleConfig schedule = path("{\"classPath\": 7, \"classPathFrom\": 0.25}");
        Json text = Json.parse(ConfigJson.write(schedule).pretty(), "schedule");
        assertThat(ConfigJson.read(text, ScheduleConfig.paper())).isEqualTo(schedule);
        assertThat(text.get("classPath").asInt()).isEqualTo(7);
        assertThat(text.get("classPathFrom").asDouble()).isEqualTo(0.25);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"classPath\": -1} | classPath must be at least 0, got -1",
                "{\"classPathFrom\": 1} | classPathFrom must be in [0, 1), got 1.0",
                "{\"classPathFrom\": -0.1} | classPathFrom must be in [0, 1), got -0.1",
                "{\"classPath\": 0.5} | expected an integer",
                "{\"steps\": 9, \"classPath\": 9} | classPath must be below steps, 9, since the mapper is trained"
            })
    void whatIsWrongIsNamed(String json, String message) {
        assertThatThrownBy(() -> path(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void noNumberIsNoShare() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScheduleConfig(1, 1, 1, 0, 0, 0, 1, 5, Double.NaN))
                .withMessageContaining("classPathFrom must be in [0, 1), got NaN");
    }
}
