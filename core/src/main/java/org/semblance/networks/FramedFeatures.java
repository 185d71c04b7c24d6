package org.semblance.networks;

import java.util.Arrays;
import org.semblance.nn.Parameters;
import org.semblance.ops.Resize;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * A network on a part of larger pictures, which is resized bilinearly to what the network takes. Gradients of every
 * order.
 */
public final class FramedFeatures implements FeatureNetwork {
    /** All of a picture. */
    public static final double[] WHOLE = {0, 0, 1, 1};

    private final FeatureNetwork network;
    private final int resolution;
    private final int[] part = new int[4];

    /**
     * A network and its frame.
     *
     * @param network closed with this
     * @param resolution pixels per side of the pictures that come in
     * @param crop left, top, right, bottom of the part, as fractions of the sides
     * @throws IllegalArgumentException if the part is empty or not inside
     */
    public FramedFeatures(FeatureNetwork network, int resolution, double... crop) {
        if (resolution < 1 || resolution > 1 << 14) {
            throw new IllegalArgumentException(
                    network.name() + ": resolution must lie in [1, 16384], got " + resolution);
        }
        if (crop.length != 4 || !inside(crop[0], crop[2]) || !inside(crop[1], crop[3])) {
            throw new IllegalArgumentException(
                    network.name() + ": crop must be left, top, right, bottom in [0, 1], got " + Arrays.toString(crop));
        }
        this.network = network;
        this.resolution = resolution;
        for (int i = 0; i < 4; i++) {
            int edge = (int) Math.round(crop[i] * resolution);
            part[i] = i < 2 ? Math.min(edge, resolution - 1) : Math.max(edge, part[i - 2] + 1);
        }
    }

    private static boolean inside(double from, double to) {
        return from >= 0 && from < to && to <= 1;
    }

    @Override
    public String name() {
        return network.name();
    }

    @Override
    public int resolution() {
        return resolution;
    }

    @Override
    public int size() {
        return network.size();
    }

    @Override
    public Parameters parameters() {
        return network.parameters();
    }

    @Override
    public Tensor apply(Tensor x) {
        return Scope.in("framed", () -> network.apply(framed(x)));
    }

    @Override
    public StagedFeatures staged(Tensor x) {
        return network.staged(framed(x));
    }

    private Tensor framed(Tensor x) {
        if (x.rank() != 4 || x.dim(1) != 3 || x.dim(2) != resolution || x.dim(3) != resolution) {
            throw new IllegalArgumentException(
                    name() + ": x must be [N, 3, " + resolution + ", " + resolution + "], got " + x.shape());
        }
        Tensor seen = Shapes.narrow(Shapes.narrow(x, 2, part[1], part[3]), 3, part[0], part[2]);
        int side = network.resolution();
        boolean fits = seen.dim(2) == side && seen.dim(3) == side;
        return fits ? seen : Resize.bilinear(seen, side, side);
    }

    @Override
    public void close() {
        network.close();
    }
}
