package org.semblance.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.Disentangler;
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
        assertThat(config.run().saveEvery()).as("what a kill loses").isEqualTo(1000);
        assertThat(config.data().sources()).anyMatch(s -> s.rare() == (classPath > 0));
        assertThat(TrainerConfig.stable(64).with(config.json())).isEqualTo(config);
        assertThat(TrainerConfig.of(config.json(), 64)).isEqualTo(config);
    }

    /** As they stand in its description. */
    @Test
    void settingsOfTheEmbeddedModelAreRead() throws IOException {
        Json run = Disentangler.embeddedModel().description().get("run");
        for (Json config : List.of(run.get("config"), run.get("base_run").get("config"))) {
            assertThat(TrainerConfig.of(config, 64).batch())
                    .isEqualTo(config.get("batch").asInt());
        }
    }
}
