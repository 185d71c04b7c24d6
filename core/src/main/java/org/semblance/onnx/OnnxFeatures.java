package org.semblance.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.networks.FeatureNetwork;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Norm;
import org.semblance.ops.Resize;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Any recogniser or landmark network of an ONNX file as a network from pictures, for {@code IdEncoder.of} and its like:
 * crop, resize, statistics and order of channels, the network, and the norm of what it gives. All of it has gradients
 * of
 * every order.
 *
 * <pre>{@code
 * IdEncoder identity = IdEncoder.of(OnnxFeatures.load(Path.of("recogniser.onnx"), OnnxInput.arcFace(), device));
 * }</pre>
 */
public final class OnnxFeatures implements FeatureNetwork {
    private static final int SIDE_IF_OPEN = 224;
    private static final int MOST_FILLED = 256;

    private final OnnxNetwork network;
    private final OnnxInput settings;
    private final Frame frame;
    private final int size;

    /**
     * Sizes in pixels.
     *
     * @param side of the pictures that come in
     * @param height of the network's input
     * @param width of the network's input
     * @param channelsLast whether its input is {@code [N, H, W, 3]}
     */
    private record Frame(int side, int height, int width, boolean channelsLast) {
        static Frame of(OnnxNetwork network, OnnxInput settings) throws IOException {
            List<Integer> dims = network.input().dims();
            boolean last = dims.size() == 4 && dims.get(3) == 3 && dims.get(1) != 3;
            if (dims.size() != 4 || !last && dims.get(1) != 3 && dims.get(1) != -1) {
                throw OnnxNetwork.wrong(network.model(), "the input must be [N, 3, H, W] or [N, H, W, 3], got " + dims);
            }
            int open = settings.resolution() > 0 ? settings.resolution() : SIDE_IF_OPEN;
            int height = dims.get(last ? 1 : 2) > 0 ? dims.get(last ? 1 : 2) : open;
            int width = dims.get(last ? 2 : 3) > 0 ? dims.get(last ? 2 : 3) : open;
            int side = settings.resolution() > 0 ? settings.resolution() : Math.max(height, width);
            return new Frame(side, height, width, last);
        }
    }

    private OnnxFeatures(OnnxNetwork network, OnnxInput settings) throws IOException {
        this.network = network;
        this.settings = settings;
        frame = Frame.of(network, settings);
        size = measured();
    }

    /**
     * Builds the network of a file.
     *
     * @param settings what it wants done to pixels; see also {@link OnnxInput#of(OnnxModel)}
     * @throws IOException naming what is wrong with the file, or everything that is not supported
     */
    public static OnnxFeatures load(Path path, OnnxInput settings, Device device) throws IOException {
        return of(OnnxModel.read(path), settings, device);
    }

    /** Builds the network of a model. @throws IOException as {@link #load} */
    public static OnnxFeatures of(OnnxModel model, OnnxInput settings, Device device) throws IOException {
        OnnxNetwork network = OnnxNetwork.load(model, settings.output(), device);
        try {
            return new OnnxFeatures(network, settings);
        } catch (IOException | RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    /** Numbers per picture, seen in a run on a grey one, which also proves that all shapes fit. */
    private int measured() throws IOException {
        try {
            Env.limited(3, frame.side, frame.side);
            Env.limited(3, frame.height, frame.width);
            return network.parameters().device().call(() -> {
                try (Scope scope = Scope.open("onnx")) {
                    Tensor grey = Tensor.zeros(network.parameters().device(), Shape.of(1, 3, frame.side, frame.side));
                    return rows(grey, OnnxBudget.ofTrial()).dim(1);
                }
            });
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage() + " [" + network.model().source() + "]", e);
        }
    }

    @Override
    public String name() {
        return "onnx";
    }

    @Override
    public int resolution() {
        return frame.side;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Parameters parameters() {
        return network.parameters();
    }

    /** The network without what is done before and after. */
    public OnnxNetwork network() {
        return network;
    }

    @Override
    public Tensor apply(Tensor x) {
        if (x.rank() != 4 || x.dim(1) != 3 || x.dim(2) != frame.side || x.dim(3) != frame.side) {
            throw new IllegalArgumentException(
                    "onnx: x must be [N, 3, " + frame.side + ", " + frame.side + "], got " + x.shape());
        }
        return rows(x, OnnxBudget.none());
    }

    private Tensor rows(Tensor x, OnnxBudget budget) {
        return Scope.in("onnx", () -> {
            Tensor in = filled(x);
            Tensor y = network.apply(prepared(in), budget);
            if (y.rank() == 0 || y.dim(0) != in.dim(0)) {
                throw new IllegalArgumentException(
                        "onnx: the output must have a row per picture, got " + y.shape() + " for " + in.shape());
            }
            Tensor flat = Shapes.flatten(in == x ? y : Shapes.narrow(y, 0, 0, x.dim(0)));
            return settings.normalised() ? Norm.l2(flat) : flat;
        });
    }

    /** For a file that fixes the number of rows: as many as it takes, the last picture again and again. */
    private Tensor filled(Tensor x) {
        int rows = network.fixedRows();
        int missing = rows < 1 ? 0 : Math.floorMod(-x.dim(0), rows);
        if (missing == 0) {
            return x;
        }
        if (missing > MOST_FILLED) {
            throw new IllegalArgumentException("onnx: at most " + MOST_FILLED + " rows may be fixed, got " + rows);
        }
        List<Tensor> parts = new ArrayList<>(List.of(x));
        Tensor last = Shapes.narrow(x, 0, x.dim(0) - 1, x.dim(0));
        for (int i = 0; i < missing; i++) {
            parts.add(last);
        }
        return Shapes.concat(0, parts);
    }

    private Tensor prepared(Tensor x) {
        Tensor part = cropped(x);
        boolean fits = part.dim(2) == frame.height && part.dim(3) == frame.width;
        Tensor sized = fits ? part : Resize.bilinear(part, frame.height, frame.width);
        Tensor ordered = settings.blueFirst() ? Shapes.flip(sized, 1) : sized;
        Tensor y = statistics(ordered);
        return frame.channelsLast ? Shapes.permute(y, 0, 2, 3, 1) : y;
    }

    private Tensor cropped(Tensor x) {
        double[] crop = settings.crop();
        int left = (int) Math.round(crop[0] * frame.side);
        int top = (int) Math.round(crop[1] * frame.side);
        int right = Math.max(left + 1, (int) Math.round(crop[2] * frame.side));
        int bottom = Math.max(top + 1, (int) Math.round(crop[3] * frame.side));
        return Shapes.narrow(Shapes.narrow(x, 2, top, bottom), 3, left, right);
    }

    /** From [-1, 1] to what the statistics make of levels. */
    private Tensor statistics(Tensor x) {
        float[] factor = new float[3];
        float[] offset = new float[3];
        for (int c = 0; c < 3; c++) {
            int from = settings.blueFirst() ? 2 - c : c;
            factor[c] = (float) (127.5 / settings.deviation()[from]);
            offset[c] = (float) ((127.5 - settings.mean()[from]) / settings.deviation()[from]);
        }
        if (factor[0] == factor[1] && factor[1] == factor[2] && offset[0] == offset[1] && offset[1] == offset[2]) {
            return factor[0] == 1 && offset[0] == 0 ? x : Elementwise.affine(x, factor[0], offset[0]);
        }
        Tensor scaled = Elementwise.mul(x, Tensor.of(x.device(), HostArray.of(factor, 1, 3, 1, 1)));
        return Elementwise.add(scaled, Tensor.of(x.device(), HostArray.of(offset, 1, 3, 1, 1)));
    }
}
