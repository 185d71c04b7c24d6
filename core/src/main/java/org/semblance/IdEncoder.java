package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.networks.FeatureNetwork;
import org.semblance.onnx.OnnxFeatures;
import org.semblance.onnx.OnnxInput;
import org.semblance.onnx.OnnxModel;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.files.WeightsFile;

/**
 * A frozen recogniser: a picture to an embedding of its identity, of euclidean norm 1 where the network normalises it
 * (paper, section 3.1).
 */
public final class IdEncoder implements AutoCloseable {
    private final ImageEncoder encoder;

    private IdEncoder(ImageEncoder encoder) {
        this.encoder = encoder;
    }

    /** The identity encoder of a model folder. */
    public static IdEncoder load(ModelFolder folder, Device device) throws IOException {
        return load(folder, ModelNetwork.IDENTITY, device);
    }

    /** The recogniser of another role of a model folder, such as {@link ModelNetwork#RECOGNISER}, for measuring. */
    public static IdEncoder load(ModelFolder folder, String role, Device device) throws IOException {
        return new IdEncoder(ImageEncoder.load(folder, role, device));
    }

    /**
     * The recogniser of a weights file: VGGFace2's ResNet-50 with the paper's crop, torchvision's, or face-api.js'
     * manifest. Of an ONNX file as {@link #load(Path, OnnxInput, Device)}, with what the file says of its input.
     *
     * @param resolution pixels per side of the pictures that it will take; resized inside
     * @throws IOException if the file is damaged or holds no such network
     */
    public static IdEncoder load(Path file, int resolution, Device device) throws IOException {
        if (OnnxModel.seemsOnnx(file)) {
            OnnxModel model = OnnxModel.read(file);
            return of(OnnxFeatures.of(model, OnnxInput.of(model).at(resolution), device));
        }
        try (WeightsFile opened = WeightsFile.open(file)) {
            return of(EncoderLoader.recogniser(opened, resolution, device));
        }
    }

    /**
     * Any network of an ONNX file as a recogniser: it defines the factor that is kept apart.
     *
     * @param input what it wants done to pixels: range or statistics, order of channels, part of the picture
     * @throws IOException if the file is damaged, or naming all operators in it that are not supported
     */
    public static IdEncoder load(Path file, OnnxInput input, Device device) throws IOException {
        return of(OnnxFeatures.load(file, input, device));
    }

    /** A recogniser of any kind as an identity encoder; closed with it. */
    public static IdEncoder of(FeatureNetwork network) {
        return new IdEncoder(new ImageEncoder(network));
    }

    /** Embeddings of pictures, {@code [N, D]}. */
    public HostArray embed(List<Image> images) {
        return encoder.encode(images);
    }

    /** Embedding of one picture. */
    public float[] embed(Image image) {
        return embed(List.of(image)).data();
    }

    /** Cosine of the embeddings of two pictures, in [-1, 1]. */
    public double similarity(Image a, Image b) {
        return cosine(embed(a), embed(b));
    }

    /** Cosine of two embeddings of equal length. */
    public static double cosine(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("cosine: lengths must agree, got " + a.length + " and " + b.length);
        }
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }

    /** Length of an embedding. */
    public int size() {
        return encoder.size();
    }

    /** Pixels per side that it takes. */
    public int resolution() {
        return encoder.resolution();
    }

    /** The network itself, for work on tensors: pictures in [-1, 1]. */
    public FeatureNetwork network() {
        return encoder.network();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
