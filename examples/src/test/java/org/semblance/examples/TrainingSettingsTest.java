package org.semblance.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.TrainerConfig;
import org.semblance.json.Json;

/** The settings that made the embedded model are read as they stand. */
class TrainingSettingsTest {
    @ParameterizedTest
    @CsvSource({"heads64.json, 17000, 0", "heads64-glasses.json, 4500, 400"})
    void settingsAreRead(String file, long steps, int classPath) throws IOException {
        TrainerConfig config = TrainerConfig.of(Json.parse(Path.of("training", file)), 64);
        assertThat(config.schedule().steps()).isEqualTo(steps);
        assertThat(config.schedule().classPath()).isEqualTo(classPath);
        assertThat(config.data().sources()).anyMatch(s -> s.rare() == (classPath > 0));
        assertThat(TrainerConfig.stable(64).with(config.json())).isEqualTo(config);
    }
}
