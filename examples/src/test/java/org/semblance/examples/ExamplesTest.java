package org.semblance.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.Disentangler;
import org.semblance.backend.Device;
import org.semblance.cli.Heads;
import org.semblance.heads.HeadMotion;
import org.semblance.heads.HeadRenderer;
import org.semblance.image.Image;
import org.semblance.sequence.FrameFolder;
import org.semblance.sequence.FrameReader;
import org.semblance.sequence.VideoFormat;

/** Runs the programs as {@code docs/examples.md} says, in small. */
class ExamplesTest {
    private static final Path SOURCES = Path.of("src/main/java/org/semblance/examples");
    private static final Path SPRING = Path.of("spring-boot/src/main/java/org/semblance/examples/spring");

    @TempDir
    private Path folder;

    private String head(int seed) throws IOException {
        return Heads.write(folder.resolve(seed + ".png"), seed, seed + 1).toString();
    }

    private String resource(String name) throws IOException {
        try (InputStream in = ExamplesTest.class.getResourceAsStream(name)) {
            Path file = folder.resolve(Path.of(name).getFileName().toString());
            Files.write(file, Objects.requireNonNull(in, name).readAllBytes());
            return file.toString();
        }
    }

    /** A program. */
    private interface Program {
        void run() throws Exception;
    }

    private static String printed(Program program) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            program.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void drawsAMixingTable() throws IOException {
        Path out = folder.resolve("table.png");
        String a = head(11);
        String b = head(13);
        DrawMixingTable.main(out.toString(), a, b);
        Image table = Image.read(out);
        assertThat(table.width()).isEqualTo(3 * 64 + 4 * 2);
        assertThat(table.rgb(2 + 66 + 30, 2 + 30))
                .as("the first picture heads a column")
                .isEqualTo(Image.read(Path.of(a)).rgb(30, 30));
    }

    @Test
    void anonymisesAVideo() throws Exception {
        Path frames = Files.createDirectories(folder.resolve("frames"));
        for (int t = 0; t < 6; t++) {
            Image.fromFloats(new HeadRenderer(1)
                            .render(HeadMotion.of(1).at(31, t), 64)
                            .image())
                    .writePng(frames.resolve("f" + t + ".png"));
        }
        Path film = folder.resolve("film.mp4");
        Path out = folder.resolve("out.mp4");
        VideoFormat.find().write(FrameFolder.of(frames), 25, film);
        Path secret = Files.writeString(folder.resolve("secret"), "the same others in every run");
        String work = folder.resolve("work").toString();
        String said = printed(() -> AnonymiseVideo.main(film.toString(), out.toString(), work, secret.toString()));
        assertThat(said.strip()).isEqualTo(Files.size(out) + " bytes");
        try (Disentangler d = Disentangler.embedded();
                FrameReader before = VideoFormat.find().read(film).open(0);
                FrameReader after = VideoFormat.find().read(out).open(0)) {
            for (int t = 0; t < 6; t++) {
                Image old = Objects.requireNonNull(before.next());
                Image made = Objects.requireNonNull(after.next());
                assertThat(d.identity().similarity(old, made)).as("frame %d", t).isLessThan(0.6);
            }
            assertThat(after.next()).isNull();
        }
    }

    @Test
    void swapsFromThreadsAsFromOne() throws Exception {
        Path out = folder.resolve("out");
        String[] heads = {head(11), head(13), head(15), head(17)};
        String said = printed(() -> SwapFromThreads.main(out.toString(), heads[0], heads[1], heads[2], heads[3]));
        assertThat(said.lines()).hasSize(3);
        try (Disentangler disentangler = Disentangler.embedded()) {
            for (int i = 1; i < heads.length; i++) {
                Path head = Path.of(heads[i]);
                Image expected = disentangler.swap(Image.read(Path.of(heads[0])), Image.read(head));
                assertThat(Image.read(out.resolve(head.getFileName()))).isEqualTo(expected);
            }
        }
    }

    @Test
    void asksYourRecogniser() throws Exception {
        String onnx = resource("recogniser.onnx");
        List<String> said = printed(() -> UseYourRecogniser.main(onnx, head(11), head(13)))
                .lines()
                .toList();
        assertThat(said).hasSize(2);
        assertThat(said.get(0)).startsWith("cosine of the swap and the identity picture: ");
        double cosine = Double.parseDouble(said.get(0).substring(said.get(0).lastIndexOf(' ')));
        assertThat(cosine).isBetween(-1.0, 1.0).isNotZero();
    }

    @Test
    void trainsOnYourGenerator() throws Exception {
        String generator = resource("/org/semblance/models/heads64/generator.safetensors");
        String work = folder.resolve("work").toString();
        String said = printed(() -> TrainOnYourGenerator.main(generator, work, "2", "2"));
        assertThat(said).startsWith("2 steps: all 2 steps are done");
        Image head = Image.read(Path.of(head(11)));
        try (Disentangler trained = Disentangler.load(Path.of(work, "model"), Device.cpu())) {
            assertThat(trained.model().name()).isEqualTo("mine");
            assertThat(trained.swap(head, head).width()).isEqualTo(64);
        }
    }

    @Test
    void whatIsListedIsThere() throws IOException {
        List<String> listed = Pattern.compile("^\\| `(\\w+)` \\|", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("../docs/examples.md")))
                .results()
                .map(match -> match.group(1) + ".java")
                .toList();
        assertThat(listed).hasSizeGreaterThanOrEqualTo(6).allSatisfy(file -> assertThat(
                        SOURCES.resolve(file).toFile().exists()
                                || SPRING.resolve(file).toFile().exists())
                .as(file)
                .isTrue());
    }
}
