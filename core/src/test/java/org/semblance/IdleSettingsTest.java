package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.training.SampleSetWriter;
import org.semblance.training.SampleSource;
import org.semblance.training.SampleSources;
import org.semblance.training.Samples;

class IdleSettingsTest {
    private static final String KNOWN = "{'kind': 'generator'}";

    @TempDir
    private Path folder;

    @BeforeEach
    void writePictures() throws IOException {
        Image.filled(8, 8, 0x336699).writePng(folder.resolve("a.png"));
        set("coded", 6, HostArray.of(new float[6], 1, 6));
        set("bare", 0, null);
    }

    private void set(String name, int wDim, HostArray codes) throws IOException {
        HostArray picture = new HostArray(Shape.of(1, 3, 8, 8), new float[192]);
        new SampleSetWriter(folder.resolve(name), 8, wDim, "test", 1, 1)
                .write(
                        (first, count) -> new SampleSetWriter.Batch(Samples.pictures(picture, codes), Map.of()),
                        done -> {});
    }

    private String source(String kind, String name) {
        return "{'kind': '" + kind + "', 'path': '" + folder.resolve(name) + "'}";
    }

    private static List<String> idle(String more) throws IOException {
        String text = ("{" + more + "}").replace('\'', '"');
        TrainerConfig config = TrainerConfig.of(Json.parse(text, "settings"), 8);
        List<SampleSource> sources = SampleSources.of(
                config.data(),
                1,
                NetworkLoader.generatorConfig(Json.parse(
                        "{\"img_resolution\": 8, \"z_dim\": 6, \"c_dim\": 0, \"w_dim\": 6, \"img_channels\": 3,"
                                + " \"mapping_layers\": 2, \"channel_base\": 32, \"channel_max\": 4,"
                                + " \"architecture\": \"skip\"}",
                        "generator")));
        List<String> idle = IdleSettings.losses(config, sources);
        for (SampleSource source : sources) {
            source.close();
        }
        return idle;
    }

    private static List<String> sources(String... all) throws IOException {
        return idle("'data': {'sources': [" + String.join(", ", all) + "]}");
    }

    @Test
    void aRegressionWithoutKnownCodesIsSaid() throws IOException {
        assertThat(sources("{'kind': 'heads'}", KNOWN))
                .singleElement()
                .asString()
                .startsWith(
                        "losses.regression is 0.1 and has no effect, since nobody knows the style codes of the first"
                                + " rows, heads, ");
        assertThat(sources(source("folder", "."))).hasSize(1);
        assertThat(sources(source("set", "bare"))).hasSize(1);
        assertThat(sources(KNOWN, source("set", "bare"))).isEmpty();
        assertThat(sources(source("set", "coded"))).isEmpty();
        assertThat(idle("'losses': {'regression': 0}, 'data': {'sources': [{'kind': 'heads'}]}"))
                .isEmpty();
    }

    @Test
    void anAdversaryThatNeverTakesPartIsSaid() throws IOException {
        assertThat(idle("'schedule': {'adversarialEvery': 0}"))
                .containsExactly("losses.adversarial is 0.02 and has no effect, since schedule.adversarialEvery is 0");
        assertThat(idle("'schedule': {'adversarialEvery': 2}")).isEmpty();
        assertThat(idle("'schedule': {'adversarialEvery': 0}, 'losses': {'adversarial': 0}"))
                .isEmpty();
    }
}
