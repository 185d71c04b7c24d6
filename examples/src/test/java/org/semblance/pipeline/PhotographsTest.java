package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.semblance.Disentangler;
import org.semblance.Evaluator;
import org.semblance.FreshIdentities;
import org.semblance.IdentityOnto;
import org.semblance.PhotographsOnto;
import org.semblance.SequenceSwapper;
import org.semblance.batch.Batch;
import org.semblance.batch.BatchConfig;
import org.semblance.batch.BatchReport;
import org.semblance.heads.HeadMotion;
import org.semblance.heads.HeadRenderer;
import org.semblance.image.Box;
import org.semblance.image.FaceAligner;
import org.semblance.image.FaceFrame;
import org.semblance.image.Image;
import org.semblance.image.Point;
import org.semblance.image.SoftMask;
import org.semblance.privacy.SecretSource;
import org.semblance.sequence.FrameFolder;
import org.semblance.sequence.SequenceOptions;
import org.semblance.sequence.SequenceOutcome;
import org.semblance.sequence.SequenceProgress;
import org.semblance.sequence.SequenceReport;
import org.semblance.sequence.Sighting;
import org.semblance.sequence.Unseen;

/** Heads somewhere in larger pictures, found by a detector that looks for the marked corner of each. */
class PhotographsTest {
    private static final int WIDTH = 150;
    private static final int HEIGHT = 100;
    private static final int GROUND = 0x30a060;
    private static final int MARK = 0xff00ff;

    @RegisterExtension
    static final Heads64 HEADS = new Heads64();

    @TempDir
    private Path folder;

    private final Disentangler d = HEADS.model();

    /** A head with a mark left above it. */
    private static Image photo(Image head, int left, int top) {
        byte[] rgb = Image.filled(WIDTH, HEIGHT, GROUND).toBytes();
        for (int y = 0; y < head.height(); y++) {
            for (int x = 0; x < head.width(); x++) {
                put(rgb, left + x, top + y, head.rgb(x, y));
            }
        }
        put(rgb, left - 1, top - 1, MARK);
        return Image.of(WIDTH, HEIGHT, rgb);
    }

    private static void put(byte[] rgb, int x, int y, int colour) {
        for (int c = 0; c < 3; c++) {
            rgb[3 * (y * WIDTH + x) + c] = (byte) (colour >> 16 - 8 * c);
        }
    }

    private static Optional<Point> corner(Image photo) {
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            if (photo.rgb(i % WIDTH, i / WIDTH) == MARK) {
                return Optional.of(new Point(i % WIDTH + 1, i / WIDTH + 1));
            }
        }
        return Optional.empty();
    }

    private static List<Sighting> find(Image photo) {
        return corner(photo)
                .map(at -> List.of(new Sighting(new Box(at.x(), at.y(), 64, 64), 0.9, List.of())))
                .orElse(List.of());
    }

    private static final PhotographsOnto.Cutter CUTTER = (photo, file) -> {
        Point at = corner(photo).orElseThrow(() -> new IOException("no face in " + file));
        return new FaceAligner(64).align(photo, new FaceFrame(new Point(at.x() + 32, at.y() + 32), new Point(32, 0)));
    };

    private static void assertGround(Image made, int left, int top) {
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            int x = i % WIDTH;
            int y = i / WIDTH;
            boolean isNear = x >= left - 1 && x < left + 64 && y >= top - 1 && y < top + 64;
            if (!isNear && made.rgb(x, y) != GROUND) {
                throw new AssertionError("changed at " + x + ", " + y);
            }
        }
    }

    private IdentityOnto.Item item(String name, Image photo) throws IOException {
        Path file = folder.resolve(name + ".png");
        photo.writePng(file);
        return new IdentityOnto.Item(file, folder.resolve(name + "-out.png"));
    }

    @Test
    void onePersonGoesIntoEveryPhotograph() throws IOException {
        List<Image> heads = HEADS.heads();
        float[] who = d.identity().embed(heads.get(0));
        List<IdentityOnto.Item> items = List.of(
                item("a", photo(heads.get(1), 20, 12)),
                item("none", Image.filled(WIDTH, HEIGHT, GROUND)),
                item("b", photo(heads.get(2), 80, 30)));
        PhotographsOnto work = new PhotographsOnto(d, who, CUTTER, Optional.of(SoftMask.square(0.05)));
        BatchReport report = Batch.of(work, BatchConfig.of(2)).run(items);
        assertThat(report.isSuccess()).as("one has no face").isFalse();
        assertThat(items.get(1).out()).doesNotExist();
        Image a = Image.read(items.get(0).out());
        assertGround(a, 20, 12);
        assertGround(Image.read(items.get(2).out()), 80, 30);
        Image alone = made(items.get(0), new PhotographsOnto(d, who, CUTTER, Optional.empty()));
        assertThat(alone).isEqualTo(d.swap(heads.get(0), heads.get(1)));
        assertThat(a.cropped(40, 32, 20, 20)).isEqualTo(alone.cropped(20, 20, 20, 20));
    }

    private static Image made(IdentityOnto.Item item, PhotographsOnto work) throws IOException {
        return work.compute(List.of(work.decode(item))).get(0).image();
    }

    /** Frames 0 to 11 show a moving head, the last two nobody. */
    private Path film() throws IOException {
        Path in = Files.createDirectories(folder.resolve("film"));
        for (int t = 0; t < 12; t++) {
            Image head = Image.fromFloats(
                    new HeadRenderer(1).render(HeadMotion.of(2).at(41, t), 64).image());
            photo(head, 10 + 3 * t, 8 + t).writePng(in.resolve(name(t)));
        }
        for (int t = 12; t < 14; t++) {
            Image.filled(WIDTH, HEIGHT, GROUND).writePng(in.resolve(name(t)));
        }
        return in;
    }

    private static String name(int frame) {
        return String.format("f%02d.png", frame);
    }

    @Test
    void nobodyIsLeftInAFilmAndWhatWasNotSearchedIsNamed() throws IOException {
        FrameFolder film = FrameFolder.of(film());
        List<Image> last = new ArrayList<>();
        for (Unseen unseen : Unseen.values()) {
            SequenceOptions options = SequenceOptions.usual().withEverybody().withUnseen(unseen);
            SequenceSwapper swapper = SequenceSwapper.of(d, PhotographsTest::find, options);
            Path out = folder.resolve("out-" + unseen);
            FreshIdentities nobody = new FreshIdentities(d, SecretSource.ofSeed(3));
            SequenceOutcome outcome = swapper.run(film, nobody, out, SequenceProgress.none());
            assertThat(outcome.people()).hasSize(1);
            assertThat(outcome.empty()).containsExactly(12, 13);
            try (Evaluator networks = Evaluator.of(d)) {
                SequenceReport report = new SequenceReport(
                        outcome, swapper.measure(film, out, outcome, Map.of(), networks.networks()), Map.of(), null);
                assertThat(report.isJudged()).isTrue();
                assertThat(report.framesAbove()).isZero();
                assertThat(report.json().get("frames_without_a_face").elements())
                        .hasSize(2);
            }
            Image made = Image.read(out.resolve(name(5)));
            assertThat(made).isNotEqualTo(Image.read(folder.resolve("film").resolve(name(5))));
            assertThat(made.rgb(2, 2)).isEqualTo(GROUND);
            last.add(Image.read(out.resolve(name(13))));
        }
        assertThat(last).containsExactly(Image.filled(WIDTH, HEIGHT, GROUND), Image.filled(WIDTH, HEIGHT, 0));
    }
}
