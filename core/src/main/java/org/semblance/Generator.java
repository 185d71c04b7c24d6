package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.pretrained.Pretrained;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.files.WeightsFile;

/**
 * A frozen StyleGAN2 generator: random codes z to style codes w to pictures (Karras et al., Analyzing and Improving the
 * Image Quality of StyleGAN, 2020). Codes are rows of float32; pictures are 8-bit RGB.
 */
public final class Generator implements AutoCloseable {
    private final StyleGan2Generator network;
    private final Device device;

    Generator(StyleGan2Generator network, Device device) {
        this.network = network;
        this.device = device;
    }

    /** The generator of a model folder. @throws IOException if a file is missing, damaged or does not fit */
    public static Generator load(ModelFolder folder, Device device) throws IOException {
        return new Generator(NetworkLoader.generator(folder, device), device);
    }

    /**
     * The StyleGAN2 generator of a weights file in any container and naming scheme, with a configuration that the caller
     * knows better than the file tells.
     */
    public static Generator load(Path weights, GeneratorConfig config, Device device) throws IOException {
        try (WeightsFile opened = WeightsFile.open(weights)) {
            return new Generator(Pretrained.generator(Pretrained.main(opened), config, device, false), device);
        }
    }

    /**
     * The StyleGAN2 generator of a weights file in any container and naming scheme that the library knows; of a training
     * snapshot its moving average.
     *
     * @throws IOException if the file is damaged or holds no such generator
     */
    public static Generator load(Path file, Device device) throws IOException {
        try (WeightsFile opened = WeightsFile.open(file)) {
            return new Generator(Pretrained.generator(Pretrained.main(opened), device, false), device);
        }
    }

    /** What determines it but its weights: sizes, channels, architecture. */
    public GeneratorConfig config() {
        return network.config();
    }

    /** Pixels per side of its pictures. */
    public int resolution() {
        return config().resolution();
    }

    /** The network itself, for work on tensors. */
    public StyleGan2Generator network() {
        return network;
    }

    /** Where it computes. */
    public Device device() {
        return device;
    }

    /**
     * Random codes, one per seed, equal to {@code numpy.random.RandomState(seed).randn(z)}.
     *
     * @return {@code [N, zDim]}
     */
    public HostArray z(long... seeds) {
        List<HostArray> rows = new ArrayList<>();
        for (long seed : seeds) {
            rows.add(Batches.row(NumpySeeds.normal(seed, config().zDim())));
        }
        return Batches.joined(rows);
    }

    /** Random codes {@code [N, zDim]} to style codes {@code [N, wDim]}, for a generator without labels. */
    public HostArray map(HostArray z) {
        return Batches.rows(device, z, rows -> network.map(rows, null));
    }

    /** Pictures of random codes. */
    public List<Image> generate(HostArray z, Truncation truncation, Noise noise) {
        return images(z, rows -> network.broadcast(network.map(rows, null), truncation), noise);
    }

    /** Pictures of random codes with labels {@code [N, cDim]}. */
    public List<Image> generate(HostArray z, HostArray labels, Truncation truncation, Noise noise) {
        if (labels.shape().rank() != 2 || labels.shape().dim(0) != z.shape().dim(0)) {
            throw new IllegalArgumentException(
                    "generate: labels must be [N, cDim] for z [N, zDim], got " + labels.shape() + " and " + z.shape());
        }
        Batches.requireFinite(labels);
        List<Image> all = new ArrayList<>();
        for (int i = 0; i < z.shape().dim(0); i++) {
            HostArray label = Batches.rows(labels, i, i + 1);
            all.addAll(images(
                    Batches.rows(z, i, i + 1),
                    row -> network.broadcast(network.map(row, Tensor.of(device, label)), truncation),
                    noise.from(noise.first() + i)));
        }
        return all;
    }

    /** Pictures of style codes {@code [N, wDim]}, the same code in all layers, with the stored noise. */
    public List<Image> synthesise(HostArray w) {
        return images(w, rows -> network.broadcast(rows, Truncation.none()), Noise.constant());
    }

    /** Pictures of style codes per layer, {@code [N, numWs, wDim]}. */
    public List<Image> synthesiseLayers(HostArray ws, Noise noise) {
        return images(ws, rows -> rows, noise);
    }

    private List<Image> images(HostArray codes, java.util.function.UnaryOperator<Tensor> styles, Noise noise) {
        return Image.unstack(Batches.rows(
                device,
                codes,
                (rows, first) -> Scope.in(
                        "generate", () -> network.synthesise(styles.apply(rows), noise.from(noise.first() + first)))));
    }

    @Override
    public void close() {
        network.close();
    }
}
