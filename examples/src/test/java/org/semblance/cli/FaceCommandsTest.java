package org.semblance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.Face;
import org.semblance.image.Box;
import org.semblance.image.FaceFrame;
import org.semblance.image.Image;
import org.semblance.image.Point;

/** The verbs for photographs; those that need face-api's networks run where they were fetched. */
class FaceCommandsTest {
    @TempDir
    Path folder;

    @Test
    void withoutNetworksTheWayToThemIsSaid() throws IOException {
        Path photo = folder.resolve("p.png");
        Image.filled(64, 64, 0x808080).writePng(photo);
        Path none = folder.resolve("none");
        Run.of("align", photo, "--out", folder.resolve("out"), "--face-models", none, "--device", "cpu")
                .fails(1, "align", "are not in " + none, "'semblance fetch-models' brings them there");
        Run.of(
                        "swap",
                        "--align",
                        "--identity",
                        photo,
                        "--attributes",
                        photo,
                        "--out",
                        folder.resolve("o.png"),
                        "--face-models",
                        none,
                        "--device",
                        "cpu")
                .fails(1, "swap", "'semblance fetch-models' brings them there");
    }

    @Test
    void onlyThePinnedPackageIsTaken() throws IOException {
        Path wrong = Files.write(folder.resolve("face-api.tgz"), new byte[100]);
        Path out = folder.resolve("models");
        Run.of("fetch-models", "--from", wrong, "--out", out)
                .fails(1, "fetch-models", "must have SHA-256 " + FacePackage.SHA256 + ", got cd00e292c5970d3c");
        assertThat(out).doesNotExist();
    }

    @Test
    void pastesAFaceWhereItWas() throws IOException {
        Path photo = folder.resolve("photo.png");
        Path face = folder.resolve("face.png");
        Path place = folder.resolve("face.json");
        Path out = folder.resolve("out.png");
        Image.filled(100, 80, 0x202020).writePng(photo);
        Image.filled(32, 32, 0xff0000).writePng(face);
        FaceFrame frame = new FaceFrame(new Point(60, 40), new Point(14, 14));
        Face found = new Face(new Box(40, 20, 30, 30), 0.9, Collections.nCopies(68, new Point(60, 40)));
        FrameJson.write(place, photo, found, frame);
        Run.of("paste", "--photo", photo, "--face", face, "--place", place, "--out", out)
                .succeeds();
        Image result = Image.read(out);
        assertThat(result.rgb(60, 40)).isEqualTo(0xff0000);
        assertThat(result.rgb(5, 5)).isEqualTo(0x202020);
        assertThat(FrameJson.read(place)).isEqualTo(frame);
        Run.of("paste", "--photo", photo, "--face", face, "--place", place, "--out", photo)
                .fails(1, "paste", "must not replace an input");
        Files.writeString(place, "{\"centre\": [1]}");
        Run.of("paste", "--photo", photo, "--face", face, "--place", place, "--out", out)
                .fails(1, "paste", "expected x and y, got 1 numbers");
    }

    @Test
    void tarFilesAreReadByName() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        entry(tar, "a/one", "first", '0');
        entry(tar, "a/folder", "", '5');
        entry(tar, "a/two", "x".repeat(600), '0');
        tar.write(new byte[1024]);
        Map<String, byte[]> found = new TreeMap<>();
        Tar.read(new ByteArrayInputStream(tar.toByteArray()), name -> !name.endsWith("one"), found::put);
        assertThat(found).containsOnlyKeys("a/two");
        assertThat(found.get("a/two")).hasSize(600);
    }

    private static void entry(ByteArrayOutputStream to, String name, String content, char kind) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 124, String.format("%011o", content.length()));
        header[156] = (byte) kind;
        to.writeBytes(header);
        to.writeBytes(content.getBytes(StandardCharsets.US_ASCII));
        to.writeBytes(new byte[Math.floorMod(-content.length(), 512)]);
    }

    private static void put(byte[] to, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, to, at, bytes.length);
    }

    /** Real photographs: the package's own, where {@code semblance.faces} names it unpacked. */
    @Test
    void photographsGoThroughAndBack() throws IOException {
        String place = System.getProperty("semblance.faces");
        assumeTrue(place != null, "face-api's package is needed: -Dsemblance.faces=...");
        Path models = Path.of(String.valueOf(place)).resolve("model");
        Path photo = Path.of(String.valueOf(place)).resolve("demo/sample1.jpg");
        Path out = folder.resolve("faces");
        Run run = Run.of("align", photo, "--out", out, "--face-models", models, "--size", "64", "--device", "cpu");
        assertThat(run.succeeds().out().lines()).hasSize(3);
        for (int i : List.of(1, 2, 3)) {
            assertThat(Image.read(out.resolve("sample1_" + i + ".png")).width()).isEqualTo(64);
        }
        Path swapped = folder.resolve("swapped.png");
        Run several = Run.of(
                "swap",
                "--align",
                "--identity",
                photo,
                "--attributes",
                photo,
                "--attributes-face",
                1,
                "--out",
                swapped,
                "--face-models",
                models,
                "--device",
                "cpu");
        assertThat(several.err()).contains("has 3 faces", "--identity-face chooses another");
        assertThat(several.code()).isZero();
        Image before = Image.read(photo);
        Image after = Image.read(swapped);
        assertThat(after.rgb(500, 480)).isNotEqualTo(before.rgb(500, 480));
        assertThat(after.rgb(1500, 1000)).isEqualTo(before.rgb(1500, 1000));
        Path grey = folder.resolve("grey.png");
        Image.filled(300, 200, 0x808080).writePng(grey);
        Run.of("align", grey, "--out", out, "--face-models", models, "--device", "cpu")
                .fails(1, "align", "no face of at least --score 0.5 in " + grey);
    }
}
