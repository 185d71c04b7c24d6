package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.json.Json;
import org.semblance.training.DataConfig;
import org.semblance.training.ScheduleConfig;

class TrainerConfigTest {
    @ParameterizedTest
    @ValueSource(strings = {"paper", "stable"})
    void presetsGoThroughJsonUnchanged(String preset) throws IOException {
        TrainerConfig config = TrainerConfig.preset(preset, 256);
        Json text = Json.parse(config.json().pretty(), "config");
        assertThat(TrainerConfig.paper(64).with(text)).isEqualTo(config);
        assertThat(TrainerConfig.stable(64).with(text)).isEqualTo(config);
    }

    @Test
    void thePaperHasItsRates() {
        assertThat(TrainerConfig.paper(256).optimisers().model().rate()).isEqualTo(5e-5);
        assertThat(TrainerConfig.paper(256).optimisers().adversarial().rate()).isEqualTo(5e-6);
        assertThat(TrainerConfig.paper(1024).optimisers().discriminator().rate())
                .isEqualTo(4e-6);
        assertThat(TrainerConfig.paper(256).losses().similarity().powers()).hasSize(5);
        assertThat(TrainerConfig.paper(64).losses().similarity().powers()).hasSize(3);
    }

    @Test
    void thePaperRepeatsItselfEverySixSteps() {
        ScheduleConfig schedule = TrainerConfig.paper(256).schedule();
        StringBuilder kinds = new StringBuilder();
        for (int step = 0; step < 6; step++) {
            kinds.append(schedule.crossRows(step, 6) == 6 ? 'c' : 's')
                    .append(schedule.isAdversarial(step) ? "a " : " ");
        }
        assertThat(kinds).hasToString("ca s sa c sa s ");
    }

    @Test
    void ratesRiseAndFall() {
        ScheduleConfig schedule = new ScheduleConfig(1, 0.5, 1, 1000, 100, 0.5, 0.1, 0, 0);
        assertThat(schedule.rate(0)).isEqualTo(0.01);
        assertThat(schedule.rate(100)).isEqualTo(1);
        assertThat(schedule.rate(500)).isEqualTo(1);
        assertThat(schedule.rate(750)).isCloseTo(0.55, Offset.offset(1e-9));
        assertThat(schedule.rate(1000)).isCloseTo(0.1, Offset.offset(1e-9));
    }

    @Test
    void sourcesInListsHaveDefaults() throws IOException {
        TrainerConfig config = TrainerConfig.stable(64)
                .with(Json.parse("{\"data\": {\"sources\": [{\"kind\": \"heads\", \"distinct\": 7}]}}", "config"));
        assertThat(config.data().sources()).containsExactly(new DataConfig.Source(DataConfig.Kind.HEADS, 1, "", 7));
    }

    private static TrainerConfig given(String json) throws IOException {
        return TrainerConfig.of(Json.parse(json.replace('\'', '"'), "settings.json"), 64);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'run': {'stopAfterTests': 2, 'testEvery': 0} | run.stopAfterTests | run.testEvery is 0 | 2",
                "'start': {'attributes': 'model', 'encoder': {'code': 9}} | start.encoder | attributes is model | {",
                "'start': {'mapper': 'model', 'mapperWidths': [9]} | start.mapperWidths | start.mapper is model | [9]",
                "'start': {'discriminator': 'model', 'discriminatorWidths': [9]} | start.discriminatorWidths"
                        + " | start.discriminator is model | [9]",
                "'losses': {'adversarial': 0.3}, 'schedule': {'adversarialEvery': 0} | losses.adversarial"
                        + " | schedule.adversarialEvery is 0 | 0.3",
                "'optimisers': {'adversarial': {'rate': 0.7}} | optimisers.adversarial | optimisers.joint is true | {",
                "'losses': {'regression': 2}, 'data': {'sources': [{'kind': 'heads'},"
                        + " {'kind': 'swaps', 'path': 'a'}]} | losses.regression | no source knows style codes | 2.0",
                "'schedule': {'classPathFrom': 0.4} | schedule.classPathFrom | schedule.classPath is 0 | 0.4"
            })
    void whatCannotHaveAnEffectIsRefused(String json, String setting, String reason, String got) {
        assertThatThrownBy(() -> given("{" + json + "}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("config: " + setting + " must not be given where ")
                .hasMessageContaining(reason + ", since it has no effect then, got " + got);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'schedule': {'adversarialEvery': 0}",
                "'schedule': {'adversarialEvery': 0}, 'losses': {'adversarial': 0}",
                "'schedule': {'adversarialEvery': 0}, 'losses': {'adversarial': 0.02}",
                "'run': {'testEvery': 0}",
                "'run': {'testEvery': 9, 'stopAfterTests': 2}",
                "'start': {'attributes': 'teacher', 'encoder': {'code': 9}}",
                "'start': {'attributes': 'model', 'mapper': 'model', 'discriminator': 'model'}",
                "'start': {'mapper': 'model', 'centred': false}",
                "'preset': 'paper', 'optimisers': {'adversarial': {'rate': 0.7}}",
                "'preset': 'paper', 'optimisers': {'joint': true}",
                "'data': {'sources': [{'kind': 'heads'}]}",
                "'losses': {'regression': 2}, 'data': {'sources': [{'kind': 'heads'}, {'kind': 'generator'}]}"
            })
    void whatThePresetHasOrHasAnEffectIsTaken(String json) throws IOException {
        TrainerConfig config = given("{" + json + "}");
        assertThat(given(config.json().compact())).as("read again").isEqualTo(config);
    }

    @ParameterizedTest
    @ValueSource(strings = {"paper", "stable"})
    void allSettingsOfARunThatGoesOnAreReadAgain(String preset) throws IOException {
        TrainerConfig config = given("{'preset': '" + preset + "', 'start': {'attributes': 'model', 'mapper': 'model',"
                + " 'discriminator': 'model'}}");
        assertThat(given(config.json().compact())).isEqualTo(config);
    }

    @Test
    void aPresetIsTheBeginning() throws IOException {
        assertThat(given("{'seed': 1, 'preset': 'paper'}")).isEqualTo(TrainerConfig.paper(64));
        Json preset = Json.parse("{\"preset\": \"paper\"}", "more");
        assertThatThrownBy(() -> TrainerConfig.stable(64).with(preset)).hasMessageContaining("got 'preset'");
        assertThatThrownBy(() -> given("{'losses': {'pixel': -1}}")).hasMessageContaining("settings.json: /losses");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"lossses\": {}} | got 'lossses'; did you mean 'losses'?",
                "{\"losses\": {\"pixels\": 1}} | got 'pixels'; did you mean 'pixel'?",
                "{\"data\": {\"sources\": [{\"Kind\": \"heads\"}]}} | got 'Kind'; did you mean 'kind'?",
                "{\"schedule\": {\"epochs\": 3}} | classPathFrom], got 'epochs'",
                "{\"losses\": {\"pixel\": -1}} | pixel must be finite and at least 0, got -1.0",
                "{\"losses\": {\"pixelLoss\": \"l3\"}} | expected one of [mix, l1]",
                "{\"schedule\": {\"crossShare\": 0}} | crossShare must be in (0, 1]",
                "{\"data\": {\"sources\": []}} | sources must be at least one",
                "{\"data\": {\"sources\": [{\"kind\": \"set\"}]}} | path must be given for SET",
                "{\"data\": {\"cachedPictures\": -1}} | cachedPictures must be at least 0, got -1",
                "{\"batch\": 1.5} | expected an integer",
                "{\"run\": {\"precision\": \"float16\"}} | precision must be float32 or bfloat16",
                "{\"losses\": {\"adversarial\": 0}} | losses.adversarial must be above 0"
            })
    void whatIsWrongIsNamed(String json, String message) throws IOException {
        Json given = Json.parse(json, "config");
        assertThatThrownBy(() -> TrainerConfig.stable(64).with(given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
