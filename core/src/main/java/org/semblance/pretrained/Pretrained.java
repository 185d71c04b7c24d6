package org.semblance.pretrained;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.semblance.backend.Device;
import org.semblance.networks.convnet.InceptionV3;
import org.semblance.networks.convnet.ResNet50;
import org.semblance.networks.faceapi.FaceDetectionNetwork;
import org.semblance.networks.faceapi.FaceLandmarkNetwork;
import org.semblance.networks.faceapi.FaceRecognitionNetwork;
import org.semblance.networks.faceapi.SsdMobileNet;
import org.semblance.networks.faceapi.TinyFaceDetector;
import org.semblance.networks.latent.LatentMlp;
import org.semblance.networks.stylegan1.StyleGan1Config;
import org.semblance.networks.stylegan1.StyleGan1Generator;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.DiscriminatorConfig;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.StyleGan2Discriminator;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.networks.stylegan2.StyleGenerator;
import org.semblance.nn.ParameterSource;
import org.semblance.weights.Weights;
import org.semblance.weights.files.NetworkPart;
import org.semblance.weights.files.WeightsFile;

/**
 * Networks from the parts of a weights file, whatever its container and naming scheme. A part that does not become a
 * whole network is an {@link IOException} that names what is missing, left over, of another shape or not finite.
 */
public final class Pretrained {
    /** Slope of the paper's mapper and latent discriminator below zero. */
    private static final float SLOPE = 0.2f;

    /** From the largest pictures down to 8x8. */
    private static final int MOST_BLOCKS = Integer.numberOfTrailingZeros(Channels.MAX_RESOLUTION) - 2;

    private Pretrained() {}

    /** The kinds of networks, by the names that naming schemes give them. */
    public enum Kind {
        STYLEGAN2_GENERATOR("stylegan2-generator"),
        STYLEGAN2_DISCRIMINATOR("stylegan2-discriminator"),
        STYLEGAN1_GENERATOR("stylegan1-generator"),
        RESNET50("resnet50"),
        VGGFACE2_RESNET50("vggface2-resnet50"),
        INCEPTIONV3("inceptionv3"),
        LATENT_MLP("latent-mlp"),
        FACE_RECOGNITION("face-api-recognition"),
        FACE_LANDMARKS("face-api-landmarks"),
        FACE_LANDMARKS_TINY("face-api-landmarks-tiny"),
        FACE_SSD("face-api-ssd"),
        FACE_TINY_DETECTOR("face-api-tiny-detector");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** The kind of a part. */
        public static Kind of(NetworkPart part) {
            for (Kind kind : values()) {
                if (kind.text.equals(part.network())) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("pretrained: no network of kind '" + part.network() + "'");
        }

        /** Its name in tables. */
        public String text() {
            return text;
        }
    }

    /** The network of a file that inference uses. @throws IOException if none was recognised in it */
    public static NetworkPart main(WeightsFile file) throws IOException {
        return file.main()
                .orElseThrow(
                        () -> new IOException("pretrained: the names of the tensors must be of a known network, got "
                                + file.weights().names().stream().limit(3).toList() + " [" + file.path() + "]"));
    }

    /**
     * The tensors of a part under the library's names and layouts. A discriminator of rosinality's has its blocks named
     * by resolution.
     *
     * @throws IOException if a tensor does not have the axes that its scheme says
     */
    public static Weights translated(NetworkPart part) throws IOException {
        Weights weights = part.scheme().translate(part.original());
        return Kind.of(part) == Kind.STYLEGAN2_DISCRIMINATOR ? upright(weights) : weights;
    }

    /** The network of a part, of its kind's class. */
    public static AutoCloseable any(NetworkPart part, Device device) throws IOException {
        return switch (Kind.of(part)) {
            case STYLEGAN2_GENERATOR -> generator(part, device, false);
            case STYLEGAN2_DISCRIMINATOR -> discriminator(part, device, false);
            case STYLEGAN1_GENERATOR -> styleGan1(part, device, false);
            case RESNET50, VGGFACE2_RESNET50 -> resNet50(part, device, false);
            case INCEPTIONV3 -> inceptionV3(part, device, false);
            case LATENT_MLP -> latentMlp(part, device, false);
            case FACE_RECOGNITION -> faceRecognition(part, device, false);
            case FACE_LANDMARKS, FACE_LANDMARKS_TINY -> faceLandmarks(part, device, false);
            case FACE_SSD, FACE_TINY_DETECTOR -> faceDetection(part, device, false);
        };
    }

    /** Makes the network of a part and closes it. @throws IOException if it does not become a whole one */
    public static void check(NetworkPart part, Device device) throws IOException {
        try (AutoCloseable network = any(part, device)) {
            Objects.requireNonNull(network);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** What a StyleGAN2 generator's weights, and its pickle if it is in one, tell of it. */
    public static GeneratorConfig generatorConfig(NetworkPart part) throws IOException {
        require(part, Kind.STYLEGAN2_GENERATOR);
        Weights weights = translated(part);
        return described(part, () -> generatorConfig(weights, new Snapshot(part)));
    }

    private static GeneratorConfig generatorConfig(Weights weights, Snapshot snapshot) {
        GeneratorConfig c = GeneratorConfigs.infer(weights, snapshot.clamp());
        return new GeneratorConfig(
                c.zDim(),
                c.cDim(),
                c.wDim(),
                c.imageChannels(),
                c.mappingLayers(),
                snapshot.mappingLr(),
                c.channels(),
                c.architecture(),
                c.clamp());
    }

    /** A StyleGAN2 generator whose configuration the caller knows better than the file tells. */
    public static StyleGan2Generator generator(
            NetworkPart part, GeneratorConfig config, Device device, boolean trainable) throws IOException {
        require(part, Kind.STYLEGAN2_GENERATOR);
        Weights weights = withMean(part);
        return made(part, weights, "generator", source -> StyleGan2Generator.load(config, source, device, trainable));
    }

    /** Of rosinality's files the mean style code may be missing, of others not. */
    private static Weights withMean(NetworkPart part) throws IOException {
        Weights weights = translated(part);
        if (!part.scheme().name().startsWith("rosinality") && !weights.contains("mapping.w_avg")) {
            throw new IOException("generator: weights must have mapping.w_avg, got none [" + weights.source() + "]");
        }
        return weights;
    }

    /** A StyleGAN2 generator. The bound on activations is known from pickles only; elsewhere there is none. */
    public static StyleGan2Generator generator(NetworkPart part, Device device, boolean trainable) throws IOException {
        return generator(part, generatorConfig(part), device, trainable);
    }

    /** A frozen generator of either generation. @throws IOException if the part is of another kind */
    public static StyleGenerator styleGenerator(NetworkPart part, Device device) throws IOException {
        return Kind.of(part) == Kind.STYLEGAN1_GENERATOR
                ? styleGan1(part, device, false)
                : generator(part, device, false);
    }

    /** What a StyleGAN generator's weights tell of it. */
    public static StyleGan1Config styleGan1Config(NetworkPart part) throws IOException {
        require(part, Kind.STYLEGAN1_GENERATOR);
        Weights weights = translated(part);
        return described(
                part, () -> StyleGan1Config.infer(name -> weights.contains(name) ? weights.shape(name) : null));
    }

    /** A StyleGAN2 discriminator. */
    public static StyleGan2Discriminator discriminator(NetworkPart part, Device device, boolean trainable)
            throws IOException {
        require(part, Kind.STYLEGAN2_DISCRIMINATOR);
        Weights weights = translated(part);
        Snapshot snapshot = new Snapshot(part);
        return made(part, weights, "discriminator", source -> {
            DiscriminatorConfig config = DiscriminatorConfigs.infer(weights, snapshot.clamp(), snapshot.groupSize());
            return StyleGan2Discriminator.load(config, source, device, trainable);
        });
    }

    /** Blocks that count from the picture down, named by their resolution. */
    private static Weights upright(Weights weights) throws IOException {
        int blocks = 0;
        while (weights.contains("block" + (blocks + 1) + ".conv0.weight")) {
            blocks++;
        }
        if (blocks > MOST_BLOCKS) {
            throw new IOException("discriminator: at most " + MOST_BLOCKS + " blocks can be, got " + blocks + " ["
                    + weights.source() + "]");
        }
        int count = blocks;
        return weights.renamed(name -> {
            if (name.startsWith("fromrgb.")) {
                return "b" + (4 << count) + "." + name;
            }
            for (int i = 1; i <= count; i++) {
                String block = "block" + i + ".";
                if (name.startsWith(block)) {
                    return "b" + (8 << count - i) + "." + name.substring(block.length());
                }
            }
            return name;
        });
    }

    /** The paper's StyleGAN generator. */
    public static StyleGan1Generator styleGan1(NetworkPart part, Device device, boolean trainable) throws IOException {
        require(part, Kind.STYLEGAN1_GENERATOR);
        Weights weights = translated(part);
        return made(
                part,
                weights,
                "stylegan1",
                source -> StyleGan1Generator.load(StyleGan1Config.infer(source), source, device, trainable));
    }

    /** A ResNet-50 of either variant. */
    public static ResNet50 resNet50(NetworkPart part, Device device, boolean trainable) throws IOException {
        Kind kind = Kind.of(part);
        if (kind != Kind.VGGFACE2_RESNET50) {
            require(part, Kind.RESNET50);
        }
        ResNet50.Variant variant = kind == Kind.RESNET50 ? ResNet50.Variant.TORCHVISION : ResNet50.Variant.VGGFACE2;
        Weights weights = translated(part);
        return made(part, weights, "resnet50", source -> ResNet50.load(variant, source, device, trainable));
    }

    /** An InceptionV3 with the pools of its origin, see {@link #countsPadding}. */
    public static InceptionV3 inceptionV3(NetworkPart part, Device device, boolean trainable) throws IOException {
        return inceptionV3(part, countsPadding(part), device, trainable);
    }

    /** An InceptionV3 whose average pools count their padding, as torchvision's do, or not, as Keras'. */
    public static InceptionV3 inceptionV3(NetworkPart part, boolean countPadding, Device device, boolean trainable)
            throws IOException {
        require(part, Kind.INCEPTIONV3);
        Weights weights = translated(part);
        return made(part, weights, "inceptionv3", source -> InceptionV3.load(countPadding, source, device, trainable));
    }

    /** Whether an InceptionV3's pools count padding: not with Keras' names, nor where normalisations lack a scale. */
    public static boolean countsPadding(NetworkPart part) throws IOException {
        require(part, Kind.INCEPTIONV3);
        return !part.scheme().name().startsWith("keras") && translated(part).contains("Conv2d_1a_3x3.bn.weight");
    }

    /** face-api.js' recogniser. */
    public static FaceRecognitionNetwork faceRecognition(NetworkPart part, Device device, boolean trainable)
            throws IOException {
        require(part, Kind.FACE_RECOGNITION);
        return made(part, translated(part), part.network(), s -> FaceRecognitionNetwork.load(s, device, trainable));
    }

    /** face-api.js' landmark network of either size. */
    public static FaceLandmarkNetwork faceLandmarks(NetworkPart part, Device device, boolean trainable)
            throws IOException {
        boolean tiny = Kind.of(part) == Kind.FACE_LANDMARKS_TINY;
        require(part, tiny ? Kind.FACE_LANDMARKS_TINY : Kind.FACE_LANDMARKS);
        FaceLandmarkNetwork.Kind size = tiny ? FaceLandmarkNetwork.Kind.TINY : FaceLandmarkNetwork.Kind.FULL;
        return made(part, translated(part), part.network(), s -> FaceLandmarkNetwork.load(size, s, device, trainable));
    }

    /** face-api.js' detector of either size. */
    public static FaceDetectionNetwork faceDetection(NetworkPart part, Device device, boolean trainable)
            throws IOException {
        boolean tiny = Kind.of(part) == Kind.FACE_TINY_DETECTOR;
        require(part, tiny ? Kind.FACE_TINY_DETECTOR : Kind.FACE_SSD);
        return made(
                part,
                translated(part),
                part.network(),
                s -> tiny ? TinyFaceDetector.load(s, device, trainable) : SsdMobileNet.load(s, device, trainable));
    }

    /** The paper's mapper or latent discriminator. */
    public static LatentMlp latentMlp(NetworkPart part, Device device, boolean trainable) throws IOException {
        require(part, Kind.LATENT_MLP);
        Weights weights = translated(part);
        return made(
                part,
                weights,
                "latent mlp",
                source -> LatentMlp.load("latent mlp", widths(weights), SLOPE, source, device, trainable));
    }

    /** Features in, of each hidden layer, and out, read off the weights. */
    public static List<Integer> widths(Weights weights) {
        List<Integer> widths = new ArrayList<>(List.of(dim(weights, "linear1.weight", 2, 1)));
        for (int i = 1; weights.contains("linear" + i + ".weight"); i++) {
            widths.add(dim(weights, "linear" + i + ".bias", 1, 0));
        }
        return widths;
    }

    private static int dim(Weights weights, String name, int rank, int axis) {
        if (!weights.contains(name) || weights.shape(name).rank() != rank) {
            throw new IllegalArgumentException("latent mlp: weights must have " + name + " of rank " + rank + ", got "
                    + (weights.contains(name) ? "shape " + weights.shape(name) : "none"));
        }
        return weights.shape(name).dim(axis);
    }

    private static void require(NetworkPart part, Kind kind) throws IOException {
        if (Kind.of(part) != kind) {
            throw new IOException("pretrained: the weights must be of a " + kind.text() + ", got a " + part.network()
                    + " [" + part.original().source() + "]");
        }
    }

    private static <T extends AutoCloseable> T made(
            NetworkPart part, Weights weights, String name, Function<ParameterSource, T> make) throws IOException {
        return described(
                part,
                () -> WeightBinding.bind(
                        weights,
                        part.name().isEmpty() ? name : name + " " + part.name(),
                        left -> left.endsWith("resample_filter"),
                        make));
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /** Shapes that make no sense show up as illegal arguments; of a file they are its fault. */
    private static <T> T described(NetworkPart part, Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IOException(e.getMessage() + " [" + part.original().source() + "]", e);
        }
    }
}
