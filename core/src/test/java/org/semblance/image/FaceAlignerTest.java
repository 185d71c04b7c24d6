package org.semblance.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.heads.RenderedHead;

/** Heads with known landmarks, put into photographs at known angles and sizes. */
class FaceAlignerTest {
    private static final RenderedHead HEAD = new HeadRenderer().render(HeadFactors.of(3, 5), 192);
    private static final Image PICTURE = Image.fromFloats(HEAD.image());

    /** Where a head was put: turned about its middle, scaled, and moved there. */
    private record Place(double angle, double scale, double x, double y) {
        Point of(Point head) {
            double dx = (head.x() - 96) * scale;
            double dy = (head.y() - 96) * scale;
            double cos = Math.cos(angle);
            double sin = Math.sin(angle);
            return new Point(x + cos * dx - sin * dy, y + sin * dx + cos * dy);
        }

        Point back(Point photo) {
            double dx = (photo.x() - x) / scale;
            double dy = (photo.y() - y) / scale;
            double cos = Math.cos(angle);
            double sin = Math.sin(angle);
            return new Point(96 + cos * dx + sin * dy, 96 - sin * dx + cos * dy);
        }

        /** The head on grey. */
        Image photo(int width, int height) {
            byte[] rgb = new byte[3 * width * height];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    Point p = back(new Point(x + 0.5, y + 0.5));
                    boolean inside = p.x() >= 0 && p.x() < 192 && p.y() >= 0 && p.y() < 192;
                    for (int c = 0; c < 3; c++) {
                        double level = inside ? Bilinear.level(PICTURE, p.x(), p.y(), c) : 90;
                        rgb[3 * (y * width + x) + c] = (byte) Math.round(level);
                    }
                }
            }
            return Image.of(width, height, rgb);
        }
    }

    private static List<Point> landmarks() {
        List<Point> points = new ArrayList<>();
        float[] data = HEAD.landmarks().data();
        for (int i = 0; i < data.length; i += 2) {
            points.add(new Point(data[i] * 192.0, data[i + 1] * 192.0));
        }
        return points;
    }

    private static List<Point> moved(Place place) {
        return landmarks().stream().map(place::of).toList();
    }

    /** By hand: eyes at (40, 50) and (60, 50), the corners of the mouth at (42, 80) and (58, 80). */
    @Test
    void theFrameIsFfhqs() {
        List<Point> points = new ArrayList<>(Collections.nCopies(68, new Point(0, 0)));
        Collections.fill(points.subList(36, 42), new Point(40, 50));
        Collections.fill(points.subList(42, 48), new Point(60, 50));
        points.set(48, new Point(42, 80));
        points.set(54, new Point(58, 80));
        FaceFrame frame = FaceFrame.of(points);
        assertThat(frame.centre()).isEqualTo(new Point(50, 53)); // a tenth of the way to the mouth
        assertThat(frame.across().x()).isCloseTo(54, within(1e-12)); // 1.8 * 30, more than 2 * 20
        assertThat(frame.across().y()).isCloseTo(0, within(1e-12));
        points.set(48, new Point(46, 64));
        points.set(54, new Point(58, 64));
        FaceFrame wide = FaceFrame.of(points);
        assertThat(wide.side()).isCloseTo(80, within(1e-12)); // 2 * 2 * 20, more than 1.8
        assertThat(wide.angle()).isCloseTo(Math.atan2(-2, 34), within(1e-12)); // (20, 0) + (14, -2)
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0.4, 1.3", "-0.7, 2.1", "1.5708, 1", "3, 0.8"})
    void framesFollowTheFace(double angle, double scale) {
        Place place = new Place(angle, scale, 400, 350);
        FaceFrame upright = FaceFrame.of(landmarks());
        FaceFrame turned = FaceFrame.of(moved(place));
        assertThat(turned.side()).isCloseTo(upright.side() * scale, within(1e-9));
        Point centre = place.of(upright.centre());
        assertThat(turned.centre().x()).isCloseTo(centre.x(), within(1e-9));
        assertThat(turned.centre().y()).isCloseTo(centre.y(), within(1e-9));
        double difference = Math.IEEEremainder(turned.angle() - upright.angle() - angle, 2 * Math.PI);
        assertThat(difference).isCloseTo(0, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0.4, 1.3", "-0.7, 2.1", "3, 3.7"})
    void alignedFacesLookTheSame(double angle, double scale) {
        Place place = new Place(angle, scale, 520, 480);
        FaceFrame inner = new FaceFrame(new Point(96, 96), new Point(60, 0));
        Image wanted = new FaceAligner(64).align(PICTURE, inner).image();
        Point edge = place.of(new Point(156, 96));
        Point centre = place.of(new Point(96, 96));
        FaceFrame frame = new FaceFrame(centre, edge.minus(centre));
        Image got = new FaceAligner(64).align(place.photo(1000, 1000), frame).image();
        assertThat(meanDifference(got, wanted)).isLessThan(2.5);
    }

    /** A pixel at a known place comes out there to a twentieth of a pixel: nothing is shifted by half a pixel. */
    @Test
    void nothingIsShifted() {
        byte[] rgb = new byte[3 * 200 * 200];
        for (int i = 0; i < 200 * 200; i++) {
            rgb[3 * i] = (byte) (i % 200); // red is the column
            rgb[3 * i + 1] = (byte) (i / 200); // green is the row
        }
        Image ramps = Image.of(200, 200, rgb);
        Image face = new FaceAligner(64)
                .align(ramps, new FaceFrame(new Point(100, 90), new Point(32, 0)))
                .image();
        assertThat(face.rgb(0, 0) >> 16).isEqualTo(68);
        assertThat(face.rgb(0, 0) >> 8 & 0xff).isEqualTo(58);
        assertThat(face.rgb(63, 63) >> 16).isEqualTo(131);
    }

    @Test
    void framesMapBothWays() {
        FaceFrame frame = FaceFrame.of(moved(new Place(0.3, 1.7, 300, 200)));
        Point there = frame.inPhoto(0.2, 0.9);
        assertThat(frame.inFace(there).x()).isCloseTo(0.2, within(1e-12));
        assertThat(frame.inFace(there).y()).isCloseTo(0.9, within(1e-12));
        assertThat(frame.corners().get(2)).isEqualTo(frame.inPhoto(1, 1));
    }

    @Test
    void whatIsBeyondTheEdgeIsFilled() {
        Place place = new Place(0, 1, 96, 96); // the photograph is the head's picture itself
        Image photo = place.photo(192, 192);
        AlignedFace face = new FaceAligner(128).align(photo, new FaceFrame(new Point(96, 20), new Point(90, 0)));
        assertThat(face.image().width()).isEqualTo(128);
        int[] reds = new int[128];
        for (int x = 0; x < 128; x++) {
            reds[x] = face.image().rgb(x, 0) >> 16;
        }
        int[] sorted = reds.clone();
        Arrays.sort(sorted);
        assertThat(sorted[127] - sorted[0])
                .as("the far edge is nearly of one colour")
                .isLessThan(40);
    }

    @Test
    void pastedBackUnchangedChangesLittle() {
        Place place = new Place(0.35, 2.4, 400, 380);
        Image photo = place.photo(800, 760);
        AlignedFace face = new FaceAligner(512).align(photo, moved(place));
        Image back = face.pasteInto(photo, face.image());
        assertThat(meanDifference(photo, back)).isLessThan(0.5);
        Image red = face.pasteInto(photo, Image.filled(64, 64, 0xff0000));
        Point middle = face.frame().centre();
        assertThat(red.rgb((int) middle.x(), (int) middle.y())).isEqualTo(0xff0000);
        assertThat(red.rgb(0, 0)).isEqualTo(photo.rgb(0, 0));
        int outside = 0;
        for (int y = 0; y < 760; y++) {
            for (int x = 0; x < 800; x++) {
                Point p = face.frame().inFace(new Point(x + 0.5, y + 0.5));
                boolean in = p.x() > 0 && p.x() < 1 && p.y() > 0 && p.y() < 1;
                outside += !in && red.rgb(x, y) != photo.rgb(x, y) ? 1 : 0;
            }
        }
        assertThat(outside).isZero();
    }

    @Test
    void masksFadeWithoutSteps() {
        for (SoftMask mask : List.of(SoftMask.square(0.2), SoftMask.ellipse(0.8, 1, 0.3), SoftMask.usual())) {
            assertThat(mask.at(0.5, 0.5)).isEqualTo(1);
            assertThat(mask.at(0, 0.5)).isZero();
            double before = 0;
            for (double u = 0; u <= 0.5; u += 0.001) {
                double now = mask.at(u, 0.5);
                assertThat(now).isBetween(before, before + 0.02);
                before = now;
            }
        }
    }

    @Test
    void refusesWhatIsNoFace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FaceFrame.of(List.of(new Point(0, 0))))
                .withMessage("face: 68 landmarks are needed, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FaceFrame.of(Collections.nCopies(68, new Point(4, 4))))
                .withMessageContaining("must be a finite square");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new FaceAligner(64).align(PICTURE, new FaceFrame(new Point(-900, -900), new Point(10, 0))))
                .withMessageContaining("must touch");
    }

    static double meanDifference(Image a, Image b) {
        byte[] left = a.toBytes();
        byte[] right = b.toBytes();
        long sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += Math.abs((left[i] & 0xff) - (right[i] & 0xff));
        }
        return (double) sum / left.length;
    }
}
