package org.semblance.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.weights.Weights;

class GeneratorConfigsTest {
    private final Map<String, HostArray> tensors = new LinkedHashMap<>();

    private void put(String name, int... dims) {
        tensors.put(name, new HostArray(Shape.of(dims), new float[Shape.of(dims).intCount()]));
    }

    private void generator(int z, int c, int w, int layers, int... channels) {
        for (int i = 0; i < layers; i++) {
            put("mapping.fc" + i + ".weight", w, i == 0 ? z + (c > 0 ? w : 0) : w);
        }
        if (c > 0) {
            put("mapping.embed.weight", w, c);
        }
        put("synthesis.b4.const", channels[0], 4, 4);
        for (int i = 0; i < channels.length; i++) {
            put("synthesis.b" + (4 << i) + ".conv1.weight", channels[i], channels[i], 3, 3);
            put("synthesis.b" + (4 << i) + ".conv1.bias", channels[i]);
        }
    }

    private GeneratorConfig infer() {
        return GeneratorConfigs.infer(Weights.of(tensors), 256);
    }

    @Test
    void readsSizesOfASkipGeneratorWithLabels() {
        generator(12, 5, 16, 3, 8, 8, 6);
        put("synthesis.b4.torgb.weight", 3, 8, 1, 1);
        put("synthesis.b8.torgb.weight", 3, 8, 1, 1);
        put("synthesis.b16.torgb.weight", 3, 6, 1, 1);
        GeneratorConfig config = infer();
        assertThat(config.zDim()).isEqualTo(12);
        assertThat(config.cDim()).isEqualTo(5);
        assertThat(config.wDim()).isEqualTo(16);
        assertThat(config.mappingLayers()).isEqualTo(3);
        assertThat(config.resolution()).isEqualTo(16);
        assertThat(config.channels().counts()).isEqualTo(List.of(8, 8, 6));
        assertThat(config.imageChannels()).isEqualTo(3);
        assertThat(config.architecture()).isEqualTo(Architecture.SKIP);
        assertThat(config.clamp()).isEqualTo(256);
    }

    @Test
    void tellsTheOtherArchitecturesApart() {
        generator(8, 0, 8, 1, 4, 4);
        put("synthesis.b8.torgb.weight", 1, 4, 1, 1);
        assertThat(infer().architecture()).isEqualTo(Architecture.ORIG);
        put("synthesis.b8.skip.weight", 4, 4, 1, 1);
        assertThat(infer().architecture()).isEqualTo(Architecture.RESNET);
        assertThat(infer().imageChannels()).isEqualTo(1);
    }

    @Test
    void namesWhatIsMissing() {
        put("g_mapping.dense0", 2, 2);
        assertThatThrownBy(this::infer)
                .hasMessageContaining("stylegan2-ada-pytorch")
                .hasMessageContaining("none named synthesis.b4.const, mapping.fc0.weight but [g_mapping.dense0]");
        generator(8, 0, 8, 1, 4, 4);
        assertThatThrownBy(this::infer).hasMessageContaining("synthesis.b8.torgb.weight");
        put("synthesis.b8.torgb.weight", 4);
        assertThatThrownBy(this::infer).hasMessageContaining("rank 4").hasMessageContaining("[4]");
    }
}
