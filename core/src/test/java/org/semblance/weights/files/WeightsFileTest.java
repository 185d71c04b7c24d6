package org.semblance.weights.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.weights.StoredType;
import org.semblance.weights.Weights;

class WeightsFileTest {
    @TempDir
    private Path folder;

    private WeightsFile open(String name) throws IOException {
        return WeightsFile.open(Samples.copy(name, folder));
    }

    /** Views, half precision, booleans, empty, repeated and channels-last tensors, as NumPy saw them. */
    @ParameterizedTest
    @ValueSource(strings = {"zip_p2.pt", "zip_p4.pt", "defl.pt", "leg_p2.pt", "leg_p4.pt"})
    void checkpointsHoldWhatTorchSaved(String name) throws IOException {
        try (WeightsFile file = open(name);
                WeightsFile expected = open("exp.npz")) {
            Weights got = file.weights();
            assertThat(got.names())
                    .containsExactlyInAnyOrderElementsOf(expected.weights().names())
                    .hasSize(14);
            for (String tensor : got.names()) {
                assertThat(got.shape(tensor))
                        .as(tensor)
                        .isEqualTo(expected.weights().shape(tensor));
                assertThat(got.doubles(tensor))
                        .as(tensor)
                        .containsExactly(expected.weights().doubles(tensor));
            }
            assertThat(got.storedType("b")).isEqualTo(StoredType.BF16);
            assertThat(got.storedType("h")).isEqualTo(StoredType.F16);
            assertThat(got.get("cl").data()).hasSize(96);
        }
    }

    @Test
    void nestedCheckpointsNameTensorsByTheirPath() throws IOException {
        try (WeightsFile file = open("ck.pt")) {
            assertThat(file.format()).isEqualTo(FileFormat.TORCH_ZIP);
            assertThat(file.weights().names()).contains("state_dict.f", "arr").hasSize(15);
            assertThat(file.weights().doubles("arr")).containsExactly(0, 3, 1, 4, 2, 5);
            assertThat(file.weights().metadata()).containsEntry("epoch", "3").containsEntry("np", "2.5");
            assertThat(file.at("state_dict").contains("f")).isTrue();
            assertThat(file.parts()).isEmpty();
        }
    }

    /** Contiguous and chunked, compressed, half to double precision, both byte orders; layers out of order. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip.h5", "lzf.h5", "half.h5", "big.h5", "double.h5", "latest.h5"})
    void kerasFilesHoldTheSameHoweverTheyAreStored(String name) throws IOException {
        try (WeightsFile file = open(name);
                WeightsFile plain = open("plain.h5")) {
            assertThat(file.format()).isEqualTo(FileFormat.KERAS_HDF5);
            assertThat(file.weights().names())
                    .containsExactly("dense_10/kernel", "dense_10/bias", "dense_9/kernel", "dense_9/bias");
            for (String tensor : plain.weights().names()) {
                assertThat(file.weights().get(tensor).data())
                        .as(tensor)
                        .containsExactly(plain.weights().get(tensor).data());
            }
            Weights mapped = file.main().orElseThrow().scheme().translate(file.weights());
            assertThat(mapped.shape("linear1.weight").dims()).containsExactly(3, 4);
            assertThat(mapped.shape("linear2.weight").dims()).containsExactly(1, 3);
            float[] kernel = plain.weights().get("dense_9/kernel").data();
            assertThat(mapped.get("linear1.weight").data()[1]).isEqualTo(kernel[3]);
            assertThat(mapped.origin("linear1.weight")).isEqualTo("dense_9/kernel");
        }
    }

    @ParameterizedTest
    @CsvSource({"be.npy, 0 1 2 3 4 5", "f.npy, 0 1 2 3 4 5"})
    void arraysAreReadInTheirOrder(String name, String values) throws IOException {
        try (WeightsFile file = open(name)) {
            assertThat(file.format()).isEqualTo(FileFormat.NPY);
            double[] expected = java.util.Arrays.stream(values.split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            assertThat(file.weights().doubles("array")).containsExactly(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"np_p4.pkl, 3", "np_p5.pkl, 1", "old_bytes.pkl, 1"})
    void arraysInPicklesAreTensors(String name, double second) throws IOException {
        try (WeightsFile file = open(name)) {
            assertThat(file.format()).isEqualTo(FileFormat.PICKLE);
            assertThat(file.weights().shape("a").dims()).containsExactly(3, 4);
            double[] values = file.weights().doubles("a");
            assertThat(values).hasSize(12).startsWith(0, second).endsWith(11);
        }
    }

    @Test
    void snapshotsTellTheirNetworks() throws IOException {
        try (WeightsFile file = open("resnet8_proto4.pkl")) {
            assertThat(file.parts()).extracting(NetworkPart::name).containsExactly("G", "D", "G_ema");
            assertThat(file.main().orElseThrow().name()).isEqualTo("G_ema");
            assertThat(file.weights().metadata().get("G_ema.init_kwargs")).contains("\"img_resolution\":8");
            assertThat(file.weights()
                            .shape("G_ema.synthesis.b4.conv1.noise_strength")
                            .rank())
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bad_crc.pt | CRC-32",
                "bad_big.pt | byteorder 'big'",
                "bad_ext.h5 | links are not followed",
                "bad_softloop.h5 | links are not followed",
                "bad_hardloop.h5 | nested at most",
                "bad_obj.npy | objects are pickles"
            })
    void faultsAreNamed(String name, String fault) {
        assertThatThrownBy(() -> open(name)).isInstanceOf(IOException.class).hasMessageContaining(fault);
    }

    @ParameterizedTest
    @CsvSource({
        "cos\\nsystem\\n(S'id'\\ntR., os system",
        "(S'id'\\nios\\nsystem\\n., STRING",
        "cbuiltins\\neval\\n., builtins eval",
        "ctorch.serialization\\nos.system\\n., torch.serialization os.system"
    })
    void picklesOfOldProtocolsAreRefusedByWhatTheyName(String text, String named) {
        byte[] bytes = text.replace("\\n", "\n").getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> WeightsFile.open(Samples.write(bytes, folder.resolve("x.pkl"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(named);
    }

    @Test
    void otherFilesAreOfNoKnownFormat() {
        assertThatThrownBy(() -> WeightsFile.open(Samples.write(new byte[100], folder.resolve("x.bin"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must be safetensors");
        assertThatThrownBy(() -> WeightsFile.open(Samples.write(new byte[0], folder.resolve("empty.pkl"))))
                .isInstanceOf(IOException.class);
    }
}
