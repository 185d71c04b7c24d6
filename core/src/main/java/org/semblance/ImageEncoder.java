package org.semblance;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.networks.FeatureNetwork;
import org.semblance.networks.oplist.OpListFeatures;
import org.semblance.weights.ModelFolder;

/** What the encoders share: square pictures in batches, through a network, to rows of numbers. */
record ImageEncoder(FeatureNetwork network) implements AutoCloseable {
    /** Architectures that need no list of operations. */
    private static final Set<String> NAMED = Set.of("resnet50", "vggface2-resnet50", "inceptionv3");

    static ImageEncoder load(ModelFolder folder, String role, Device device) throws IOException {
        if (folder.has(role) && NAMED.contains(folder.network(role).architecture())) {
            return new ImageEncoder(NetworkLoader.features(folder, role, device));
        }
        Json list = NetworkLoader.opListJson(folder, role);
        int size = list.get("out_dim").asInt();
        int[] input = list.get("input").asInts();
        if (input.length != 3 || input[0] != 3 || input[1] != input[2]) {
            throw new IllegalArgumentException(
                    "model: input of '" + role + "' must be [3, R, R], got " + Arrays.toString(input));
        }
        double[] range = range(folder, role);
        return new ImageEncoder(new OpListFeatures(
                NetworkLoader.opList(folder, role, device), size, (float) range[0], (float) range[1]));
    }

    /** What darkest and brightest are to a network. */
    private static double[] range(ModelFolder folder, String role) {
        double[] stated = folder.network(role).inputRange().orElse(new double[] {-1, 1});
        if (stated.length != 2 || !(stated[0] < stated[1])) {
            throw new IllegalArgumentException(
                    "model: input_range of '" + role + "' must be [low, high], got " + Arrays.toString(stated));
        }
        return stated;
    }

    /** {@code [N, size]}. */
    HostArray encode(List<Image> images) {
        HostArray pixels = Batches.images(network.name(), images, resolution());
        HostArray rows = Batches.rows(network.device(), pixels, network::apply);
        if (rows.shape().rank() != 2 || rows.shape().dim(1) != size()) {
            throw new IllegalStateException(
                    "model: '" + network.name() + "' must give [N, " + size() + "] as it says, got " + rows.shape());
        }
        return rows;
    }

    int size() {
        return network.size();
    }

    int resolution() {
        return network.resolution();
    }

    @Override
    public void close() {
        network.close();
    }
}
