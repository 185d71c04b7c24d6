package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.image.Image;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.networks.stylegan2.StyleGenerator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.ops.Shapes;
import org.semblance.pretrained.Pretrained;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.files.WeightsFile;

/**
 * A frozen generator: random codes z to style codes w to pictures. Either a StyleGAN2 (Karras et al., Analyzing and
 * Improving the Image Quality of StyleGAN, 2020) or the StyleGAN of the paper (Karras et al., A Style-Based Generator
 * Architecture for Generative Adversarial Networks, 2019). Codes are rows of float32; pictures are 8-bit RGB.
 *
 * <p>The same codes in a batch of the same size give the same bits every time on one device. In a batch of another size
 * pictures may differ by what the precision rounds, since kernels are chosen by the size of the batch; random noise
 * does not depend on it.
 */
public final class Generator implements AutoCloseable {
    private final StyleGenerator network;
    private final Device device;
    private final Precision precision;

    Generator(StyleGenerator network, Device device) {
        this(network, device, Precision.FLOAT32);
    }

    private Generator(StyleGenerator network, Device device, Precision precision) {
        this.network = network;
        this.device = device;
        this.precision = precision;
    }

    /** The generator of a model folder. @throws IOException if a file is missing, damaged or does not fit */
    public static Generator load(ModelFolder folder, Device device) throws IOException {
        return new Generator(NetworkLoader.generator(folder, device), device);
    }

    /**
     * The StyleGAN2 generator of a weights file in any container and naming scheme, with a configuration that the
     * caller knows better than the file tells.
     */
    public static Generator load(Path weights, GeneratorConfig config, Device device) throws IOException {
        try (WeightsFile opened = WeightsFile.open(weights)) {
            return new Generator(Pretrained.generator(Pretrained.main(opened), config, device, false), device);
        }
    }

    /**
     * The generator of a weights file in any container and naming scheme that the library knows, StyleGAN2 or the
     * paper's StyleGAN; of a training snapshot its moving average.
     *
     * @throws IOException if the file is damaged or holds no such generator
     */
    public static Generator load(Path file, Device device) throws IOException {
        try (WeightsFile opened = WeightsFile.open(file)) {
            return new Generator(Pretrained.styleGenerator(Pretrained.main(opened), device), device);
        }
    }

    /**
     * The same generator computing its pictures in another precision. Both share the weights: closing either closes
     * both. What the precision needs is prepared when it is first used and freed when the generator is closed.
     *
     * @throws UnsupportedOperationException with the reason if the device or this network does not have the precision;
     *     {@link Precision#FLOAT32} is always there
     */
    public Generator withPrecision(Precision other) {
        network.refusal(other).ifPresent(reason -> {
            throw new UnsupportedOperationException(
                    "generator: " + other + " cannot be had on " + device.name() + ": " + reason);
        });
        return new Generator(network, device, other);
    }

    /** Whether {@link #withPrecision} gives this precision here. */
    public boolean supports(Precision other) {
        return network.refusal(other).isEmpty();
    }

    /** What its pictures are computed in. */
    public Precision precision() {
        return precision;
    }

    /**
     * What determines a StyleGAN2 but its weights: sizes, channels, architecture.
     *
     * @throws UnsupportedOperationException if it is a StyleGAN, whose sizes {@link #network} tells
     */
    public GeneratorConfig config() {
        if (network instanceof StyleGan2Generator known) {
            return known.config();
        }
        throw new UnsupportedOperationException("generator: only a StyleGAN2 has this configuration, got a StyleGAN");
    }

    /** Size of a random code. */
    public int zDim() {
        return network.zDim();
    }

    /** Size of a label, 0 for none. */
    public int cDim() {
        return network.cDim();
    }

    /** Size of a style code. */
    public int wDim() {
        return network.wDim();
    }

    /** Pixels per side of its pictures. */
    public int resolution() {
        return network.resolution();
    }

    /** The network itself, for work on tensors. */
    public StyleGenerator network() {
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
            rows.add(Batches.row(NumpySeeds.normal(seed, zDim())));
        }
        return Batches.joined(rows);
    }

    /** Random codes {@code [N, zDim]} to style codes {@code [N, wDim]}, for a generator without labels. */
    public HostArray map(HostArray z) {
        return Batches.rows(device, z, rows -> network.map(rows, null));
    }

    /**
     * Random codes {@code [N, zDim]} to style codes {@code [N, wDim]} drawn towards the mean, {@code mean + psi (w -
     * mean)}: alike in all layers, so that one code makes the picture.
     */
    public HostArray map(HostArray z, float psi) {
        return Batches.rows(
                device,
                z,
                rows -> Scope.in("map", () -> {
                    Tensor ws = network.broadcast(network.map(rows, null), Truncation.of(psi));
                    return Shapes.reshape(Shapes.narrow(ws, 1, 0, 1), ws.dim(0), ws.dim(2));
                }));
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

    private List<Image> images(HostArray codes, UnaryOperator<Tensor> styles, Noise noise) {
        List<Image> all = new ArrayList<>();
        Batches.parts(codes, Batches.most(device, resolution()), (part, first) -> {
            byte[] rgb = device.call(() -> {
                try (Scope scope = Scope.open("generate")) {
                    Tensor ws = styles.apply(Tensor.of(device, part));
                    return network.pixels(ws, noise.from(noise.first() + first), precision);
                }
            });
            int size = 3 * resolution() * resolution();
            for (int at = 0; at < rgb.length; at += size) {
                all.add(Image.of(resolution(), resolution(), Arrays.copyOfRange(rgb, at, at + size)));
            }
        });
        return List.copyOf(all);
    }

    @Override
    public void close() {
        network.close();
    }
}
