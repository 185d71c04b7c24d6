package org.semblance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.array.HostArray;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.files.Samples;

@ExtendWith(NoLeaks.class)
class ModelConverterTest {
    @TempDir
    private Path folder;

    @Test
    void theFolderDrawsWhatTheFileDraws() throws IOException {
        Path snapshot = Samples.copy("resnet8_proto4.pkl", folder);
        ModelConverter converter = new ModelConverter("mine", "CC0-1.0", 64);
        assertThat(converter.add(snapshot)).isEqualTo("generator");
        assertThat(converter.add(Samples.copy("plain.h5", folder))).isEqualTo("latent_discriminator");
        assertThatThrownBy(() -> converter.add(snapshot)).isInstanceOf(IllegalArgumentException.class);
        converter.write(folder.resolve("model"));
        ModelFolder model = ModelFolder.open(folder.resolve("model"));
        assertThat(model.licence()).isEqualTo("CC0-1.0");
        assertThat(model.network("generator").size("w")).isEqualTo(10);
        try (Generator before = Generator.load(snapshot, TestDevice.get());
                Generator after = Generator.load(model, TestDevice.get())) {
            assertThat(after.config()).isEqualTo(before.config());
            HostArray z = before.z(3, 4);
            HostArray labels = HostArray.of(new float[] {1, 0, 0, 0, 1, 0}, 2, 3);
            assertThat(after.generate(z, labels, Truncation.of(0.7f), Noise.constant()))
                    .isEqualTo(before.generate(z, labels, Truncation.of(0.7f), Noise.constant()));
        }
    }

    @Test
    void filesWithoutANetworkAreRefused() {
        ModelConverter converter = new ModelConverter("mine", "CC0-1.0", 64);
        assertThatThrownBy(() -> converter.add(Samples.copy("zip_p2.pt", folder)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must be of a known network");
        assertThatThrownBy(() -> IdEncoder.load(Samples.copy("plain.h5", folder), 64, TestDevice.get()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must be of a resnet50, got a latent-mlp");
        assertThatThrownBy(() -> AttributeEncoder.load(Samples.copy("plain.h5", folder), 64, TestDevice.get()))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Generator.load(Samples.copy("bad_crc.pt", folder), TestDevice.get()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void theMapperOfAFile() throws IOException {
        try (LatentMapper mapper = LatentMapper.load(Samples.copy("mlp.h5", folder), TestDevice.get())) {
            assertThat(mapper.network().widths()).containsExactly(16, 64, 32, 16, 1);
        }
    }
}
