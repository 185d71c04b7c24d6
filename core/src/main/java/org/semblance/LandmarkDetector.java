package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.networks.FeatureNetwork;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;

/** A frozen network that finds the 68 points of the iBUG order in an aligned picture (paper, section 3.2). */
public final class LandmarkDetector implements AutoCloseable {
    private final ImageEncoder encoder;

    private LandmarkDetector(ImageEncoder encoder) {
        this.encoder = encoder;
    }

    /** The landmark network of a model folder. */
    public static LandmarkDetector load(ModelFolder folder, Device device) throws IOException {
        return of(ImageEncoder.load(folder, ModelNetwork.LANDMARKS, device).network());
    }

    /**
     * A network of any kind as a landmark detector; closed with it, and at once if it is none.
     *
     * @param network gives x, y of each point in turn, as fractions of the picture's sides
     */
    public static LandmarkDetector of(FeatureNetwork network) {
        if (network.size() % 2 != 0) {
            network.close();
            throw new IllegalArgumentException(
                    "model: landmarks must come in pairs x, y, got " + network.size() + " numbers");
        }
        return new LandmarkDetector(new ImageEncoder(network));
    }

    /**
     * A point in a picture.
     *
     * @param x from the left edge (0) to the right (1)
     * @param y from the top edge (0) to the bottom (1)
     */
    public record Point(float x, float y) {}

    /** The points of each picture, in iBUG order, as fractions of its sides; they may lie slightly outside [0, 1]. */
    public List<List<Point>> detect(List<Image> images) {
        HostArray rows = encoder.encode(images);
        int size = rows.shape().dim(1);
        List<List<Point>> all = new ArrayList<>();
        for (int n = 0; n < images.size(); n++) {
            List<Point> points = new ArrayList<>();
            for (int k = 0; k < size; k += 2) {
                points.add(new Point(rows.data()[n * size + k], rows.data()[n * size + k + 1]));
            }
            all.add(List.copyOf(points));
        }
        return all;
    }

    /** The points of one picture. */
    public List<Point> detect(Image image) {
        return detect(List.of(image)).get(0);
    }

    /** Pixels per side that it takes. */
    public int resolution() {
        return encoder.resolution();
    }

    /** The network itself, for work on tensors: pictures in [-1, 1]. */
    public FeatureNetwork network() {
        return encoder.network();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
