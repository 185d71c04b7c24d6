package org.semblance.networks.faceapi;

import java.util.ArrayList;
import java.util.List;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.backend.PoolSpec;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.ops.Pool2d;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * The smaller detector of face-api.js, a tiny YOLO v2 of separable convolutions: 416x416, 13x13 cells of 5 boxes.
 * Gradients of every order reach the picture through {@link #predict}.
 */
public final class TinyFaceDetector implements FaceDetectionNetwork {
    private static final String NAME = "tiny_face_detector";
    private static final int SIDE = 416;
    private static final double OVERLAP = 0.4;
    private static final int MOST = 100;
    private static final Activation LEAKY = Activation.leakyRelu(0.1f);
    private static final double[][] ANCHORS = {
        {1.603231, 2.094468}, {6.041143, 7.080126}, {2.882459, 3.518061}, {4.266906, 5.178857}, {9.041765, 10.66308}
    };

    private final Parameters parameters;
    private final Pixels pixels;
    private final Layers.Conv first;
    private final List<Layers.Separable> layers = new ArrayList<>();
    private final Layers.Conv last;

    private TinyFaceDetector(Parameters p) {
        parameters = p;
        pixels = Pixels.of(p, 117.001, 114.697, 97.404);
        Layers make = new Layers(p);
        first = make.conv("conv0/filters", "conv0/bias", 3, 3, 16, LEAKY);
        for (int i = 1; i <= 5; i++) {
            layers.add(make.separable("conv" + i, 8 << i, 16 << i, LEAKY));
        }
        last = make.conv("conv8/filters", "conv8/bias", 1, 512, 25, Activation.linear());
    }

    /** Rebuilds the network with weights under face-api's names. */
    public static TinyFaceDetector load(ParameterSource source, Device device, boolean trainable) {
        return Parameters.load(NAME, device, source, trainable, TinyFaceDetector::new);
    }

    /** The raw prediction {@code [N, 25, 13, 13]}: x, y, width, height, score of 5 boxes. */
    public Tensor predict(Tensor x) {
        parameters.requireOpen();
        Pixels.require(NAME, x, SIDE);
        return Scope.in(NAME, () -> {
            Tensor y = pooled(first.padded(pixels.apply(x), 1, 0), 2);
            for (int i = 0; i < layers.size(); i++) {
                y = pooled(layers.get(i).same(y, 1), i == layers.size() - 1 ? 1 : 2);
            }
            return last.padded(y, 1, 0);
        });
    }

    private static Tensor pooled(Tensor x, int stride) {
        PoolSpec spec = Pool2d.same(x.shape(), 2, 2, stride, stride);
        return Pool2d.max(x, spec);
    }

    @Override
    public int resolution() {
        return SIDE;
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public List<List<FaceBox>> detect(Tensor x, double score) {
        try (Scope scope = Scope.open(NAME)) {
            Tensor y = predict(x);
            float[] values = y.toHost().data();
            int cells = y.dim(2);
            List<List<FaceBox>> all = new ArrayList<>();
            for (int n = 0; n < y.dim(0); n++) {
                all.add(FaceBoxes.best(candidates(values, n, cells, score), OVERLAP, MOST));
            }
            return all;
        }
    }

    private static List<FaceBox> candidates(float[] values, int image, int cells, double least) {
        List<FaceBox> found = new ArrayList<>();
        int plane = cells * cells;
        for (int place = 0; place < plane; place++) {
            for (int anchor = 0; anchor < ANCHORS.length; anchor++) {
                int at = (image * 25 + anchor * 5) * plane + place;
                double score = sigmoid(values[at + 4 * plane]);
                if (score > least) {
                    found.add(box(values, at, plane, place % cells, place / cells, ANCHORS[anchor], score));
                }
            }
        }
        return found;
    }

    private static FaceBox box(float[] values, int at, int plane, int column, int row, double[] anchor, double score) {
        double cells = Math.sqrt(plane);
        double x = (column + sigmoid(values[at])) / cells;
        double y = (row + sigmoid(values[at + plane])) / cells;
        double width = Math.exp(values[at + 2 * plane]) * anchor[0] / cells;
        double height = Math.exp(values[at + 3 * plane]) * anchor[1] / cells;
        return new FaceBox(x - width / 2, y - height / 2, x + width / 2, y + height / 2, score);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
