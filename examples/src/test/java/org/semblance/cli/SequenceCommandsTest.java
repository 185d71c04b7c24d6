package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.image.Image;
import org.semblance.json.Json;

class SequenceCommandsTest {
    private static final int FRAMES = 12;

    @TempDir
    private Path folder;

    private Path film() {
        Run.of("render-heads", "--identities", "5", "--attributes", "3", "--sequence", FRAMES, "--out", folder)
                .succeeds();
        return folder.resolve("i0005-m0003");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFilmComesWithItsTruthAndAPortrait() throws IOException {
        Path film = film();
        assertThat(names(film)).hasSize(FRAMES).startsWith("frame00000.png").endsWith("frame00011.png");
        assertThat(names(folder)).containsExactly("i0005-m0003", "i0005-m0003.json", "i0005.png");
        Json truth = Json.parse(folder.resolve("i0005-m0003.json"));
        assertThat(truth.get("rate").asDouble()).isEqualTo(25);
        assertThat(truth.get("frames").elements()).hasSize(FRAMES);
        Json last = truth.get("frames").elements().get(FRAMES - 1);
        assertThat(last.get("frame").asInt()).isEqualTo(FRAMES - 1);
        assertThat(last.get("attributes").get("yaw").asDouble())
                .isNotEqualTo(truth.get("frames")
                        .elements()
                        .get(0)
                        .get("attributes")
                        .get("yaw")
                        .asDouble());
    }

    @Test
    void aVideoBecomesAVideo() throws IOException {
        Path film = film();
        Path who = Heads.write(folder.resolve("who.png"), 9, 4);
        Path video = folder.resolve("a.mp4");
        Run run = Run.of("sequence", film, "--aligned", "--identity", who, "--out", video);
        run.succeeds();
        assertThat(run.lastLine()).isEqualTo(video.toString());
        Path again = folder.resolve("b.mp4");
        Run.of("video", video, "--aligned", "--identity", folder.resolve("i0005.png"), "--out", again)
                .succeeds();
        assertThat(names(folder))
                .as("no frames are left")
                .containsExactly("a.mp4", "b.mp4", "i0005-m0003", "i0005-m0003.json", "i0005.png", "who.png");
    }

    /** A face that is found in fewer than three frames may be a mistake; an aligned frame is one. */
    @Test
    void twoAlignedFramesAreASequence() throws IOException {
        Path film = film();
        Path two = Files.createDirectories(folder.resolve("two"));
        for (String name : List.of("frame00000.png", "frame00001.png")) {
            Files.copy(film.resolve(name), two.resolve(name));
        }
        Path who = Heads.write(folder.resolve("who.png"), 9, 4);
        Run run = Run.of("sequence", two, "--aligned", "--identity", who, "--out", folder.resolve("out"))
                .succeeds();
        assertThat(run.out()).contains("person 1: frames 0 to 1, replaced in 2");
    }

    @Test
    void aReportComparesWithEveryFrameByItself() throws IOException {
        Path film = film();
        Path who = Heads.write(folder.resolve("who.png"), 9, 4);
        Path out = folder.resolve("out");
        Path report = folder.resolve("report.json");
        Run run = Run.of(
                "sequence",
                film,
                "--aligned",
                "--identity",
                who,
                "--out",
                out,
                "--report",
                report,
                "--baseline",
                "--reference",
                film);
        run.succeeds();
        assertThat(run.out()).contains("person 1: frames 0 to 11, replaced in 12", "frame by frame: pairwise");
        assertThat(names(out)).isEqualTo(names(film));
        assertThat(Image.read(out.resolve("frame00003.png"))).isNotEqualTo(Image.read(film.resolve("frame00003.png")));
        Json person = Json.parse(report).get("people").elements().get(0);
        Json steady = person.get("figures");
        Json each = person.get("frame_by_frame");
        for (String recogniser : List.of("identity", "recogniser")) {
            assertThat(steady.get(recogniser).get("jitter").asDouble())
                    .as("jitter by %s", recogniser)
                    .isLessThan(each.get(recogniser).get("jitter").asDouble());
        }
        assertThat(steady.get("motion").get("landmark_jerk_out").asDouble())
                .isLessThan(0.8 * each.get("motion").get("landmark_jerk_out").asDouble());
        assertThat(steady.get("motion").get("tracking").keys()).contains("landmarks_mouth_open", "factor_smile");
        assertThat(person.get("pairwise_over_reference").keys()).contains("identity", "recogniser");
    }

    @Test
    void everybodyBecomesNobodyByASecret() throws IOException {
        Path film = film();
        byte[] bytes = new byte[16];
        Arrays.fill(bytes, (byte) 0xff); // no text in any encoding
        Path secret = Files.write(folder.resolve("secret"), bytes);
        for (String out : List.of("a", "b")) {
            Path made = folder.resolve(out);
            Run run = Run.of("sequence", film, "--aligned", "--anonymize", "--secret", secret, "--out", made);
            run.succeeds();
            assertThat(run.out()).contains("to the original, recogniser: ", "0 frames at or above");
        }
        for (String name : names(film)) {
            assertThat(folder.resolve("a").resolve(name))
                    .hasSameBinaryContentAs(folder.resolve("b").resolve(name));
        }
        Path once = Files.createDirectories(folder.resolve("once"));
        Files.copy(film.resolve("frame00003.png"), once.resolve("f.png"));
        Path out = folder.resolve("once-out");
        // Who comes by no secret is somebody else each time, and may look like the original by chance: exit code 1.
        Run one = Run.of("sequence", once, "--aligned", "--anonymize", "--out", out);
        assertThat(one.code()).isIn(0, 1);
        assertThat(one.err().isEmpty()).as(one.err()).isEqualTo(one.code() == 0);
        assertThat(one.out()).contains("person 1: frames 0 to 0, replaced in 1", "to the original, recogniser: ");
        assertThat(Image.read(out.resolve("f.png"))).isNotEqualTo(Image.read(once.resolve("f.png")));
        Path few = Files.writeString(folder.resolve("few"), "short");
        Run.of("sequence", film, "--aligned", "--anonymize", "--secret", few, "--out", folder.resolve("c"))
                .fails(1, "sequence", "at least 16 bytes");
        Path who = folder.resolve("i0005.png");
        Run.of("sequence", film, "--aligned", "--anonymize", "--identity", who, "--out", folder.resolve("c"))
                .fails(2, "sequence", "either --identity or --anonymize is needed");
        Run.of("sequence", film, "--aligned", "--out", folder.resolve("c"))
                .fails(2, "sequence", "either --identity or --anonymize is needed");
    }

    @Test
    void aModelIsMeasuredOverTimeByOneCommand() throws IOException {
        Path json = folder.resolve("e.json");
        Run run = Run.of("evaluate-sequence", "--frames", 8, "--motions", "4", "--json", json);
        run.succeeds();
        assertThat(run.out()).contains("motion 4, 8 frames", "pairwise over reference, recogniser: ");
        Json sequence = Json.parse(json).get("sequences").elements().get(0);
        assertThat(sequence.get("report")
                        .get("reference")
                        .get("recogniser")
                        .get("frames")
                        .asInt())
                .isEqualTo(8);
        Run.of("evaluate-sequence", "--frames", 3).fails(2, "evaluate-sequence", "--frames must be 4 to 100000, got 3");
    }

    @Test
    void mistakesAreNamed() throws IOException {
        Path film = film();
        Path who = Heads.write(folder.resolve("who.png"), 9, 4);
        Run.of("sequence", film, "--aligned", "--identity", who, "--out", film)
                .fails(1, "sequence", "the result must not replace the input");
        Run.of("sequence", folder.resolve("none"), "--aligned", "--identity", who, "--out", folder.resolve("o"))
                .fails(1, "sequence", "no such file");
        Run.of("sequence", who, "--aligned", "--identity", who, "--out", who)
                .fails(1, "sequence", "the result must not replace the input");
        Run.of("sequence", film, "--aligned", "--identity", who, "--smooth", "-1", "--out", folder.resolve("o"))
                .fails(2, "sequence", "sigma must be 0 to 1000.0 frames, got -1");
        Run.of("sequence", film, "--aligned", "--identity", who, "--identity", "1=" + who, "--out", folder.resolve("o"))
                .fails(2, "sequence", "person 1 must have one picture, got two");
        Path text = Files.writeString(folder.resolve("text.mp4"), "no video");
        Run.of("sequence", text, "--aligned", "--identity", who, "--out", folder.resolve("o"))
                .fails(1, "sequence", "cannot open", "text.mp4");
        Run.of("render-heads", "--identities", "1", "--attributes", "1", "--sequence", "-2", "--out", folder)
                .fails(2, "render-heads", "--sequence must be at least 1, got -2");
    }
}
