package org.semblance;

import java.io.IOException;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.networks.FeatureNetwork;
import org.semblance.weights.ModelFolder;

/** What the encoders share: square pictures in batches, through a network, to rows of numbers. */
record ImageEncoder(FeatureNetwork network) implements AutoCloseable {
    static ImageEncoder load(ModelFolder folder, String role, Device device) throws IOException {
        return new ImageEncoder(EncoderLoader.load(folder, role, device));
    }

    /** {@code [N, size]}. */
    HostArray encode(List<Image> images) {
        HostArray rows = Batches.images(network.name(), network.device(), images, resolution(), network::apply);
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
