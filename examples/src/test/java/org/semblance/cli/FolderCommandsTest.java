package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.image.Image;
import org.semblance.json.Json;

/** The verbs on folders, run as a user runs them. */
class FolderCommandsTest {
    private static final int HEADS = 5;

    @TempDir
    Path folder;

    private Path who;

    @BeforeEach
    void heads() throws IOException {
        who = Heads.write(to("who.png"), 50, 60);
        for (int i = 0; i < HEADS; i++) {
            Heads.write(to("in/h" + i + ".png"), i, i);
        }
    }

    private Path to(String name) {
        return folder.resolve(name);
    }

    private Run swap(Path identity, String out, Object... more) {
        return run("swap", "--identity", identity, "--attributes", to("in"), "--out", to(out))
                .with(more);
    }

    private record Words(List<Object> words) {
        Run with(Object... more) {
            return Run.of(Stream.concat(words.stream(), Stream.of(more)).toArray());
        }
    }

    private static Words run(Object... words) {
        return new Words(List.of(words));
    }

    private List<String> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(to(name))) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private Image read(String name) throws IOException {
        return Image.read(to(name));
    }

    @Test
    void oneIdentityGoesIntoEveryPicture() throws IOException {
        Run run = swap(who, "out", "--report", to("report.json")).succeeds();
        assertThat(run.out()).contains("5 done, 0 failed").endsWith(to("out") + System.lineSeparator());
        assertThat(files("out"))
                .containsExactly(BatchOptions.JOURNAL, "h0.png", "h1.png", "h2.png", "h3.png", "h4.png");
        Run.of("swap", "--identity", who, "--attributes", to("in/h2.png"), "--out", to("one.png"))
                .succeeds();
        Pictures.assertClose(read("out/h2.png"), read("one.png"));
        Json report = Json.parse(to("report.json"));
        assertThat(report.get("items").compact()).isEqualTo("{\"total\":5,\"done\":5,\"skipped\":0,\"failed\":0}");
        assertThat(report.get("about").get("verb").asString()).isEqualTo("swap");
        assertThat(report.get("about").get("modelSha256").asString()).hasSize(64);
    }

    @Test
    void aBadPictureIsReportedAndLeftOut() throws IOException {
        Files.writeString(to("in/bad.png"), "not a picture");
        Run run = swap(who, "out", "--report", to("report.json"));
        run.fails(1, "swap", "bad.png", "not a PNG or JPEG");
        assertThat(run.out()).contains("5 done, 1 failed");
        assertThat(files("out")).hasSize(6).doesNotContain("bad.png");
        Json failure = Json.parse(to("report.json")).get("failures").at(0);
        assertThat(failure.get("item").asString()).isEqualTo("bad.png");
        assertThat(failure.get("stage").asString()).isEqualTo("decode");
        Run fast = swap(who, "fast", "--fail-fast", "--batch", 1);
        assertThat(fast.code()).isEqualTo(1);
        assertThat(fast.out()).contains("ended early");
        assertThat(files("fast")).doesNotContain("h4.png");
    }

    @Test
    void resumeDoesWhatIsMissingAndTheBytesAreTheSame() throws IOException {
        swap(who, "out", "--batch", 3).succeeds();
        byte[] before = Files.readAllBytes(to("out/h1.png"));
        Files.delete(to("out/h1.png"));
        Files.writeString(to("out/.h1.png.12345678-1234-1234-1234-123456789abc.tmp"), "half");
        Run run = swap(who, "out", "--batch", 3, "--resume").succeeds();
        assertThat(run.out()).contains("1 done, 0 failed, 4 were done before");
        assertThat(to("out/h1.png")).hasBinaryContent(before);
        assertThat(files("out")).hasSize(6);
        swap(to("in/h0.png"), "out", "--resume").fails(1, "swap", "other settings", "identity");
    }

    @Test
    void severalPicturesOfAPersonMakeOneIdentity() throws IOException {
        for (int i = 0; i < 3; i++) {
            Heads.write(to("person/p" + i + ".png"), 50, 70 + i);
        }
        swap(to("person"), "mean").succeeds();
        swap(to("person"), "median", "--template", "median").succeeds();
        swap(to("person/p0.png"), "first").succeeds();
        assertThat(read("mean/h0.png")).isNotEqualTo(read("first/h0.png")).isNotEqualTo(read("median/h0.png"));
        assertThat(files("median")).hasSize(6);
    }

    @Test
    void pairsAreFoundByTheirExactNames() throws IOException {
        for (String name : List.of("h1", "h3", "h33", "H0")) {
            Heads.write(to("ids/" + name + ".png"), 80, 90);
        }
        Words pairs = run("pairs", "--identities", to("ids"), "--attributes", to("in"), "--out", to("out"));
        pairs.with().fails(1, "pairs", "partner", "5: H0, h0, h2, ...", "--skip-unpaired");
        assertThat(to("out")).doesNotExist();
        pairs.with("--skip-unpaired").succeeds();
        assertThat(files("out")).containsExactly(BatchOptions.JOURNAL, "h1.png", "h3.png");
        Run.of("swap", "--identity", to("ids/h1.png"), "--attributes", to("in/h1.png"), "--out", to("one.png"))
                .succeeds();
        Pictures.assertClose(read("out/h1.png"), read("one.png"));
    }

    @Test
    void picturesThatWouldShareAResultAreRefused() throws IOException {
        Heads.head(1, 1).writeJpeg(to("in/h1.jpg"), 0.9);
        swap(who, "out").fails(1, "swap", "h1.jpg", "h1.png");
        assertThat(to("out")).doesNotExist();
        swap(who, "in").fails(1, "swap", "folder of their own");
    }

    @Test
    void tablesAreWrittenAsASheetOrAsFiles() throws IOException {
        Words table = run("table", "--identities", to("in"), "--attributes", to("in"), "--device", "cpu", "--out");
        table.with(to("t.png")).succeeds();
        table.with(to("labelled.png"), "--labels").succeeds();
        table.with(to("cells")).succeeds();
        Image sheet = read("t.png");
        assertThat(sheet.width()).isEqualTo(2 + 66 * (HEADS + 1));
        assertThat(read("labelled.png").width()).isEqualTo(sheet.width() + 66);
        assertThat(sheet.cropped(2 + 66 * 4, 2 + 66 * 2, 64, 64)).isEqualTo(read("cells/h1/h3.png"));
        Path draft = to("cells/h0/.h1.png.12345678-1234-1234-1234-123456789abc.tmp");
        Files.writeString(draft, "half");
        assertThat(table.with(to("cells"), "--resume").succeeds().out()).contains("25 were done before");
        assertThat(draft).doesNotExist();
        table.with(to("t.png"), "--resume").fails(2, "table", "--resume");
    }

    @Test
    void aTableLeavesOutWhatCannotBeRead() throws IOException {
        Files.writeString(to("in/bad.png"), "not a picture");
        Path report = to("report.json");
        Run run = run("table", "--identities", to("in"), "--attributes", to("in"), "--out", to("t.png"))
                .with("--report", report);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(2).allMatch(line -> line.contains("bad.png"));
        assertThat(read("t.png").width()).isEqualTo(2 + 66 * (HEADS + 1));
        Json preparations = Json.parse(report).get("preparations");
        assertThat(preparations.size()).isEqualTo(2);
        assertThat(preparations.at(0).get("failures").at(0).get("item").asString())
                .endsWith("bad.png");
    }

    @Test
    void interpolationsPlay() throws IOException {
        Words words = run("interpolate", "--identity", who, "--to-identity", to("in/h1.png"), "--attributes", who);
        for (String name : List.of("way.gif", "way.apng", "strip.png")) {
            words.with("--steps", 4, "--curve", "spherical", "--space", "z", "--labels", "--out", to(name))
                    .succeeds();
        }
        assertThat(read("strip.png").height()).isEqualTo(2 + 64 + 9 + 2);
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(to("way.gif").toFile())) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(4);
        } finally {
            reader.dispose();
        }
        Run.of("swap", "--identity", who, "--attributes", who, "--out", to("start.png"))
                .succeeds();
        Files.copy(to("way.apng"), to("first.png"));
        assertThat(read("first.png")).as("the end point, to the bit").isEqualTo(read("start.png"));
        words.with("--steps", 4, "--out", to("frames")).succeeds();
        assertThat(words.with("--steps", 4, "--out", to("frames"), "--resume")
                        .succeeds()
                        .out())
                .contains("4 were done before");
    }

    @Test
    void generateGoesOn() throws IOException {
        Run.of("generate", "--seeds", "0-4", "--out", to("seeds")).succeeds();
        assertThat(Run.of("generate", "--seeds", "0-6", "--out", to("seeds"), "--resume")
                        .succeeds()
                        .out())
                .contains("2 done, 0 failed, 5 were done before");
        Run.of("generate", "--seeds", "0-6", "--psi", 0.5, "--out", to("seeds"), "--resume")
                .fails(1, "generate", "other settings");
    }
}
