package org.semblance.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.array.HostArray;
import org.semblance.image.Box;
import org.semblance.image.Image;
import org.semblance.metrics.SwapModel;
import org.semblance.sequence.SequenceProgress.Stage;

/** Two coloured squares as faces: the redder one moves right, the bluer one stands, and both brighten over time. */
class SequenceEngineTest {
    private static final int FRAMES = 21;
    private static final int RED = 0x800000;
    private static final int BLUE = 0x000080;

    @TempDir
    private Path folder;

    private FrameFolder frames;
    private int asked;

    @BeforeEach
    void drawFrames() throws IOException {
        Path in = Files.createDirectories(folder.resolve("in"));
        for (int t = 0; t < FRAMES; t++) {
            byte[] rgb = new byte[3 * 160 * 80];
            square(rgb, 8 + 2 * t, 6, 40, RED | 0x000400 * t);
            square(rgb, 110, 30, 32, BLUE | 0x000400 * (t % 2 == 0 ? t : 2 * t));
            Image.of(160, 80, rgb).writePng(in.resolve("f" + t + ".png"));
        }
        frames = FrameFolder.of(in);
    }

    private static void square(byte[] rgb, int left, int top, int side, int colour) {
        for (int y = top; y < top + side; y++) {
            for (int x = left; x < left + side; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[3 * (160 * y + x) + c] = (byte) (colour >> 16 - 8 * c);
                }
            }
        }
    }

    /** Finds the squares by their colours; frame 12 hides the red one. */
    private List<Sighting> find(Image frame) {
        List<Sighting> found = new ArrayList<>();
        boolean hides = (frame.rgb(20 + 2 * 12, 20) & 0xff00) == 0x400 * 12 && (frame.rgb(112, 32) >> 8 & 0xff) == 48;
        for (int mask : hides ? new int[] {BLUE} : new int[] {RED, BLUE}) {
            int left = 160;
            int top = 80;
            int right = 0;
            for (int i = 0; i < 160 * 80; i++) {
                if ((frame.rgb(i % 160, i / 160) & mask) != 0) {
                    left = Math.min(left, i % 160);
                    right = Math.max(right, i % 160 + 1);
                    top = Math.min(top, i / 160);
                }
            }
            found.add(new Sighting(new Box(left, top, right - left, right - left), 1, List.of()));
        }
        return found;
    }

    /** Who: red or blue; how: the level of green; a drawn face has the green level and the identity's other colours. */
    private final SwapModel model = new SwapModel() {
        @Override
        public HostArray identities(List<Image> images) {
            return Rows.of(images.stream()
                    .map(i -> new float[] {i.rgb(8, 8) >> 16, i.rgb(8, 8) & 0xff})
                    .toList());
        }

        @Override
        public HostArray attributes(List<Image> images) {
            asked += images.size();
            return Rows.of(images.stream()
                    .map(i -> new float[] {i.rgb(8, 8) >> 8 & 0xff, i.width()})
                    .toList());
        }

        @Override
        public HostArray codes(HostArray identities, HostArray attributes) {
            List<float[]> codes = new ArrayList<>();
            for (int i = 0; i < identities.shape().dim(0); i++) {
                codes.add(new float[] {
                    identities.data()[2 * i],
                    attributes.data()[2 * i],
                    identities.data()[2 * i + 1]
                });
            }
            return Rows.of(codes);
        }

        @Override
        public List<Image> images(HostArray codes) {
            List<Image> images = new ArrayList<>();
            for (int i = 0; i < codes.data().length; i += 3) {
                int colour = Math.round(codes.data()[i]) << 16
                        | Math.round(codes.data()[i + 1]) << 8
                        | Math.round(codes.data()[i + 2]);
                images.add(Image.filled(16, 16, colour));
            }
            return images;
        }
    };

    private SequenceEngine engine(double smoothing) {
        SequenceOptions options =
                SequenceOptions.usual().withFilters(new ZeroPhase(smoothing), new ZeroPhase(smoothing));
        return new SequenceEngine(model, 16, this::find, options, "none");
    }

    private static final GivenIdentities CHOICE =
            GivenIdentities.of(Map.of(1, new float[] {10, 200}, 2, new float[] {250, 30}));

    private SequenceOutcome run(String out) throws IOException {
        return engine(1.5)
                .run(frames, CHOICE, folder.resolve(out), folder.resolve(out + ".work"), SequenceProgress.none());
    }

    private Map<String, byte[]> files(String out) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder.resolve(out))) {
            for (Path path : all.toList()) {
                files.put(path.getFileName().toString(), Files.readAllBytes(path));
            }
        }
        return files;
    }

    private void assertSame(String a, String b) throws IOException {
        Map<String, byte[]> left = files(a);
        Map<String, byte[]> right = files(b);
        assertThat(left.keySet()).isEqualTo(right.keySet()).hasSize(FRAMES);
        left.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(right.get(name)));
    }

    @Test
    void everybodyHasOneIdentityThroughout() throws IOException {
        SequenceOutcome outcome = run("out");
        assertThat(outcome.frames()).isEqualTo(FRAMES);
        assertThat(outcome.people()).hasSize(2);
        assertThat(outcome.people().get(0).seen()).isEqualTo(FRAMES - 1);
        assertThat(outcome.people().get(0).frames()).isEqualTo(FRAMES);
        assertThat(outcome.empty()).isEmpty();
        assertThat(outcome.sightings()).isEqualTo(2 * FRAMES - 1);
        for (int t = 0; t < FRAMES; t++) {
            Image frame = Image.read(folder.resolve("out/f" + t + ".png"));
            assertThat(frame.rgb(28 + 2 * t, 26) & 0xff00ff)
                    .as("red one, frame %d", t)
                    .isEqualTo(0x0a00c8);
            assertThat(frame.rgb(126, 46) & 0xff00ff)
                    .as("blue one, frame %d", t)
                    .isEqualTo(0xfa001e);
            assertThat(frame.rgb(155, 5)).isZero();
        }
    }

    /** The red one brightens evenly, so smoothing leaves that; the blue one flickers. */
    @Test
    void codesAreSmoothedWithoutLag() throws IOException {
        run("out");
        engine(0).run(frames, CHOICE, folder.resolve("each"), folder.resolve("w"), SequenceProgress.none());
        int calm = 0;
        int wild = 0;
        for (int t = 0; t < FRAMES; t++) {
            Image frame = Image.read(folder.resolve("out/f" + t + ".png"));
            assertThat(frame.rgb(28 + 2 * t, 26) >> 8 & 0xff).as("frame %d", t).isEqualTo(4 * t);
            if (t > 0) {
                calm += Math.abs(green("out", t) - green("out", t - 1));
                wild += Math.abs(green("each", t) - green("each", t - 1));
            }
        }
        assertThat(calm).isLessThan(wild / 4);
    }

    private int green(String out, int frame) throws IOException {
        return Image.read(folder.resolve(out + "/f" + frame + ".png")).rgb(126, 46) >> 8 & 0xff;
    }

    @ParameterizedTest
    @CsvSource({"FIND,0", "FIND,7", "FIND,20", "ENCODE,0", "ENCODE,8", "PROBE,0", "PROBE,8", "DRAW,0", "DRAW,16"})
    void anInterruptedRunResumesToTheSameBytes(Stage stage, int after) throws IOException {
        run("whole");
        Path out = folder.resolve("out");
        SequenceProgress stop = new SequenceProgress() {
            private boolean stops;

            @Override
            public void at(Stage now, int frames) {
                stops = now == stage && frames >= after;
            }

            @Override
            public boolean isCancelled() {
                return stops;
            }
        };
        Path work = folder.resolve("out.work");
        assertThatThrownBy(() -> engine(1.5).run(frames, CHOICE, out, work, stop))
                .isInstanceOf(CancellationException.class);
        asked = 0;
        run("out");
        assertSame("out", "whole");
        if (stage == Stage.DRAW) {
            assertThat(asked).as("codes that were there are not made again").isZero();
        }
    }

    @Test
    void aFrameThatWasRemovedIsDrawnAgain() throws IOException {
        run("whole");
        run("out");
        Files.delete(folder.resolve("out/f9.png"));
        run("out");
        assertSame("out", "whole");
    }

    @Test
    void tornRecordsAreMadeAgain() throws IOException {
        run("whole");
        run("out");
        for (String name : List.of("codes.records", "drawn.records", "faces.records")) {
            Path file = folder.resolve("out.work").resolve(name);
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));
        }
        Files.delete(folder.resolve("out.work/faces.complete"));
        run("out");
        assertSame("out", "whole");
    }

    @Test
    void anotherRunIsNotMixedIn() throws IOException {
        run("out");
        Path out = folder.resolve("out");
        Path work = folder.resolve("out.work");
        assertThatThrownBy(() -> engine(1).run(frames, CHOICE, out, work, SequenceProgress.none()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unfinished run with other frames, identities, options or networks");
        GivenIdentities other = GivenIdentities.of(Map.of(1, new float[] {10, 201}));
        assertThatThrownBy(() -> engine(1.5).run(frames, other, out, work, SequenceProgress.none()))
                .isInstanceOf(IOException.class);
        WorkFolder.remove(work);
        assertThat(work).doesNotExist();
        engine(1).run(frames, CHOICE, out, work, SequenceProgress.none());
    }

    @Test
    void whoeverGetsNoIdentityStays() throws IOException {
        GivenIdentities one = GivenIdentities.of(Map.of(2, new float[] {250, 30}));
        SequenceOutcome outcome =
                engine(1.5).run(frames, one, folder.resolve("out"), folder.resolve("work"), SequenceProgress.none());
        assertThat(outcome.identities()).containsOnlyKeys(2);
        for (int t = 0; t < FRAMES; t++) {
            Image in = Image.read(folder.resolve("in/f" + t + ".png"));
            Image out = Image.read(folder.resolve("out/f" + t + ".png"));
            assertThat(out.cropped(0, 0, 100, 80)).isEqualTo(in.cropped(0, 0, 100, 80));
            assertThat(out).isNotEqualTo(in);
        }
    }

    @Test
    void framesInWhichNobodyIsSeenAreNamedAndKept() throws IOException {
        Image.filled(160, 80, 0).writePng(folder.resolve("in/f30.png"));
        Image.filled(160, 80, 0).writePng(folder.resolve("in/f31.png"));
        SequenceEngine blind = new SequenceEngine(
                model, 16, frame -> frame.rgb(126, 46) == 0 ? List.of() : find(frame), SequenceOptions.usual(), "none");
        SequenceOutcome outcome = blind.run(
                FrameFolder.of(folder.resolve("in")),
                CHOICE,
                folder.resolve("out"),
                folder.resolve("work"),
                SequenceProgress.none());
        assertThat(outcome.empty()).containsExactly(FRAMES, FRAMES + 1);
        assertThat(Image.read(folder.resolve("out/f31.png"))).isEqualTo(Image.filled(160, 80, 0));
    }

    @Test
    void framesInWhichNobodyIsSeenAreBlackIfAsked() throws IOException {
        Image.filled(160, 80, 0x123400).writePng(folder.resolve("in/f30.png"));
        SequenceEngine blind = new SequenceEngine(
                model,
                16,
                frame -> frame.rgb(126, 46) == 0x123400 ? List.of() : find(frame),
                SequenceOptions.usual().withUnseen(Unseen.BLANK),
                "none");
        SequenceOutcome outcome = blind.run(
                FrameFolder.of(folder.resolve("in")),
                CHOICE,
                folder.resolve("out"),
                folder.resolve("work"),
                SequenceProgress.none());
        assertThat(outcome.empty()).containsExactly(FRAMES);
        assertThat(Image.read(folder.resolve("out/f30.png"))).isEqualTo(Image.filled(160, 80, 0));
        assertThat(Image.read(folder.resolve("out/f2.png"))).isNotEqualTo(Image.filled(160, 80, 0));
    }

    /** Somebody who flashes up in one frame is a mistake, unless all are to be replaced. */
    @Test
    void whoIsSeenOnceIsReplacedIfAllAreTo() throws IOException {
        Path in = Files.createDirectories(folder.resolve("once"));
        Files.copy(folder.resolve("in/f3.png"), in.resolve("f3.png"));
        for (boolean all : new boolean[] {false, true}) {
            SequenceOptions usual = SequenceOptions.usual();
            SequenceOptions options = all ? usual.withTracking(usual.tracking().withAll()) : usual;
            Path out = folder.resolve("once" + all);
            SequenceOutcome outcome = new SequenceEngine(model, 16, this::find, options, "none")
                    .run(FrameFolder.of(in), CHOICE, out, folder.resolve("w" + all), SequenceProgress.none());
            assertThat(outcome.sightings()).isEqualTo(2);
            assertThat(outcome.people()).hasSize(all ? 2 : 0);
            assertThat(Image.read(out.resolve("f3.png")).equals(Image.read(in.resolve("f3.png"))))
                    .isNotEqualTo(all);
        }
    }

    @Test
    void alignedFramesNeedNoFinderAndAreNotPasted() throws IOException {
        Path in = Files.createDirectories(folder.resolve("faces"));
        for (int t = 0; t < 10; t++) {
            Image.filled(16, 16, RED | t << 8).writePng(in.resolve(t + ".png"));
        }
        SequenceEngine engine = new SequenceEngine(
                model,
                16,
                frame -> {
                    throw new AssertionError("nobody is to be searched");
                },
                SequenceOptions.forAligned(),
                "none");
        SequenceOutcome outcome = engine.run(
                FrameFolder.of(in), CHOICE, folder.resolve("out"), folder.resolve("work"), SequenceProgress.none());
        assertThat(outcome.people()).hasSize(1);
        for (int t = 0; t < 10; t++) {
            assertThat(Image.read(folder.resolve("out/" + t + ".png")))
                    .isEqualTo(Image.filled(16, 16, 0x0a00c8 | t << 8));
        }
    }
}
