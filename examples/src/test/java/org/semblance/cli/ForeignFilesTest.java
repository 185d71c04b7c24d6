package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.weights.ModelFolder;

/** The verbs on files that were made elsewhere: ONNX, face-api.js, photographs. */
class ForeignFilesTest {
    @TempDir
    private Path folder;

    /** An ONNX file for pictures of 64x64 to 5 numbers, whose metadata ask for the norm. */
    private Path onnx() {
        try (InputStream in = ForeignFilesTest.class.getResourceAsStream("recogniser.onnx")) {
            return Files.write(folder.resolve("recogniser.onnx"), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void infoTellsOnnxFiles() {
        assertThat(Run.of("info", onnx()).succeeds().out())
                .contains("recogniser.onnx: ONNX, 4438 bytes")
                .contains("operators of version 17, written by semblance-test, 941 parameters in 6 tensors")
                .contains("inputs: images [?, 3, 64, 64]")
                .contains("outputs: embedding")
                .contains("operators: Conv 2, Flatten 1, Gemm 1, GlobalAveragePool 1, Relu 2")
                .contains("looks like: a network that can be built")
                .contains("semblance.normalised = true")
                .contains("licence: CC0-1.0");
    }

    @Test
    void onnxFilesBecomeRolesWithTheirInput() throws IOException {
        Path out = folder.resolve("model");
        Run.of(
                        "convert",
                        onnx(),
                        "--out",
                        out,
                        "--onnx-input",
                        "vggface2",
                        "--onnx-crop",
                        "0.1,0.1,0.9,0.9",
                        "--resolution",
                        128)
                .succeeds();
        ModelFolder model = ModelFolder.open(out);
        assertThat(model.network("identity").config().compact())
                .contains("\"resolution\":128")
                .contains("\"crop\":[0.1,0.1,0.9,0.9]")
                .contains("\"mean\":[131.0912,103.8827,91.4953]")
                .contains("\"channels\":\"bgr\"")
                .contains("\"normalised\":true");
        assertThat(Run.of("info", out).succeeds().out())
                .contains("identity: onnx, identity.onnx")
                .contains("outputs: embedding");
        Path measured = folder.resolve("measured");
        Run.of("convert", onnx(), "--out", measured, "--onnx-role", "recogniser", "--onnx-mean", "1,2,3")
                .succeeds();
        assertThat(ModelFolder.open(measured).network("recogniser").config().compact())
                .contains("\"mean\":[1.0,2.0,3.0]", "\"deviation\":[127.5,127.5,127.5]");
        Run.of("convert", onnx(), "--out", out, "--onnx-output", "other")
                .fails(1, "convert", "output 'other' is needed");
        Run.of("convert", onnx(), "--out", out, "--onnx-crop", "0.1,x").fails(2, "convert", "'x' is not a double");
        Run.of("convert", onnx(), "--out", out, "--onnx-crop", "0.1,0.2")
                .fails(2, "convert", "--onnx-crop must be left, top, right, bottom");
    }

    @Test
    void onnxNetworksMeasure() throws IOException {
        Path json = folder.resolve("figures.json");
        String onnx = onnx().toString();
        Run run = Run.of(
                "evaluate",
                "--data",
                "generated",
                "--pairs",
                2,
                "--batch",
                2,
                "--device",
                "cpu",
                "--json",
                json,
                "--encoder",
                onnx,
                "--network",
                "expression=" + onnx,
                "--network",
                "lpips_vgg=" + onnx,
                "--network",
                "debiased=" + onnx);
        assertThat(run.succeeds().out())
                .contains("Identity by recogniser.onnx_recogniser (independent of training)")
                .contains("Identity by debiased (independent of training)")
                .containsPattern("expression coefficients, to attribute picture +[0-9.]+ \\[")
                .containsPattern("shape coefficients, to identity picture +not available  \\(no network 'shape'\\)")
                .containsPattern("LPIPS \\(VGG\\) +[0-9.]+ \\[")
                .containsPattern("LPIPS \\(AlexNet\\) +not available")
                .containsPattern("style code found to that generated from +[0-9.]+ \\[");
        Json report = Json.parse(json);
        Json figures = report.get("figures");
        assertThat(figures.get("geometry").get("expression").get("value").asDouble())
                .isBetween(1e-4, 2.0);
        assertThat(figures.get("reconstruction").get("lpips_vgg").get("value").asDouble())
                .isBetween(1e-9, 1.0);
        assertThat(figures.get("reconstruction")
                        .get("lpips_alex")
                        .get("available")
                        .asBoolean())
                .isFalse();
        assertThat(figures.get("reconstruction").get("w_error").get("value").asDouble())
                .isBetween(1.0, 100.0);
        Json networks = report.get("networks");
        assertThat(networks.elements()).hasSize(4);
        assertThat(networks.at(1).get("sha256").keys()).containsExactly("expression");
        Run.of("evaluate", "--network", "landmarks=" + onnx).fails(2, "evaluate", "--network", "landmarks");
    }

    @Test
    void trainingGoesThroughAnOnnxRecogniserAndOn() throws IOException {
        Path out = folder.resolve("run");
        String[] small = {"--set", "batch=2", "--set", "start.mapper=fresh", "--test-pairs", "0", "--device", "cpu"};
        Run first = with(small, "train", "--out", out, "--encoder", onnx(), "--set", "schedule.steps=1");
        assertThat(first.succeeds().out()).contains("ended after 1 steps");
        assertThat(Run.of("info", out).succeeds().out()).contains("checkpoint of a training run, step 1");
        Run.of("resume", out, "--test-pairs", 0, "--device", "cpu").fails(1, "resume", "identity");
        Path exported = folder.resolve("exported");
        Run.of("export", out, "--encoder", onnx(), "--out", exported, "--device", "cpu")
                .succeeds();
        assertThat(Files.readAllBytes(exported.resolve("identity.onnx"))).isEqualTo(Files.readAllBytes(onnx()));
        assertThat(Run.of("info", exported.resolve("attributes.safetensors"))
                        .succeeds()
                        .out())
                .contains("looks like: the attributes of the model exported, a network of");
    }

    private static Run with(String[] more, Object... words) {
        Object[] all = new Object[words.length + more.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Run.of(all);
    }

    @Test
    void infoTellsFaceApisNetworksAndOtherFoldersOfOurs() throws IOException {
        Path faces = SyntheticFaces.in(folder.resolve("faces"));
        assertThat(Run.of("info", faces).succeeds().out())
                .contains("face_landmark_68_model-weights_manifest.json: TensorFlow.js weights")
                .contains("looks like: face-api.js' network of 68 landmarks, 112x112")
                .contains("looks like: face-api.js' larger face detector (SSD MobileNet v1), 512x512");
        Path bin = faces.resolve("face_landmark_68_model.bin");
        Run.of("info", bin).fails(1, "info", "not the .bin beside it");
        Path model = folder.resolve("model");
        Run.of("convert", faces.resolve("face_landmark_68_model-weights_manifest.json"), "--out", model)
                .succeeds();
        assertThat(Run.of("info", model).succeeds().out()).contains("landmarks: face-api-landmarks");
        Path set = folder.resolve("set");
        assertThat(Run.of("make-dataset", "--source", "heads", "--count", 2, "--size", 16, "--out", set)
                        .code())
                .isZero();
        assertThat(Run.of("info", set).succeeds().out()).contains("sample set, 2 pictures of 16x16 in 1 shards");
        assertThat(Run.of("info", set.resolve("images-00000.safetensors"))
                        .succeeds()
                        .out())
                .contains("a shard of the sample set");
    }

    private Path photo(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Image.filled(200, 160, 0x806040).writePng(file);
        return file;
    }

    @Test
    void alignGoesOnAfterWhatItCannotRead() throws IOException {
        Path faces = SyntheticFaces.in(folder.resolve("faces"));
        Path text = Files.writeString(folder.resolve("text.jpg"), "no picture");
        Path absent = folder.resolve("absent.jpg");
        Path out = folder.resolve("out");
        Run run = Run.of(
                "align",
                text,
                photo("a.png"),
                absent,
                photo("b.png"),
                "--out",
                out,
                "--face-models",
                faces,
                "--size",
                32,
                "--device",
                "cpu");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines())
                .hasSize(2)
                .anySatisfy(line ->
                        assertThat(line).contains("semblance: align: ", text + ": not a PNG or JPEG file", "skipped"))
                .anySatisfy(line -> assertThat(line).contains(absent + ": no such file", "skipped"));
        assertThat(run.out().lines()).hasSize(2).allSatisfy(line -> assertThat(line)
                .contains("score 0.993"));
        assertThat(Image.read(out.resolve("a.png")).width()).isEqualTo(32);
        assertThat(out.resolve("b.json")).exists();
        Run.of("align", text, "--out", out, "--face-models", faces, "--device", "cpu")
                .fails(1, "align", "not a PNG or JPEG file");
    }

    @Test
    void alignKeepsNamesApartAndPhotographsWhole() throws IOException {
        Path faces = SyntheticFaces.in(folder.resolve("faces"));
        Path out = folder.resolve("out");
        Run same = Run.of(
                "align",
                photo("one/a.png"),
                photo("two/a.png"),
                "--out",
                out,
                "--face-models",
                faces,
                "--size",
                32,
                "--device",
                "cpu");
        assertThat(same.code()).isEqualTo(1);
        assertThat(same.err()).contains("photographs must have different names, got two for " + out.resolve("a.png"));
        assertThat(same.out().lines()).hasSize(1);
        Path photo = photo("c.png");
        byte[] before = Files.readAllBytes(photo);
        Run.of("align", photo, "--out", folder, "--face-models", faces, "--size", 32, "--device", "cpu")
                .fails(1, "align", "must not replace an input");
        assertThat(Files.readAllBytes(photo)).isEqualTo(before);
    }

    @Test
    void fetchingEndsInTime() {
        Run.of("fetch-models", "--timeout", 0).fails(2, "fetch-models", "--timeout must be 1 to 86400, got 0");
        Run.of("fetch-models", "--registry", "file:/tmp")
                .fails(2, "fetch-models", "--registry must be an http or https address, got file:/tmp");
    }

    /** A registry that takes the call and says nothing. Without npm the answer is that npm is needed. */
    @Test
    @Timeout(60)
    void aRegistryThatDoesNotAnswerIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + silent.getLocalPort() + "/";
            Path out = folder.resolve("models");
            Run.of("fetch-models", "--timeout", 3, "--registry", url, "--out", out)
                    .fails(1, "fetch-models", "npm ", "@vladmandic/face-api");
            assertThat(out).doesNotExist();
            ProcessHandle.current().descendants().forEach(p -> assertThat(p.onExit())
                    .succeedsWithin(Duration.ofSeconds(20)));
        }
    }
}
