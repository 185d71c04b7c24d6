package org.semblance.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.semblance.onnx.OnnxFile.message;
import static org.semblance.onnx.OnnxFile.nested;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.TestDevice;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.weights.Half;

/** Reading: every way in which weights are stored, and every way in which a file can be wrong. */
@ExtendWith(NoLeaks.class)
class OnnxModelTest {
    private static final Device DEVICE = TestDevice.get();
    private static final float[] VALUES = {1.5f, -2, 0.25f, 96};

    @TempDir
    Path dir;

    private interface Stored {
        byte[] tensor();
    }

    private static Arguments stored(String name, int type, OnnxFile.Fields data) {
        return Arguments.of(name, (Stored) () -> OnnxFile.tensorMessage("w", type, new int[] {4}, data));
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Stream<Arguments> storages() {
        ByteBuffer floats = buffer(16);
        ByteBuffer halves = buffer(8);
        ByteBuffer brains = buffer(8);
        ByteBuffer doubles = buffer(32);
        for (float v : VALUES) {
            floats.putFloat(v);
            halves.putShort(Half.toF16(v));
            brains.putShort(Half.toBf16(v));
            doubles.putDouble(v);
        }
        return Stream.of(
                stored("float raw", 1, o -> o.writeByteArray(9, floats.array())),
                stored("half raw", 10, o -> o.writeByteArray(9, halves.array())),
                stored("bfloat raw", 16, o -> o.writeByteArray(9, brains.array())),
                stored("double raw", 11, o -> o.writeByteArray(9, doubles.array())),
                stored("float packed", 1, o -> o.writeByteArray(4, floats.array())),
                stored("double packed", 11, o -> o.writeByteArray(10, doubles.array())),
                stored("float one by one", 1, o -> {
                    for (float v : VALUES) {
                        o.writeFloat(4, v);
                    }
                }),
                stored("half as int32", 10, o -> {
                    for (float v : VALUES) {
                        o.writeInt32(5, Half.toF16(v) & 0xffff);
                    }
                }),
                stored(
                        "bfloat as int32",
                        16,
                        o -> nested(o, 5, message(p -> {
                            for (float v : VALUES) {
                                p.writeInt32NoTag(Half.toBf16(v) & 0xffff);
                            }
                        }))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("storages")
    void weightsAreReadHoweverTheyAreStored(String name, Stored stored) throws IOException {
        assertThat(sum(model(stored.tensor()))).containsExactly(VALUES);
    }

    /** Zeros plus the weights. */
    static float[] sum(OnnxModel model) throws IOException {
        try (OnnxNetwork network = OnnxNetwork.load(model, DEVICE);
                Scope scope = Scope.open()) {
            return network.apply(Tensor.of(DEVICE, HostArray.of(new float[4], 1, 4)))
                    .toHost()
                    .data();
        }
    }

    static byte[] bytes(byte[] tensor) {
        OnnxFile file = new OnnxFile(13).input("x", 1, 4);
        file.raw(5, tensor);
        return file.output(file.node("Add", List.of("x", "w"))).bytes();
    }

    private static OnnxModel model(byte[] tensor) throws IOException {
        return OnnxModel.read(bytes(tensor), "test");
    }

    @Test
    void shapesAreReadAsWholeNumbers() throws IOException {
        OnnxFile file = new OnnxFile(13).input("x", 1, 4);
        file.raw(5, OnnxFile.tensorMessage("shape", 7, new int[] {2}, o -> {
            o.writeInt64(7, 2);
            o.writeInt64(7, -1);
        }));
        byte[] bytes = file.output(file.node("Reshape", List.of("x", "shape"))).bytes();
        try (OnnxNetwork network = OnnxNetwork.load(OnnxModel.read(bytes, "test"), DEVICE);
                Scope scope = Scope.open()) {
            Tensor y = network.apply(Tensor.of(DEVICE, HostArray.of(VALUES, 1, 4)));
            assertThat(y.shape().dims()).containsExactly(2, 2);
        }
    }

    private static byte[] external(String location, long offset, long length) {
        return OnnxFile.tensorMessage("w", 1, new int[] {4}, o -> {
            nested(o, 13, entry("location", location));
            nested(o, 13, entry("offset", Long.toString(offset)));
            nested(o, 13, entry("length", Long.toString(length)));
            o.writeInt32(14, 1);
        });
    }

    private static byte[] entry(String key, String value) {
        return message(o -> {
            o.writeString(1, key);
            o.writeString(2, value);
        });
    }

    @Test
    void weightsBesideTheFile() throws IOException {
        ByteBuffer data = buffer(24);
        data.position(8);
        for (float v : VALUES) {
            data.putFloat(v);
        }
        Path folder = Files.createDirectory(dir.resolve("model"));
        Files.createDirectory(folder.resolve("sub"));
        Files.write(folder.resolve("sub/weights.bin"), data.array());
        Path file = folder.resolve("model.onnx");
        Files.write(file, bytes(external("sub/weights.bin", 8, 16)));
        assertThat(sum(OnnxModel.read(file))).containsExactly(VALUES);
        Files.write(file, bytes(external("sub/weights.bin", 12, 16)));
        refused(() -> OnnxModel.read(file), "must lie inside");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "/etc/passwd", "sub/../../secret", "link", "", "..", ".", "a\\b", "nul\0l"})
    void weightsElsewhereAreRefused(String location) throws IOException {
        Path folder = Files.createDirectory(dir.resolve("model"));
        Files.createDirectory(folder.resolve("sub"));
        Files.write(dir.resolve("secret"), new byte[64]);
        Files.createSymbolicLink(folder.resolve("link"), dir.resolve("secret"));
        Path file = folder.resolve("model.onnx");
        Files.write(file, bytes(external(location, 0, 16)));
        refused(() -> OnnxModel.read(file), "must lie in the model's folder");
    }

    @Test
    void weightsThatAreNotThere() throws IOException {
        Path file = dir.resolve("model.onnx");
        Files.write(file, bytes(external("weights.bin", 0, 16)));
        refused(() -> OnnxModel.read(file), "external data 'weights.bin' is missing");
        refused(() -> model(external("weights.bin", 0, 16)), "a model in memory cannot have weights outside");
    }

    @Test
    void damagedTensors() {
        refused(
                () -> model(OnnxFile.tensorMessage("w", 1, new int[] {4}, o -> o.writeByteArray(9, new byte[12]))),
                "tensor 'w' must have 16 bytes, got 12");
        refused(
                () -> model(OnnxFile.tensorMessage("w", 1, new int[] {4}, o -> o.writeFloat(4, 1))),
                "tensor 'w' must have 4 elements, got 1");
        refused(() -> model(OnnxFile.tensorMessage("w", 8, new int[] {4}, o -> {})), "got element type 8");
        refused(() -> model(OnnxFile.tensorMessage("w", 1, new int[] {1 << 30, 1 << 30}, o -> {})), "at most");
        refused(() -> model(OnnxFile.tensorMessage("w", 1, new int[] {-4}, o -> {})), "extents of 31 bits");
        refused(
                () -> model(OnnxFile.tensorMessage("w", 1, new int[] {1, 1, 1, 1, 1, 1, 1, 1, 1}, o -> {})),
                "at most 8");
        refused(
                () -> sum(model(OnnxFile.tensorMessage(
                        "w",
                        1,
                        new int[] {4},
                        o -> o.writeByteArray(9, buffer(16).putFloat(Float.NaN).array())))),
                "values must be finite");
    }

    /** What can be built is told from what cannot without building anything. */
    @Test
    void unsupportedOperatorsAreCounted() throws IOException {
        OnnxModel model = OnnxModel.read(Architectures.landmarks().bytes(), "landmarks");
        assertThat(model.unsupported()).containsOnly(Map.entry("NotAnOperator", 1));
        assertThat(OnnxModel.read(Architectures.iresnet().bytes(), "arc").unsupported())
                .isEmpty();
        Path named = Files.write(dir.resolve("a.onnx"), new byte[1]);
        Path program = Files.write(dir.resolve("b"), new byte[] {8, 7, 0x12, 2, 'p', 't'});
        Path other = Files.write(dir.resolve("c"), new byte[] {'P', 'K', 3});
        assertThat(OnnxModel.seemsOnnx(named)).isTrue();
        assertThat(OnnxModel.seemsOnnx(program)).isTrue();
        assertThat(OnnxModel.seemsOnnx(other)).isFalse();
    }

    @Test
    void whatIsNoModel() {
        refused(() -> OnnxModel.read(new byte[0], "empty"), "a graph and a version of the operators are needed");
        refused(() -> OnnxModel.read("hello world, this is text".getBytes(), "text"), "damaged or none");
        byte[] deep = new byte[40_000];
        for (int i = 0; i < deep.length; i++) {
            deep[i] = (byte) (i % 2 == 0 ? 0x3a : 0x7f);
        }
        refused(() -> OnnxModel.read(deep, "deep"), "onnx: ");
        refused(() -> OnnxModel.read(new byte[] {0x3b, 0x3b, 0x3b}, "groups"), "groups are not part of the format");
    }

    @Test
    void unsupportedOperatorsAreNamedAllAtOnce() {
        OnnxFile file = new OnnxFile(13).input("x", 1, 4);
        String a = file.node("Frobnicate", List.of("x"));
        String b = file.node("Einsum", List.of(a, "x"));
        String c = file.node("Frobnicate", List.of(b));
        file.node("Gelu", "com.microsoft", List.of(c), List.of("y"));
        file.output("y");
        refused(
                () -> sum(OnnxModel.read(file.bytes(), "test")),
                "operators not supported: Einsum (1 of 4 nodes), Frobnicate (2 of 4 nodes),"
                        + " com.microsoft:Gelu (1 of 4 nodes) [test]");
    }

    @Test
    void unsupportedSettingsAreNamedAllAtOnce() {
        OnnxFile file = new OnnxFile(18).input("x", 1, 2, 8, 8);
        String a = file.node(
                "Resize", List.of("x", "", file.floats(new float[] {1, 1, 2, 2}, 4)), OnnxFile.set("antialias", 1));
        String b =
                file.node("MaxPool", List.of(a), OnnxFile.list("kernel_shape", 2, 2), OnnxFile.list("dilations", 2, 2));
        file.output(b);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> sum(OnnxModel.read(file.bytes(), "test")))
                .withMessageContaining("antialias")
                .withMessageContaining("dilations");
    }

    @Test
    void badGraphs() {
        OnnxFile loop = new OnnxFile(13).input("x", 1, 4).output("a");
        loop.node("Relu", "", List.of("b"), List.of("a"));
        loop.node("Relu", "", List.of("a"), List.of("b"));
        refused(() -> OnnxFeatures.of(OnnxModel.read(loop.bytes(), "loop"), OnnxInput.arcFace(), DEVICE), "onnx: ");
        OnnxFile old = new OnnxFile(6).input("x", 1, 4).output("x");
        refused(() -> sum(OnnxModel.read(old.bytes(), "old")), "operators must be of version 7 to 24, got 6");
        OnnxFile two = new OnnxFile(13).input("x", 1, 4).input("z", 1, 4);
        two.output(two.node("Add", List.of("x", "z")));
        refused(() -> sum(OnnxModel.read(two.bytes(), "two")), "one input is needed");
    }

    @Test
    void saysWhatItHolds() throws IOException {
        OnnxModel model = OnnxModel.read(
                Architectures.mobilenet().metadata("author", "somebody").bytes(), "mobile");
        assertThat(model.operators()).containsEntry("Conv", 11).containsEntry("Clip", 8);
        assertThat(model.metadata()).containsEntry("author", "somebody");
        assertThat(model.inputs().get(0).dims()).containsExactly(-1, 3, 40, 40);
        assertThat(model.opset()).isEqualTo(13);
        assertThat(model.producer()).isEqualTo("semblance-test");
        assertThat(model).hasToString("mobile: ONNX, opset 13, 43 nodes, " + model.parameters() + " parameters");
    }

    private interface Reading {
        Object run() throws IOException;
    }

    private static void refused(Reading reading, String why) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(reading::run)
                .withMessageStartingWith("onnx: ")
                .withMessageContaining(why);
    }
}
