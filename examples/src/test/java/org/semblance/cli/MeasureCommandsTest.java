package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.Disentangler;
import org.semblance.Generator;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.training.SampleSet;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Sha256;
import org.semblance.weights.Weights;

/** The verbs evaluate and make-dataset on the embedded model, and profile. */
class MeasureCommandsTest {
    @TempDir
    Path folder;

    @Test
    void evaluatesOnRenderedHeads() throws IOException {
        Path json = folder.resolve("e.json");
        Run run = Run.of("evaluate", "--pairs", 12, "--device", "cpu", "--json", json)
                .succeeds();
        assertThat(run.out())
                .contains("12 pairs of rendered heads", "Identity by recogniser (independent of training)")
                .containsPattern("FID +not available");
        assertThat(Json.parse(json).get("precision").asString()).isEqualTo("FLOAT32");
        Json figures = Json.parse(json).get("figures");
        Json cosine = figures.get("identity_recogniser").get("id_to_output");
        assertThat(cosine.get("value").asDouble()).isBetween(0.7, 0.95);
        assertThat(figures.get("identity_recogniser")
                        .get("id_to_swap")
                        .get("value")
                        .asDouble())
                .isBetween(0.85, 0.97);
        assertThat(figures.get("geometry").get("landmark_px").get("value").asDouble())
                .isBetween(0.6, 1.5);
        assertThat(figures.get("reconstruction").get("psnr").get("value").asDouble())
                .isBetween(20.0, 27.0);
        assertThat(Json.parse(json)
                        .get("factors")
                        .get("yaw")
                        .get("to_attributes")
                        .asDouble())
                .isGreaterThan(0.8);
    }

    @Test
    void evaluatesOnPicturesAndGeneratedPairs() throws IOException {
        for (int i = 0; i < 3; i++) {
            Files.createDirectories(folder.resolve("p"));
            Image.filled(64, 64, 0x404040 * (i + 1)).writePng(folder.resolve("p/" + i + ".png"));
        }
        Run run = Run.of(
                        "evaluate",
                        "--identities",
                        folder.resolve("p"),
                        "--attributes",
                        folder.resolve("p"),
                        "--device",
                        "cpu")
                .succeeds();
        assertThat(run.out())
                .contains("6 pairs of 3 identity and 3 attribute pictures")
                .containsPattern("PSNR, mean over pictures, attribute pictures +[0-9.]+ \\[")
                .containsPattern("FAR 1e-3 on these people +not available  \\(needs 10000 pairs of people, got 3\\)");
        assertThat(Run.of("evaluate", "--data", "generated", "--pairs", 4, "--device", "cpu")
                        .succeeds()
                        .out())
                .contains("4 pairs of generated pictures");
    }

    @Test
    void refusesWhatCannotBeMeasured() {
        Run.of("evaluate", "--pairs", 1).fails(2, "evaluate", "--pairs");
        Run.of("evaluate", "--identities", folder).fails(2, "evaluate", "--attributes");
        Run.of("evaluate", "--with", folder.resolve("absent")).fails(1, "evaluate", "absent");
    }

    @Test
    void aGridDrawsEveryIdentityOfABlockWithAllItsAttributes() throws IOException {
        Object[] words = {
            "make-dataset", "--source", "heads", "--size", 16, "--grid", 2, "--count", 8, "--shard", 4, "--out"
        };
        Path set = folder.resolve("grid");
        Run.of(with(words, set)).succeeds();
        assertThat(SampleSet.read(set).grid()).isEqualTo(2);
        try (Weights truth = Safetensors.read(set.resolve("truth-00001.safetensors"))) {
            float[] who = truth.get("identity").data();
            float[] how = truth.get("attributes").data();
            assertThat(row(who, 22, 0)).isEqualTo(row(who, 22, 1)).isNotEqualTo(row(who, 22, 2));
            assertThat(row(who, 22, 2)).isEqualTo(row(who, 22, 3));
            assertThat(row(how, 25, 0)).isEqualTo(row(how, 25, 2)).isNotEqualTo(row(how, 25, 1));
            assertThat(row(how, 25, 1)).isEqualTo(row(how, 25, 3));
        }
        words[8] = 6;
        Run.of(with(words, set)).fails(2, "make-dataset", "a multiple of 4 for --grid 2, got 6");
        words[8] = 8;
        words[10] = 6;
        Run.of(with(words, set)).fails(2, "make-dataset", "--shard must be a multiple of 4, got 6");
        Run.of("make-dataset", "--grid", 2, "--count", 4, "--out", set).fails(2, "make-dataset", "--source heads");
        Run.of("make-dataset", "--size", 32, "--count", 4, "--out", set).fails(2, "make-dataset", "--size needs");
        Run.of("evaluate", "--network", "lpips=x.onnx").fails(2, "evaluate", "'lpips', expected one of [debiased, ");
        Run.of("train", "--out", set, "--test-pairs", 1).fails(2, "train", "--test-pairs must be 0");
        Run.of("make-dataset", "--source", "heads", "--grid", 1, "--count", 4, "--out", set)
                .fails(2, "make-dataset", "2 to 100, got 1");
    }

    private static float[] row(float[] all, int width, int row) {
        return Arrays.copyOfRange(all, row * width, (row + 1) * width);
    }

    @Test
    void makesAndResumesSets() throws IOException {
        Object[] words = {"make-dataset", "--count", 11, "--shard", 4, "--psi", 0.7, "--device", "cpu", "--out"};
        Path set = folder.resolve("set");
        Run.of(with(words, set)).succeeds();
        String index = Files.readString(set.resolve("index.json"));
        String last = Sha256.of(set.resolve("images-00002.safetensors"));
        SampleSet whole = SampleSet.read(set);
        assertThat(whole.count()).isEqualTo(11);
        assertThat(whole.description()).contains("seed 0, z seeds from 2147483648, ");
        requireCodes(set.resolve("codes-00001.safetensors"), 0x80000004L);
        assertThat(Run.of("info", set.resolve("codes-00001.safetensors"))
                        .succeeds()
                        .out())
                .contains("a shard of the sample set");
        new SampleSet(64, 512, whole.description(), whole.shards().subList(0, 1)).write(set);
        Files.delete(set.resolve("images-00002.safetensors"));
        assertThat(Run.of(with(words, set)).succeeds().out()).contains("11 samples in 3 shards");
        assertThat(Files.readString(set.resolve("index.json"))).isEqualTo(index);
        assertThat(Sha256.of(set.resolve("images-00002.safetensors"))).isEqualTo(last);
        words[6] = 0.5;
        Run.of(with(words, set)).fails(1, "make-dataset", "another set");
    }

    /** Four codes of the seeds from this one on. */
    private static void requireCodes(Path file, long first) throws IOException {
        try (Generator generator = Generator.load(Disentangler.embeddedModel(), Device.cpu());
                Weights codes = Safetensors.read(file)) {
            HostArray z = generator.z(first, first + 1, first + 2, first + 3);
            assertThat(codes.get("w").data()).isEqualTo(generator.map(z, 0.7f).data());
        }
    }

    private static Object[] with(Object[] words, Path out) {
        Object[] all = Arrays.copyOf(words, words.length + 1);
        all[words.length] = out;
        return all;
    }

    @Test
    void makesSetsOfHeads() throws IOException {
        Run.of("make-dataset", "--source", "heads", "--count", 3, "--size", 32, "--out", folder.resolve("h"))
                .succeeds();
        try (Weights truth = Safetensors.read(folder.resolve("h/truth-00000.safetensors"))) {
            assertThat(truth.get("landmarks").shape().dims()).containsExactly(3, 136);
            assertThat(truth.get("identity").shape().dims()).containsExactly(3, 22);
            assertThat(truth.get("identity_columns").shape().dims()).containsExactly(3, 41);
            float[] attributes = truth.get("attribute_columns").data();
            assertThat(attributes).hasSize(3 * 30);
            assertThat(attributes[30]).isEqualTo(truth.get("attributes").data()[25]);
        }
        Run.of("make-dataset", "--count", 0, "--out", folder).fails(2, "make-dataset", "--count");
    }

    /** Identity 8,000,000 is an evaluation's first. */
    @Test
    void refusesHeadsThatAreThoseOfEvaluations() {
        Object[] words = {"make-dataset", "--source", "heads", "--count", 1_000_001, "--shard", 1, "--out"};
        Run.of(with(words, folder))
                .fails(2, "make-dataset", "--count must be at most 1000000 for heads", "got 1000001");
        Run.of("make-dataset", "--source", "heads", "--grid", 2, "--count", 2_000_004, "--out", folder)
                .fails(2, "make-dataset", "--count must be at most 2000000 for heads", "got 2000004");
    }

    @Test
    void refusesShardsThatAreTooLargeBeforeAnyIsMade() {
        Object[] words = {"make-dataset", "--source", "heads", "--count", 2, "--size", 1024, "--shard", 171, "--out"};
        Run.of(with(words, folder.resolve("no"))).fails(2, "make-dataset", "--shard must be at most 170 at 1024x1024");
        assertThat(folder.resolve("no")).doesNotExist();
    }

    @Test
    void profilesOnlyWhereASynthesisIsPlanned() {
        Throwable missing = catchThrowable(Device::cuda);
        String told = missing == null ? "--device cuda" : missing.getMessage();
        Run.of("profile", "--resolution", 8, "--device", "cpu")
                .fails(1, "profile", "expected a CUDA device", "got cpu (", told);
        Run.of("profile", "--resolution", 100, "--device", "cpu").fails(2, "profile", "--resolution", "100");
        Run.of("profile", "--passes", 0, "--device", "cpu").fails(2, "profile", "--passes");
    }
}
