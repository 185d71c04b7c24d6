package org.semblance.networks.faceapi;

import java.util.ArrayList;
import java.util.List;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.networks.FeatureNetwork;
import org.semblance.nn.Linear;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Pool2d;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * The landmark detectors of face-api.js: faces of 112x112, cut close, to the 68 points of the iBUG order as x, y
 * fractions of the sides. Blocks of separable convolutions, each reading the sum of all before it. Gradients of every
 * order.
 */
public final class FaceLandmarkNetwork implements FeatureNetwork {
    private static final int SIDE = 112;
    private static final int SIZE = 136;

    private final Parameters parameters;
    private final String name;
    private final Pixels pixels;
    private final Layers.Conv first;
    private final List<List<Layers.Separable>> blocks = new ArrayList<>();
    private final Tensor weight;
    private final Tensor bias;

    /** The two sizes it comes in. */
    public enum Kind {
        /** Four blocks of four convolutions, 356,840 parameters. */
        FULL("face_landmark_68", 4, 4),
        /** Three blocks of three convolutions, 77,224 parameters. */
        TINY("face_landmark_68_tiny", 3, 3);

        private final String network;
        private final int blocks;
        private final int convolutions;

        Kind(String network, int blocks, int convolutions) {
            this.network = network;
            this.blocks = blocks;
            this.convolutions = convolutions;
        }
    }

    private FaceLandmarkNetwork(Kind kind, Parameters p) {
        parameters = p;
        name = kind.network;
        pixels = Pixels.of(p, 122.782, 117.001, 104.298);
        Layers layers = new Layers(p);
        first = layers.conv("dense0/conv0/filters", "dense0/conv0/bias", 3, 3, 32, Activation.linear());
        int in = 32;
        for (int block = 0; block < kind.blocks; block++) {
            int out = 32 << block;
            List<Layers.Separable> convolutions = new ArrayList<>();
            for (int i = block == 0 ? 1 : 0; i < kind.convolutions; i++) {
                String path = "dense" + block + "/conv" + i;
                convolutions.add(layers.separable(path, i == 0 ? in : out, out, Activation.linear()));
            }
            blocks.add(convolutions);
            in = out;
        }
        weight = p.take("fc/weights", in, SIZE);
        bias = p.take("fc/bias", SIZE);
    }

    /** Rebuilds a network with weights under face-api's names. */
    public static FaceLandmarkNetwork load(Kind kind, ParameterSource source, Device device, boolean trainable) {
        return Parameters.load(kind.network, device, source, trainable, p -> new FaceLandmarkNetwork(kind, p));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int resolution() {
        return SIDE;
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public Tensor apply(Tensor x) {
        parameters.requireOpen();
        Pixels.require(name, x, SIDE);
        return Scope.in(name, () -> {
            Tensor y = dense(first.same(pixels.apply(x), 2), blocks.get(0));
            for (List<Layers.Separable> block : blocks.subList(1, blocks.size())) {
                y = dense(block.get(0).same(y, 2), block.subList(1, block.size()));
            }
            return Linear.keras(Pool2d.globalAvg(y), weight, bias, Activation.linear());
        });
    }

    /** {@code relu(o1 + o2 + ...)} with {@code o1 = relu(before), o2 = conv(o1), o3 = conv(relu(o1 + o2)), ...}. */
    private Tensor dense(Tensor before, List<Layers.Separable> convolutions) {
        return Scope.in(name, () -> {
            Tensor sum = Elementwise.relu(before);
            Tensor y = sum;
            for (Layers.Separable convolution : convolutions) {
                sum = Elementwise.add(sum, convolution.same(y, 1));
                y = Elementwise.relu(sum);
            }
            return y;
        });
    }
}
