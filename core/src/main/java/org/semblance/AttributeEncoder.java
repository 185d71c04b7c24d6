package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.networks.FeatureNetwork;
import org.semblance.networks.convnet.InceptionFeatures;
import org.semblance.pretrained.Pretrained;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.files.WeightsFile;

/** The trained encoder of everything but identity: pose, expression, light, hair, background (paper, section 3.1). */
public final class AttributeEncoder implements AutoCloseable {
    private final ImageEncoder encoder;

    private AttributeEncoder(ImageEncoder encoder) {
        this.encoder = encoder;
    }

    /** The attribute encoder of a model folder. */
    public static AttributeEncoder load(ModelFolder folder, Device device) throws IOException {
        return new AttributeEncoder(ImageEncoder.load(folder, ModelNetwork.ATTRIBUTES, device));
    }

    /**
     * The InceptionV3 of a weights file, Keras' or torchvision's.
     *
     * @param resolution pixels per side of the pictures that it will take; resized inside
     * @throws IOException if the file is damaged or holds no such network
     */
    public static AttributeEncoder load(Path file, int resolution, Device device) throws IOException {
        try (WeightsFile opened = WeightsFile.open(file)) {
            return of(
                    new InceptionFeatures(Pretrained.inceptionV3(Pretrained.main(opened), device, false), resolution));
        }
    }

    /** A network of any kind as an attribute encoder; closed with it. */
    public static AttributeEncoder of(FeatureNetwork network) {
        return new AttributeEncoder(new ImageEncoder(network));
    }

    /** Codes of pictures, {@code [N, D]}. */
    public HostArray encode(List<Image> images) {
        return encoder.encode(images);
    }

    /** Code of one picture. */
    public float[] encode(Image image) {
        return encode(List.of(image)).data();
    }

    /** Length of a code. */
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
