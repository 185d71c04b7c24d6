package org.semblance.networks.faceapi;

import java.util.ArrayList;
import java.util.List;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.networks.FeatureNetwork;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.MatMul;
import org.semblance.ops.Pool2d;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * The recogniser of face-api.js, dlib's ResNet with 29 convolutions: faces of 150x150 to descriptors of 128 numbers,
 * not normalised. Two of one person usually lie closer than 0.6 (euclidean). Gradients of every order.
 */
public final class FaceRecognitionNetwork implements FeatureNetwork {
    private static final String NAME = "face_recognition";
    private static final int SIDE = 150;
    private static final int SIZE = 128;
    private static final int[] CHANNELS = {32, 64, 128, 256};
    private static final int[] BLOCKS = {3, 3, 2, 2};

    private final Parameters parameters;
    private final Pixels pixels;
    private final Layers.Conv first;
    private final List<Block> blocks = new ArrayList<>();
    private final Tensor dense;

    private FaceRecognitionNetwork(Parameters p) {
        parameters = p;
        pixels = Pixels.of(p, 122.782, 117.001, 104.298);
        Layers layers = new Layers(p);
        first = layers.scaled("conv32_down", 7, 3, 32, Activation.relu());
        for (int stage = 0; stage < CHANNELS.length; stage++) {
            int width = CHANNELS[stage];
            if (stage > 0) {
                blocks.add(Block.of(layers, "conv" + width + "_down", CHANNELS[stage - 1], width, true));
            }
            for (int i = 1; i <= BLOCKS[stage]; i++) {
                blocks.add(Block.of(layers, "conv" + width + "_" + i, width, width, false));
            }
        }
        blocks.add(Block.of(layers, "conv256_down_out", 256, 256, true));
        dense = p.take("fc", 256, SIZE);
    }

    /** Rebuilds the network with weights under face-api's names. */
    public static FaceRecognitionNetwork load(ParameterSource source, Device device, boolean trainable) {
        return Parameters.load(NAME, device, source, trainable, FaceRecognitionNetwork::new);
    }

    /** Two convolutions beside a shortcut; one that shrinks halves the picture. */
    private record Block(Layers.Conv one, Layers.Conv two, boolean shrinks) {
        static Block of(Layers layers, String name, int in, int out, boolean shrinks) {
            return new Block(
                    layers.scaled(name + "/conv1", 3, in, out, Activation.relu()),
                    layers.scaled(name + "/conv2", 3, out, out, Activation.linear()),
                    shrinks);
        }

        Tensor apply(Tensor x) {
            return Scope.in(NAME, () -> {
                Tensor y = two.padded(one.padded(x, shrinks ? 2 : 1, shrinks ? 0 : 1), 1, 1);
                return Elementwise.relu(shrinks ? shrunk(x, y) : Elementwise.add(y, x));
            });
        }

        /** The smaller of both gets zeros: y below and right, the shortcut in channels. */
        private static Tensor shrunk(Tensor x, Tensor y) {
            Tensor half = Pool2d.avg(x, Pool2d.valid(2, 2, 2, 2));
            Tensor whole = Shapes.padImage(y, 0, half.dim(3) - y.dim(3), 0, half.dim(2) - y.dim(2));
            int missing = y.dim(1) - half.dim(1);
            return Elementwise.add(whole, Shapes.pad(half, new int[4], new int[] {0, missing, 0, 0}));
        }
    }

    @Override
    public String name() {
        return NAME;
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
        Pixels.require(NAME, x, SIDE);
        return Scope.in(NAME, () -> {
            Tensor y = Pool2d.max(first.padded(pixels.apply(x), 2, 0), Pool2d.valid(3, 3, 2, 2));
            for (Block block : blocks) {
                y = block.apply(y);
            }
            return MatMul.of(Pool2d.globalAvg(y), dense);
        });
    }
}
