package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.image.Image;

/** The verbs that mix pictures, run as a user runs them. */
class PictureCommandsTest {
    /* Two white pixels around each picture of 64. */
    private static final int CELL = 66;

    @TempDir
    Path folder;

    private Path a;
    private Path b;

    @BeforeEach
    void twoHeads() throws IOException {
        a = Heads.write(folder.resolve("in/a.png"), 1, 2);
        b = Heads.write(folder.resolve("in/b.png"), 3, 4);
    }

    private Path to(String name) {
        return folder.resolve(name);
    }

    private static Image cell(Image sheet, int column, int row) {
        return sheet.cropped(2 + CELL * column, 2 + CELL * row, 64, 64);
    }

    private static Run swap(Path identity, Path attributes, Path out) {
        return Run.of("swap", "--identity", identity, "--attributes", attributes, "--out", out, "--device", "cpu");
    }

    @Test
    void demoDrawsATableAndMeasuresIt() throws IOException {
        Path out = to("new/folder/table.png");
        Run run = Run.of("demo", "--identities", "0-2", "--attributes", "5,9", "--out", out, "--device", "cpu");
        assertThat(run.succeeds().out().lines().findFirst()).contains(out.toString());
        Image sheet = Image.read(out);
        assertThat(sheet.width()).isEqualTo(2 + 3 * CELL);
        assertThat(sheet.height()).isEqualTo(2 + 4 * CELL);
        double[] measured = run.out()
                .lines()
                .skip(2)
                .mapToDouble(PictureCommandsTest::number)
                .toArray();
        assertThat(measured).hasSize(2);
        assertThat(measured[0]).isBetween(0.6, 1.0).isGreaterThan(measured[1] + 0.3);
    }

    private static double number(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ')).strip());
    }

    @Test
    void theCellsOfATableAreSwaps() throws IOException {
        Path table = to("table.png");
        Run.of("table", "--identities", to("in"), "--attributes", to("in"), "--out", table, "--device", "cpu")
                .succeeds();
        Image sheet = Image.read(table);
        assertThat(cell(sheet, 0, 1)).isEqualTo(Image.read(a));
        assertThat(cell(sheet, 2, 0)).isEqualTo(Image.read(b));
        assertThat(swap(a, b, to("swap.png")).succeeds().lastLine())
                .isEqualTo(to("swap.png").toString());
        Pictures.assertClose(cell(sheet, 2, 1), Image.read(to("swap.png")));
    }

    @Test
    void interpolationStartsAndEndsAtTheSwaps() throws IOException {
        swap(a, b, to("start.png")).succeeds();
        swap(b, b, to("end.png")).succeeds();
        for (String space : new String[] {"z", "w"}) {
            Path strip = to(space + ".png");
            Run.of(
                            "interpolate",
                            "--identity",
                            a,
                            "--to-identity",
                            b,
                            "--attributes",
                            b,
                            "--space",
                            space,
                            "--steps",
                            3,
                            "--out",
                            strip)
                    .succeeds();
            Image sheet = Image.read(strip);
            assertThat(sheet.width()).isEqualTo(2 + 3 * CELL);
            Pictures.assertClose(cell(sheet, 0, 0), Image.read(to("start.png")));
            Pictures.assertClose(cell(sheet, 2, 0), Image.read(to("end.png")));
        }
    }

    @Test
    void interpolationWritesFramesAndExtrapolates() throws IOException {
        swap(a, a, to("start.png")).succeeds();
        swap(a, b, to("end.png")).succeeds();
        Run.of(
                        "interpolate",
                        "--identity",
                        a,
                        "--attributes",
                        a,
                        "--to-attributes",
                        b,
                        "--steps",
                        5,
                        "--from",
                        -0.5,
                        "--to",
                        1.5,
                        "--out",
                        to("frames"))
                .succeeds();
        try (Stream<Path> files = Files.list(to("frames"))) {
            assertThat(files.filter(PngFile::isPng)).hasSize(5);
        }
        Run.of(
                        "interpolate",
                        "--identity",
                        a,
                        "--attributes",
                        a,
                        "--to-attributes",
                        b,
                        "--steps",
                        2,
                        "--out",
                        to("ends"))
                .succeeds();
        Pictures.assertClose(Image.read(to("ends/frame0000.png")), Image.read(to("start.png")));
        Pictures.assertClose(Image.read(to("ends/frame0001.png")), Image.read(to("end.png")));
        assertThat(Image.read(to("frames/frame0000.png"))).isNotEqualTo(Image.read(to("start.png")));
    }

    @Test
    void resizesOnlyWhenAsked() throws IOException {
        Path wide = to("wide.png");
        Image.read(a).resized(200, 100).writePng(wide);
        swap(wide, b, to("no.png")).fails(1, "swap", "64x64", "200x100", wide.toString(), "--resize");
        assertThat(to("no.png")).doesNotExist();
        Run.of("swap", "--identity", wide, "--attributes", b, "--out", to("yes.png"), "--resize")
                .succeeds();
        assertThat(Image.read(to("yes.png")).width()).isEqualTo(64);
    }

    @Test
    void failsInOneLine() throws IOException {
        Path text = Files.writeString(to("text.png"), "not a picture");
        swap(to("absent.png"), b, to("o.png")).fails(1, "swap", "absent.png", "no such file");
        swap(text, b, to("o.png")).fails(1, "swap", "text.png", "not a PNG or JPEG");
        swap(a, to("in"), to("o.png")).fails(2, "swap", "folder");
        swap(a, b, to("o.jpg")).fails(2, "swap", "o.jpg", "PNG");
        Files.createDirectories(to("empty"));
        Run.of("table", "--identities", to("empty"), "--attributes", to("in"), "--out", to("o.png"))
                .fails(1, "table", "empty");
        Run.of("table", "--identities", to("absent"), "--attributes", to("in"), "--out", to("o.png"))
                .fails(1, "table", "no such folder");
        Run.of("interpolate", "--identity", a, "--attributes", b, "--out", to("o.png"))
                .fails(2, "interpolate", "--to-");
        Run.of(
                        "interpolate",
                        "--identity",
                        a,
                        "--to-identity",
                        b,
                        "--attributes",
                        b,
                        "--steps",
                        1,
                        "--out",
                        to("o.png"))
                .fails(2, "interpolate", "--steps");
        assertThat(to("o.png")).doesNotExist();
    }

    @Test
    void neverReplacesAnInput() throws IOException {
        Image before = Image.read(b);
        swap(a, b, b).fails(1, "swap", "input");
        swap(a, b, folder.resolve("in/../in/a.png")).fails(1, "swap", "input");
        Run.of("table", "--identities", to("in"), "--attributes", to("in"), "--out", b)
                .fails(1, "table", "input");
        assertThat(Image.read(b)).isEqualTo(before);
    }

    @Test
    void namesTheDeviceThatIsNotThere() {
        Run.of("swap", "--identity", a, "--attributes", b, "--out", to("o.png"), "--device", "tpu")
                .fails(2, "swap", "--device", "cpu, cuda", "'tpu'");
        Run.of("swap", "--identity", a, "--attributes", b, "--out", to("o.png"), "--device", "cuda:99")
                .fails(1, "swap", "cuda");
    }
}
