package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.backend.Activation;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.networks.stylegan1.StyleGan1Config;
import org.semblance.networks.stylegan1.StyleGan1Generator;
import org.semblance.networks.stylegan2.Architecture;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.onnx.OnnxInput;
import org.semblance.onnx.OnnxModel;
import org.semblance.pretrained.Pretrained;
import org.semblance.weights.ModelFolderWriter;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.Weights;
import org.semblance.weights.files.NetworkPart;
import org.semblance.weights.files.WeightsFile;

/**
 * Turns weights files of any known container and naming scheme into one model folder, which {@link Disentangler#load}
 * opens once generator, identity, attributes and mapper are there.
 *
 * <pre>{@code
 * new ModelConverter("ffhq", "see the files' authors", 256)
 *         .add(Path.of("ffhq.pkl"))
 *         .add(Path.of("vggface2.h5"))
 *         .write(Path.of("model"));
 * }</pre>
 */
public final class ModelConverter {
    /** What dlib's crop for its descriptor sees of a face that was aligned as FFHQ's. */
    private static final double[] DLIB_CROP = {0.16, 0.27, 0.84, 0.95};

    private final ModelFolderWriter folder;
    private final String licence;
    private final int resolution;
    private final DType dtype;

    /** Float32 weights; see {@link #ModelConverter(String, String, int, DType)}. */
    public ModelConverter(String name, String licence, int resolution) {
        this(name, licence, resolution, DType.F32);
    }

    /**
     * An empty folder.
     *
     * @param licence of the weights, in words or as an SPDX identifier; files rarely say
     * @param resolution pixels per side of the pictures that encoders take
     * @param dtype element type to write
     */
    public ModelConverter(String name, String licence, int resolution, DType dtype) {
        folder = new ModelFolderWriter(name, licence);
        this.licence = licence;
        this.resolution = resolution;
        this.dtype = dtype;
    }

    /**
     * Adds the network of a file under the role that its kind has: generators, recognisers (identity), InceptionV3
     * (attributes), the mapper and the latent discriminator, face-api.js' landmarks and detectors. An ONNX file becomes
     * the identity encoder, with what it says of its input; see {@link #add(Path, OnnxInput, String)}.
     *
     * @return the role
     * @throws IOException if the file is damaged, or holds no network that is known and whole
     * @throws IllegalArgumentException if the role is filled already
     */
    public String add(Path file) throws IOException {
        if (OnnxModel.seemsOnnx(file)) {
            return add(file, OnnxInput.of(OnnxModel.read(file)), ModelNetwork.IDENTITY);
        }
        try (WeightsFile opened = WeightsFile.open(file)) {
            NetworkPart part = Pretrained.main(opened);
            Map<String, HostArray> tensors = tensors(part);
            Weights weights = Weights.of(file.toString(), tensors);
            String role = role(part, weights);
            folder.add(role, Json.of(description(part, weights, file)), tensors, dtype);
            return role;
        }
    }

    /**
     * Adds the network of an ONNX file as it is.
     *
     * @param input what it wants done to pixels
     * @param role what it is for
     * @return the role
     * @throws IOException if the file is damaged, keeps weights in other files, or has operators that are not supported
     * @throws IllegalArgumentException if the role is filled already
     */
    public String add(Path file, OnnxInput input, String role) throws IOException {
        byte[] content = OnnxRole.content(file);
        OnnxInput sized = input.resolution() > 0 ? input : input.at(resolution);
        folder.add(role, OnnxRole.entry(file, content, sized, licence), OnnxRole.ARCHITECTURE, content);
        return role;
    }

    /** Writes the folder, making it if need be. */
    public void write(Path directory) throws IOException {
        folder.write(directory);
    }

    /** All tensors in the library's names and layouts, once they have become a whole network. */
    private static Map<String, HostArray> tensors(NetworkPart part) throws IOException {
        Map<String, HostArray> tensors = new LinkedHashMap<>();
        if (Pretrained.Kind.of(part) == Pretrained.Kind.STYLEGAN2_GENERATOR) {
            try (StyleGan2Generator generator = Pretrained.generator(part, Device.cpu(), false)) {
                tensors.put("mapping.w_avg", generator.wAvg().toHost());
            }
        } else {
            Pretrained.check(part, Device.cpu());
        }
        Weights weights = Pretrained.translated(part);
        for (String name : weights.names()) {
            tensors.put(name, weights.get(name));
        }
        return tensors;
    }

    private static String role(NetworkPart part, Weights weights) throws IOException {
        return switch (Pretrained.Kind.of(part)) {
            case STYLEGAN2_GENERATOR, STYLEGAN1_GENERATOR -> ModelNetwork.GENERATOR;
            case STYLEGAN2_DISCRIMINATOR -> "discriminator";
            case RESNET50, VGGFACE2_RESNET50, FACE_RECOGNITION -> ModelNetwork.IDENTITY;
            case FACE_LANDMARKS, FACE_LANDMARKS_TINY -> ModelNetwork.LANDMARKS;
            case FACE_SSD, FACE_TINY_DETECTOR -> ModelNetwork.DETECTOR;
            case INCEPTIONV3 -> ModelNetwork.ATTRIBUTES;
            case LATENT_MLP ->
                last(Pretrained.widths(weights)) == 1 ? ModelNetwork.LATENT_DISCRIMINATOR : ModelNetwork.MAPPER;
        };
    }

    /** Features of a ResNet-50. */
    private static int embedding(NetworkPart part, Weights weights) {
        boolean hasDense = Pretrained.Kind.of(part) == Pretrained.Kind.VGGFACE2_RESNET50;
        return weights.shape(hasDense ? "embedding.weight" : "layer4.2.conv3.weight")
                .dim(0);
    }

    private static int last(List<Integer> widths) {
        return widths.get(widths.size() - 1);
    }

    private Map<String, Object> description(NetworkPart part, Weights weights, Path file) throws IOException {
        Map<String, Object> entry = new LinkedHashMap<>();
        Map<String, Object> config = new LinkedHashMap<>();
        Map<String, Object> sizes = new LinkedHashMap<>();
        entry.put("architecture", part.network());
        switch (Pretrained.Kind.of(part)) {
            case STYLEGAN2_GENERATOR -> {
                entry.put("architecture", "stylegan2");
                describe(Pretrained.generatorConfig(part), config, sizes);
            }
            case RESNET50, VGGFACE2_RESNET50 -> {
                config.put("resolution", resolution);
                sizes.put("embedding", embedding(part, weights));
            }
            case INCEPTIONV3 -> {
                config.put("resolution", resolution);
                config.put("count_padding", Pretrained.countsPadding(part));
            }
            case FACE_RECOGNITION -> {
                entry.put("architecture", "face-api-recognition");
                config.put("resolution", resolution);
                config.put("crop", DLIB_CROP);
                sizes.put("embedding", 128);
            }
            case FACE_LANDMARKS, FACE_LANDMARKS_TINY -> {
                entry.put("architecture", "face-api-landmarks");
                config.put("resolution", resolution);
            }
            case FACE_SSD, FACE_TINY_DETECTOR -> entry.put("architecture", "face-api-detector");
            case LATENT_MLP -> {
                entry.put("architecture", "mlp");
                config.put("widths", Pretrained.widths(weights));
                config.put("slope", 0.2);
            }
            case STYLEGAN1_GENERATOR -> {
                entry.put("architecture", NetworkLoader.STYLEGAN1);
                describe(Pretrained.styleGan1Config(part), config, sizes);
            }
            case STYLEGAN2_DISCRIMINATOR -> {}
        }
        entry.put("config", config);
        entry.put("sizes", sizes);
        entry.put(
                "training",
                "converted from " + file.getFileName() + ", names of "
                        + part.scheme().name());
        entry.put("licence", licence);
        return entry;
    }

    /** In the terms of StyleGAN2's configuration, whose original architecture this is. */
    private static void describe(StyleGan1Config c, Map<String, Object> config, Map<String, Object> sizes) {
        describe(
                new GeneratorConfig(
                        c.zDim(),
                        0,
                        c.wDim(),
                        c.imageChannels(),
                        c.mappingLayers(),
                        StyleGan1Generator.MAPPING_LR,
                        c.channels(),
                        Architecture.ORIG,
                        Activation.NO_CLAMP),
                config,
                sizes);
    }

    private static void describe(GeneratorConfig c, Map<String, Object> config, Map<String, Object> sizes) {
        config.put("img_resolution", c.resolution());
        config.put("img_channels", c.imageChannels());
        config.put("z_dim", c.zDim());
        config.put("c_dim", c.cDim());
        config.put("w_dim", c.wDim());
        config.put("mapping_layers", c.mappingLayers());
        config.put("mapping_lr_multiplier", c.mappingLr());
        config.put("channels", c.channels().counts());
        config.put("architecture", c.architecture().name().toLowerCase(Locale.ROOT));
        if (c.clamp() != Activation.NO_CLAMP) {
            config.put("conv_clamp", (double) c.clamp());
        }
        sizes.put("z", c.zDim());
        sizes.put("w", c.wDim());
    }
}
