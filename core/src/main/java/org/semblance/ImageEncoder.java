package org.semblance;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.networks.oplist.OpListNetwork;
import org.semblance.ops.Elementwise;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.weights.ModelFolder;

/** What the encoders share: square pictures in batches, in the range the network asks for, to rows of numbers. */
final class ImageEncoder implements AutoCloseable {
    private final String role;
    private final OpListNetwork network;
    private final Device device;
    private final int size;
    private final int resolution;
    private final Range range;

    private ImageEncoder(String role, OpListNetwork network, Device device, int size, int resolution, Range range) {
        this.role = role;
        this.network = network;
        this.device = device;
        this.size = size;
        this.resolution = resolution;
        this.range = range;
    }

    /** What darkest and brightest are to a network. */
    private record Range(float low, float high) {
        static Range of(ModelFolder folder, String role) {
            double[] stated = folder.network(role).inputRange().orElse(new double[] {-1, 1});
            if (stated.length != 2 || !(stated[0] < stated[1])) {
                throw new IllegalArgumentException(
                        "model: input_range of '" + role + "' must be [low, high], got " + Arrays.toString(stated));
            }
            return new Range((float) stated[0], (float) stated[1]);
        }

        /** From [-1, 1]. */
        Tensor apply(Tensor x) {
            boolean same = low == -1 && high == 1;
            return same ? x : Elementwise.affine(x, (high - low) / 2, (high + low) / 2);
        }
    }

    static ImageEncoder load(ModelFolder folder, String role, Device device) throws IOException {
        Json list = NetworkLoader.opListJson(folder, role);
        int size = list.get("out_dim").asInt();
        int[] input = list.get("input").asInts();
        if (input.length != 3 || input[0] != 3 || input[1] != input[2]) {
            throw new IllegalArgumentException(
                    "model: input of '" + role + "' must be [3, R, R], got " + Arrays.toString(input));
        }
        Range range = Range.of(folder, role);
        return new ImageEncoder(role, NetworkLoader.opList(folder, role, device), device, size, input[1], range);
    }

    /** {@code [N, size]}. */
    HostArray encode(List<Image> images) {
        HostArray pixels = Batches.images(role, images, resolution);
        HostArray rows = Batches.rows(device, pixels, x -> Scope.in(role, () -> network.apply(range.apply(x))));
        if (rows.shape().rank() != 2 || rows.shape().dim(1) != size) {
            throw new IllegalStateException(
                    "model: '" + role + "' must give [N, " + size + "] as its out_dim says, got " + rows.shape());
        }
        return rows;
    }

    int size() {
        return size;
    }

    int resolution() {
        return resolution;
    }

    OpListNetwork network() {
        return network;
    }

    @Override
    public void close() {
        network.close();
    }
}
