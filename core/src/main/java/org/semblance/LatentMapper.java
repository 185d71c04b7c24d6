package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.networks.latent.LatentMlp;
import org.semblance.pretrained.Pretrained;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.files.WeightsFile;

/** The trained map from [identity, attributes] to a style code of the generator (paper, section 3.1). */
public final class LatentMapper implements AutoCloseable {
    private final LatentMlp network;
    private final Device device;

    private LatentMapper(LatentMlp network, Device device) {
        this.network = network;
        this.device = device;
    }

    /** The mapper of a model folder. */
    public static LatentMapper load(ModelFolder folder, Device device) throws IOException {
        return new LatentMapper(NetworkLoader.mlp(folder, ModelNetwork.MAPPER, device), device);
    }

    /** The mapper of a weights file, such as the paper's {@code .h5}. @throws IOException if it holds none */
    public static LatentMapper load(Path file, Device device) throws IOException {
        try (WeightsFile opened = WeightsFile.open(file)) {
            return new LatentMapper(Pretrained.latentMlp(Pretrained.main(opened), device, false), device);
        }
    }

    /** Joined codes z {@code [N, identity + attributes]} to style codes {@code [N, wDim]}. */
    public HostArray map(HostArray z) {
        return Batches.rows(device, z, network::apply);
    }

    /** Identity embeddings and attribute codes, row by row, to style codes {@code [N, wDim]}. */
    public HostArray map(HostArray identity, HostArray attributes) {
        return map(joined(identity, attributes));
    }

    /** Rows of both side by side: {@code [N, A]} and {@code [N, B]} to {@code [N, A + B]}. */
    public static HostArray joined(HostArray identity, HostArray attributes) {
        int n = identity.shape().dim(0);
        if (n != attributes.shape().dim(0)) {
            throw new IllegalArgumentException("mapper: identity and attributes must have as many rows, got "
                    + identity.shape() + " and " + attributes.shape());
        }
        List<HostArray> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            float[] a = Batches.rows(identity, i, i + 1).data();
            float[] b = Batches.rows(attributes, i, i + 1).data();
            float[] row = Arrays.copyOf(a, a.length + b.length);
            System.arraycopy(b, 0, row, a.length, b.length);
            rows.add(Batches.row(row));
        }
        return Batches.joined(rows);
    }

    /** Features it takes: identity and attributes together. */
    public int inputSize() {
        return network.widths().get(0);
    }

    /** The network itself, for work on tensors. */
    public LatentMlp network() {
        return network;
    }

    @Override
    public void close() {
        network.close();
    }
}
