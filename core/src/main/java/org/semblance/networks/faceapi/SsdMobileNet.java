package org.semblance.networks.faceapi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.semblance.array.HostArray;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * The larger detector of face-api.js: SSD over MobileNetV1, 512x512, 5118 boxes. Gradients of every order reach the
 * picture through {@link #predict}.
 *
 * <p>Source: Liu et al., SSD: Single Shot MultiBox Detector; Howard et al., MobileNets.
 */
public final class SsdMobileNet implements FaceDetectionNetwork {
    private static final String NAME = "ssd_mobilenetv1";
    private static final int SIDE = 512;
    private static final int BOXES = 5118;
    private static final float EPS = 0.0010000000474974513f;
    private static final double OVERLAP = 0.5;
    private static final int MOST = 100;
    private static final Activation RELU6 = Activation.relu().withClamp(6);
    /** Channels after each of the 13 pairs. */
    private static final int[] PAIRS = {64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
    /** Channels after each of the extra convolutions. */
    private static final int[] EXTRAS = {256, 512, 128, 256, 128, 256, 64, 128};

    private final Parameters parameters;
    private final Layers.Conv first;
    private final List<Pair> pairs = new ArrayList<>();
    private final List<Layers.Conv> extras = new ArrayList<>();
    private final List<Predictor> predictors = new ArrayList<>();
    private final HostArray priors;

    private SsdMobileNet(Parameters p) {
        parameters = p;
        Layers layers = new Layers(p);
        first = layers.conv(
                "MobilenetV1/Conv2d_0_pointwise/weights",
                "MobilenetV1/Conv2d_0_pointwise/convolution_bn_offset",
                3,
                3,
                32,
                RELU6);
        for (int i = 0; i < PAIRS.length; i++) {
            pairs.add(Pair.of(layers, i + 1, i == 0 ? 32 : PAIRS[i - 1], PAIRS[i]));
        }
        for (int i = 0; i < EXTRAS.length; i++) {
            String name = "Prediction/Conv2d_" + i + "_pointwise/";
            extras.add(layers.conv(
                    name + "weights",
                    name + "convolution_bn_offset",
                    i % 2 == 0 ? 1 : 3,
                    i == 0 ? 1024 : EXTRAS[i - 1],
                    EXTRAS[i],
                    RELU6));
        }
        int[] features = {512, 1024, 512, 256, 256, 128};
        for (int i = 0; i < features.length; i++) {
            predictors.add(Predictor.of(layers, i, features[i], i == 0 ? 3 : 6));
        }
        priors = p.take("Output/extra_dim", 1, BOXES, 4).toHost();
    }

    /** Rebuilds the network with weights under face-api's names; constants of its graph are not asked for. */
    public static SsdMobileNet load(ParameterSource source, Device device, boolean trainable) {
        return Parameters.load(NAME, device, source, trainable, SsdMobileNet::new);
    }

    /** Whether a tensor of face-api's file is a constant of the graph that no layer reads. */
    public static boolean isUnused(String name) {
        return name.startsWith("Postprocessor/")
                || name.startsWith("Preprocessor/")
                || name.startsWith("concat_1/")
                || name.contains("/stack")
                || name.contains("/strided_slice/");
    }

    /** A depthwise convolution and a pointwise one, each normalised. */
    private record Pair(Supplier<Tensor> depthwise, Supplier<Tensor> shift, Layers.Conv pointwise, int stride) {
        static Pair of(Layers layers, int number, int in, int out) {
            Parameters p = layers.parameters();
            String depth = "MobilenetV1/Conv2d_" + number + "_depthwise/";
            String norm = depth + "BatchNorm/";
            Supplier<Tensor> filters = layers.depthwise(depth + "depthwise_weights", in);
            Tensor gamma = p.take(norm + "gamma", in);
            Tensor beta = p.take(norm + "beta", in);
            Tensor mean = p.buffer(norm + "moving_mean", in);
            Tensor variance = p.buffer(norm + "moving_variance", in);
            Supplier<Tensor> factor = () -> Elementwise.mul(gamma, Elementwise.rsqrt(Elementwise.shift(variance, EPS)));
            String point = "MobilenetV1/Conv2d_" + number + "_pointwise/";
            return new Pair(
                    layers.fixed(() -> Elementwise.mul(filters.get(), Shapes.reshape(factor.get(), in, 1, 1, 1))),
                    layers.fixed(() -> Elementwise.sub(beta, Elementwise.mul(mean, factor.get()))),
                    layers.conv(point + "weights", point + "convolution_bn_offset", 1, in, out, RELU6),
                    number == 2 || number == 4 || number == 6 || number == 12 ? 2 : 1);
        }

        Tensor apply(Tensor x) {
            return Scope.in(NAME, () -> {
                Layers.Conv depth = new Layers.Conv(depthwise, shift, x.dim(1), RELU6);
                return pointwise.padded(depth.same(x, stride), 1, 0);
            });
        }
    }

    /** Boxes and classes of every place of a feature map. */
    private record Predictor(Layers.Conv boxes, Layers.Conv classes) {
        static Predictor of(Layers layers, int number, int in, int anchors) {
            String name = "Prediction/BoxPredictor_" + number + "/";
            return new Predictor(
                    head(layers, name + "BoxEncodingPredictor/", in, anchors * 4),
                    head(layers, name + "ClassPredictor/", in, anchors * 3));
        }

        private static Layers.Conv head(Layers layers, String name, int in, int out) {
            return layers.conv(name + "weights", name + "biases", 1, in, out, Activation.linear());
        }

        static Tensor rows(Layers.Conv head, Tensor x, int width) {
            Tensor y = Shapes.permute(head.padded(x, 1, 0), 0, 2, 3, 1);
            return Shapes.reshape(y, x.dim(0), (int) (y.shape().count() / x.dim(0) / width), width);
        }
    }

    /**
     * What the network says of each box.
     *
     * @param boxes {@code [N, 5118, 4]}: offsets of the centre (y, x) and of the size, against the priors
     * @param classes {@code [N, 5118, 3]}: logits, face at 1
     */
    public record Prediction(Tensor boxes, Tensor classes) {}

    /** The raw prediction, in the current scope. @param x {@code [N, 3, 512, 512]} in [-1, 1] */
    public Prediction predict(Tensor x) {
        parameters.requireOpen();
        Pixels.require(NAME, x, SIDE);
        List<Tensor> features = features(x);
        List<Tensor> boxes = new ArrayList<>();
        List<Tensor> classes = new ArrayList<>();
        for (int i = 0; i < features.size(); i++) {
            boxes.add(Predictor.rows(predictors.get(i).boxes(), features.get(i), 4));
            classes.add(Predictor.rows(predictors.get(i).classes(), features.get(i), 3));
        }
        return new Prediction(Shapes.concat(1, boxes), Shapes.concat(1, classes));
    }

    private List<Tensor> features(Tensor x) {
        List<Tensor> features = new ArrayList<>();
        Tensor y = first.same(x, 2);
        for (int i = 0; i < pairs.size(); i++) {
            y = pairs.get(i).apply(y);
            if (i == 10 || i == 12) {
                features.add(y);
            }
        }
        for (int i = 0; i < extras.size(); i++) {
            y = extras.get(i).same(y, i % 2 == 0 ? 1 : 2);
            if (i % 2 == 1) {
                features.add(y);
            }
        }
        return features;
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
            Prediction prediction = predict(x);
            float[] boxes = prediction.boxes().toHost().data();
            float[] classes = prediction.classes().toHost().data();
            List<List<FaceBox>> all = new ArrayList<>();
            for (int n = 0; n < x.dim(0); n++) {
                all.add(FaceBoxes.best(candidates(boxes, classes, n * BOXES, score), OVERLAP, MOST));
            }
            return all;
        }
    }

    private List<FaceBox> candidates(float[] boxes, float[] classes, int from, double least) {
        List<FaceBox> found = new ArrayList<>();
        for (int i = 0; i < BOXES; i++) {
            double score = 1 / (1 + Math.exp(-classes[(from + i) * 3 + 1]));
            if (score > least) {
                found.add(box(boxes, (from + i) * 4, i * 4, score));
            }
        }
        return found;
    }

    private FaceBox box(float[] code, int at, int prior, double score) {
        float[] p = priors.data();
        double height = p[prior + 2] - p[prior];
        double width = p[prior + 3] - p[prior + 1];
        double y = p[prior] + height / 2 + code[at] / 10 * height;
        double x = p[prior + 1] + width / 2 + code[at + 1] / 10 * width;
        double halfHeight = Math.exp(code[at + 2] / 5) * height / 2;
        double halfWidth = Math.exp(code[at + 3] / 5) * width / 2;
        return new FaceBox(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, score);
    }
}
