package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Box;
import org.semblance.image.Image;
import org.semblance.image.Point;
import org.semblance.image.SquareInput;
import org.semblance.networks.FeatureNetwork;
import org.semblance.networks.faceapi.FaceBox;
import org.semblance.networks.faceapi.FaceDetectionNetwork;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Finds the faces in a photograph and the 68 points of each: a detector on the whole picture, then a landmark network
 * on
 * each box. Thread-safe.
 */
public final class FaceFinder implements AutoCloseable {
    /** The least confidence that is usual. */
    public static final double SCORE = 0.5;

    private final FaceDetectionNetwork detector;
    private final LandmarkDetector landmarks;

    private FaceFinder(FaceDetectionNetwork detector, LandmarkDetector landmarks) {
        this.detector = detector;
        this.landmarks = landmarks;
    }

    /** Of these networks; closed with it. */
    public static FaceFinder of(FaceDetectionNetwork detector, LandmarkDetector landmarks) {
        return new FaceFinder(detector, landmarks);
    }

    /** Of the larger detector and the larger landmark network of a folder. */
    public static FaceFinder load(FaceModels models, Device device) throws IOException {
        FaceDetectionNetwork detector = models.ssd(device);
        try {
            return of(detector, models.landmarks(device));
        } catch (IOException | RuntimeException e) {
            detector.close();
            throw e;
        }
    }

    /** The faces in a photograph, surest first; none if there is none. */
    public List<Face> find(Image image) {
        return find(image, SCORE);
    }

    /** The faces of at least this confidence, 0 to 1, surest first; none if there is none. */
    public List<Face> find(Image image, double score) {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("faces: score must lie in [0, 1], got " + score);
        }
        List<Face> faces = new ArrayList<>();
        for (FaceBox found : boxes(image, score)) {
            Box box = inPixels(image, found);
            if (holdsPixels(image, box)) {
                faces.add(new Face(box, found.score(), points(image, box)));
            }
        }
        faces.sort(Comparator.comparingDouble(Face::score).reversed());
        return List.copyOf(faces);
    }

    private List<FaceBox> boxes(Image image, double score) {
        HostArray input = SquareInput.whole(image, detector.resolution()).of(image);
        Device device = detector.device();
        return device.call(() -> {
            try (Scope scope = Scope.open("faces")) {
                return detector.detect(Tensor.of(device, input), score).get(0);
            }
        });
    }

    /** Of the square to the picture in its top left corner, whose sides in the square were rounded. */
    private Box inPixels(Image image, FaceBox box) {
        double side = detector.resolution();
        double scale = side / Math.max(image.width(), image.height());
        double toX = side / Math.round(image.width() * scale) * image.width();
        double toY = side / Math.round(image.height() * scale) * image.height();
        double left = Math.max(0, box.left()) * toX;
        double top = Math.max(0, box.top()) * toY;
        return new Box(left, top, Math.min(1, box.right()) * toX - left, Math.min(1, box.bottom()) * toY - top);
    }

    private static boolean holdsPixels(Image image, Box box) {
        return Math.min(box.x() + box.width(), image.width()) - Math.floor(box.x()) >= 2
                && Math.min(box.y() + box.height(), image.height()) - Math.floor(box.y()) >= 2;
    }

    private List<Point> points(Image image, Box box) {
        FeatureNetwork network = landmarks.network();
        SquareInput square = SquareInput.centred(image, box, network.resolution());
        float[] found =
                Batches.rows(network.device(), square.of(image), network::apply).data();
        // The crop starts at a whole pixel; the points are counted from the box itself, as face-api.js does.
        double shiftX = Math.max(box.x(), 0) - square.part().x();
        double shiftY = Math.max(box.y(), 0) - square.part().y();
        List<Point> points = new ArrayList<>();
        for (int k = 0; k < found.length; k += 2) {
            Point point = square.inPicture(found[k], found[k + 1]);
            points.add(new Point(point.x() + shiftX, point.y() + shiftY));
        }
        return points;
    }

    /**
     * The descriptor of a face by a recogniser that takes crops as dlib cuts them, such as
     * {@link FaceModels#recogniser}.
     */
    public static float[] describe(IdEncoder recogniser, Image image, Face face) {
        SquareInput square = SquareInput.centred(image, descriptorBox(face.landmarks()), recogniser.resolution());
        return Batches.rows(recogniser.network().device(), square.of(image), recogniser.network()::apply)
                .data();
    }

    /** The square around eyes and mouth on which dlib's descriptor was trained. */
    private static Box descriptorBox(List<Point> points) {
        Point left = mean(points, 36, 42);
        Point right = mean(points, 42, 48);
        Point mouth = mean(points, 48, 68);
        double toMouth = (Math.hypot(left.x() - mouth.x(), left.y() - mouth.y())
                        + Math.hypot(right.x() - mouth.x(), right.y() - mouth.y()))
                / 2;
        double side = Math.floor(toMouth / 0.45);
        double x = (left.x() + right.x() + mouth.x()) / 3;
        double y = (left.y() + right.y() + mouth.y()) / 3;
        return new Box(Math.floor(Math.max(0, x - 0.5 * side)), Math.floor(Math.max(0, y - 0.43 * side)), side, side);
    }

    private static Point mean(List<Point> points, int from, int to) {
        double x = 0;
        double y = 0;
        for (Point p : points.subList(from, to)) {
            x += p.x();
            y += p.y();
        }
        return new Point(x / (to - from), y / (to - from));
    }

    @Override
    public void close() {
        detector.close();
        landmarks.close();
    }
}
