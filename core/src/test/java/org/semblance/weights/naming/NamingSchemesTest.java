package org.semblance.weights.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.weights.Weights;

class NamingSchemesTest {
    private static Weights weights(Object... namesAndShapes) {
        Map<String, HostArray> arrays = new LinkedHashMap<>();
        for (int i = 0; i < namesAndShapes.length; i += 2) {
            Shape shape = Shape.of((int[]) namesAndShapes[i + 1]);
            float[] data = new float[shape.intCount()];
            for (int k = 0; k < data.length; k++) {
                data[k] = k;
            }
            arrays.put((String) namesAndShapes[i], new HostArray(shape, data));
        }
        return Weights.of(arrays);
    }

    private static int[] dims(int... dims) {
        return dims;
    }

    @ParameterizedTest
    @CsvSource({
        "rosinality-generator, convs.5.conv.weight, synthesis.b32.conv1.weight",
        "rosinality-generator, noises.noise_0, synthesis.b4.conv1.noise_const",
        "rosinality-generator, noises.noise_7, synthesis.b64.conv0.noise_const",
        "rosinality-generator, noises.noise_8, synthesis.b64.conv1.noise_const",
        "rosinality-generator, style.8.bias, mapping.fc7.bias",
        "rosinality-generator, to_rgbs.7.bias, synthesis.b1024.torgb.bias",
        "keras-vggface2-resnet50, conv5_3_1x1_increase/bn/gamma, layer4.2.bn3.weight",
        "keras-vggface2-resnet50, conv2_1_1x1_proj/bn/beta, layer1.0.downsample.1.bias"
    })
    void namesOfTables(String scheme, String from, String to) throws IOException {
        int rank = from.startsWith("convs") || from.contains("kernel")
                ? 5
                : from.contains("noise") || from.contains("rgb") ? 4 : 1;
        int[] shape = new int[rank];
        java.util.Arrays.fill(shape, 1);
        Weights view = NamingScheme.load(scheme).translate(weights(from, shape));
        assertThat(view.names()).containsExactly(to);
        assertThat(view.origin(to)).isEqualTo(from);
    }

    @Test
    void layersAreNumberedByOrderAndNotByPlace() throws IOException {
        Weights keras =
                weights("dense_12/kernel", dims(2, 1), "dense_9/kernel", dims(3, 2), "dense/kernel", dims(4, 3));
        Weights view = NamingScheme.load("keras-latent-mlp").translate(keras);
        assertThat(view.shape("linear1.weight").dims()).containsExactly(3, 4);
        assertThat(view.shape("linear2.weight").dims()).containsExactly(2, 3);
        assertThat(view.shape("linear3.weight").dims()).containsExactly(1, 2);
        assertThat(view.get("linear2.weight").data()).containsExactly(0, 2, 4, 1, 3, 5);
    }

    @Test
    void kernelsAreTurned() throws IOException {
        Weights view = NamingScheme.load("keras-vggface2-resnet50")
                .translate(weights("conv1/7x7_s2/kernel", dims(2, 1, 3, 2)));
        assertThat(view.shape("conv1.weight").dims()).containsExactly(2, 3, 2, 1);
        assertThat(view.get("conv1.weight").data()).containsExactly(0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11);
    }

    @Test
    void axesThatAreNotThereAreNamed() {
        NamingScheme rosinality = NamingScheme.load("rosinality-generator");
        assertThatThrownBy(() -> rosinality.translate(weights("input.input", dims(2, 3, 4, 4))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("input.input must have extent 1 in axis 0");
        assertThatThrownBy(() -> NamingScheme.load("keras-latent-mlp")
                        .translate(weights("dense/kernel", dims(3), "dense_1/kernel", dims(1, 2))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("dense/kernel must have 2 axes");
    }

    @Test
    void twoTensorsDoNotGetOneName() {
        assertThatThrownBy(() -> NamingScheme.load("rosinality-generator")
                        .translate(weights("latent_avg", dims(3), "mapping.w_avg", dims(3))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("mapping.w_avg twice");
    }

    @Test
    void everyTableIsReadable() {
        assertThat(NamingSchemes.all()).hasSize(17).allSatisfy(s -> assertThat(s.network())
                .isNotEmpty());
        assertThat(NamingSchemes.of(weights("a", dims(1)))).isEmpty();
    }

    /** Names only: what is damaged is found when it becomes a network. */
    @Test
    void networksAreRecognisedThoughANameIsMissing() {
        Object[] mapper = {
            "dense_4/bias", dims(1), "dense_5/kernel", dims(1, 1), "dense_5/bias", dims(1), "dense_6/bias", dims(1)
        };
        assertThat(NamingSchemes.of(weights(mapper)).orElseThrow().name()).isEqualTo("keras-latent-mlp");
        Object[] generator = {
            "mapping.fc0.weight",
            dims(1, 1),
            "mapping.fc0.bias",
            dims(1),
            "mapping.w_avg",
            dims(1),
            "synthesis.b4.conv1.weight",
            dims(1, 1),
            "synthesis.b4.conv1.bias",
            dims(1)
        };
        assertThat(NamingSchemes.of(weights(generator)).orElseThrow().name()).isEqualTo("stylegan2-ada-generator");
    }

    /** A mapping like StyleGAN2's before another synthesis, dense layers behind convolutions. */
    @Test
    void otherNetworksAreNotTakenForOurs() {
        Object[] stylegan3 = {
            "mapping.fc0.weight", dims(1, 1), "mapping.fc0.bias", dims(1), "mapping.fc1.weight", dims(1, 1),
            "mapping.fc1.bias", dims(1), "mapping.w_avg", dims(1), "synthesis.input.weight", dims(1, 1)
        };
        assertThat(NamingSchemes.of(weights(stylegan3))).isEmpty();
        Object[] classifier = {
            "conv2d/kernel",
            dims(1, 1),
            "conv2d/bias",
            dims(1),
            "conv2d_1/kernel",
            dims(1, 1),
            "conv2d_1/bias",
            dims(1),
            "dense/kernel",
            dims(1, 1),
            "dense/bias",
            dims(1),
            "dense_1/kernel",
            dims(1, 1),
            "dense_1/bias",
            dims(1)
        };
        assertThat(NamingSchemes.of(weights(classifier))).isEmpty();
    }

    @Test
    void patternsWithNumbers() {
        assertThat(new NamePattern("a.{2j+1}.b").match("a.7.b")).containsEntry('j', 3);
        assertThat(new NamePattern("a.{2j+1}.b").match("a.8.b")).isNull();
        assertThat(new NamePattern("a.{j}").match("a.07")).isNull();
        assertThat(new NamePattern("*.kernel").match("x.y.kernel")).isEmpty();
        assertThat(new NamePattern("b{8<<j}").format(Map.of('j', 7))).isEqualTo("b1024");
        assertThat(new NamePattern("b{8<<j}").format(Map.of('j', 99_999))).isNull();
    }
}
