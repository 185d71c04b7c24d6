package org.semblance.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.weights.Safetensors;
import org.semblance.weights.files.NetworkPart;
import org.semblance.weights.files.WeightsFile;

/** Names that count on for ever: resolutions that double until they overflow, blocks and layers without end. */
@Timeout(60)
class HostileNamesTest {
    @TempDir
    private Path folder;

    private final Map<String, HostArray> tensors = new LinkedHashMap<>();

    private void put(String name, int... dims) {
        int count = 1;
        for (int dim : dims) {
            count *= dim;
        }
        tensors.put(name, HostArray.of(new float[count], dims));
    }

    /** Every network that the file is taken for is refused. */
    private void refused(String... kinds) throws IOException {
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, tensors, DType.F32, Map.of());
        try (WeightsFile opened = WeightsFile.open(file)) {
            assertThat(opened.parts()).extracting(NetworkPart::network).contains(kinds);
            for (NetworkPart part : opened.parts()) {
                assertThatThrownBy(() -> Pretrained.check(part, Device.cpu())).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void resolutionsOfStyleGan2() throws IOException {
        put("mapping.fc0.weight", 4, 4);
        put("mapping.w_avg", 4);
        put("synthesis.b4.const", 4, 4, 4);
        for (int i = 0; i < 40; i++) {
            String block = "synthesis.b" + (4 << i) + "."; // 4, 8, ..., -2147483648, 0, 4, ...
            put(block + "conv1.weight", 1, 1, 1, 1);
            put(block + "conv1.bias", 1);
            put(block + "torgb.weight", 3, 1, 1, 1);
        }
        refused("stylegan2-generator");
    }

    @Test
    void resolutionsOfTheDiscriminator() throws IOException {
        put("b4.fc.weight", 4, 64);
        put("b4.out.weight", 1, 4);
        put("b4.conv.weight", 4, 5, 3, 3);
        for (int i = 0; i < 40; i++) {
            String block = "b" + (4 << i) + ".";
            put(block + "fromrgb.weight", 1, 3, 1, 1);
            put(block + "conv0.weight", 1, 1, 3, 3);
            put(block + "conv0.bias", 1);
        }
        refused("stylegan2-discriminator");
    }

    @Test
    void blocksOfRosinality() throws IOException {
        put("input.input", 1, 4, 4, 4);
        put("style.1.weight", 4, 4);
        put("conv1.conv.weight", 1, 4, 4, 3, 3);
        for (int i = 0; i < 200; i++) {
            put("convs." + i + ".conv.weight", 1, 1, 1, 3, 3);
            put("convs." + i + ".activate.bias", 1);
            put("to_rgbs." + i + ".conv.weight", 1, 3, 1, 1, 1);
        }
        refused("stylegan2-generator");
        tensors.clear();
        put("final_conv.0.weight", 4, 5, 3, 3);
        put("final_linear.0.weight", 4, 64);
        put("final_linear.1.weight", 1, 4);
        put("convs.0.0.weight", 1, 3, 1, 1);
        for (int i = 1; i < 100; i++) {
            put("convs." + i + ".conv1.0.weight", 1, 1, 3, 3);
            put("convs." + i + ".conv2.1.weight", 1, 1, 3, 3);
            put("convs." + i + ".skip.1.weight", 1, 1, 1, 1);
        }
        refused("stylegan2-discriminator");
    }

    @Test
    void resolutionsOfStyleGan() throws IOException {
        put("G_synthesis/4x4/Const/const", 1, 4, 4, 4);
        for (int i = 0; i < 100; i++) {
            put("G_mapping/Dense" + i + "/kernel", 4, 4);
        }
        put("G_synthesis/4x4/Conv/bias/bias", 4);
        put("G_synthesis/ToRGB_lod0/kernel", 1, 1, 4, 3);
        for (int i = 1; i < 40; i++) {
            put("G_synthesis/" + (4 << i) + "x" + (4 << i) + "/Conv1/bias/bias", 1);
        }
        refused("stylegan1-generator");
    }

    @Test
    void resolutionsOfDescriptions() {
        for (int resolution : new int[] {Integer.MIN_VALUE, -4, 0, 2, 3, 6, 1 << 15, 1 << 30, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> Channels.of(1 << 20, 512, resolution))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a power of two from 4 to 16384, got " + resolution);
        }
        assertThat(Channels.of(1 << 20, 512, 1 << 14).resolution()).isEqualTo(1 << 14);
    }
}
