package org.semblance;

import java.io.IOException;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.networks.oplist.OpListNetwork;
import org.semblance.weights.ModelFolder;

/** What the encoders share: square pictures in batches through a network to rows of numbers. */
final class ImageEncoder implements AutoCloseable {
    private final String role;
    private final OpListNetwork network;
    private final Device device;
    private final int size;

    private ImageEncoder(String role, OpListNetwork network, Device device, int size) {
        this.role = role;
        this.network = network;
        this.device = device;
        this.size = size;
    }

    static ImageEncoder load(ModelFolder folder, String role, Device device) throws IOException {
        int size = NetworkLoader.opListJson(folder, role).get("out_dim").asInt();
        return new ImageEncoder(role, NetworkLoader.opList(folder, role, device), device, size);
    }

    HostArray encode(List<Image> images) {
        HostArray pixels = Batches.images(role, images, resolution());
        return Batches.rows(device, pixels, network::apply);
    }

    int size() {
        return size;
    }

    int resolution() {
        return network.list().input().get(1);
    }

    OpListNetwork network() {
        return network;
    }

    @Override
    public void close() {
        network.close();
    }
}
