package org.semblance.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.semblance.array.Shape;
import org.semblance.networks.stylegan1.StyleGan1Config;
import org.semblance.networks.stylegan2.Channels;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.pretrained.Pretrained;
import org.semblance.weights.Weights;
import org.semblance.weights.files.NetworkPart;

/** A network of a file in words, as far as names and shapes tell. */
final class PartReport {
    private PartReport() {}

    static String describe(NetworkPart part) {
        try {
            return words(part) + ", names of " + part.scheme().name();
        } catch (IOException | IllegalArgumentException e) {
            return "a damaged or unusual " + part.network() + " (" + e.getMessage() + ")";
        }
    }

    private static String words(NetworkPart part) throws IOException {
        Weights weights = Pretrained.translated(part);
        return switch (Pretrained.Kind.of(part)) {
            case STYLEGAN2_GENERATOR -> describe(Pretrained.generatorConfig(part));
            case STYLEGAN2_DISCRIMINATOR -> "a StyleGAN2 discriminator, " + square(discriminatorResolution(weights));
            case STYLEGAN1_GENERATOR -> describe(Pretrained.styleGan1Config(part));
            case RESNET50 -> "a ResNet-50, " + features(weights, "layer4.2.conv3.weight") + " features";
            case VGGFACE2_RESNET50 -> "VGGFace2's ResNet-50, " + features(weights, "embedding.weight") + " features";
            case INCEPTIONV3 -> "an InceptionV3";
            case LATENT_MLP -> mlp(Pretrained.widths(weights));
            case FACE_RECOGNITION -> "face-api.js' recogniser (dlib's ResNet), 150x150 to 128 numbers";
            case FACE_LANDMARKS -> "face-api.js' network of 68 landmarks, 112x112";
            case FACE_LANDMARKS_TINY -> "face-api.js' small network of 68 landmarks, 112x112";
            case FACE_SSD -> "face-api.js' larger face detector (SSD MobileNet v1), 512x512";
            case FACE_TINY_DETECTOR -> "face-api.js' smaller face detector, 416x416";
        };
    }

    private static String mlp(List<Integer> widths) {
        boolean isJudge = widths.get(widths.size() - 1) == 1;
        return (isJudge ? "a discriminator of style codes, " : "a latent mapper, ")
                + String.join("-", widths.stream().map(String::valueOf).toList());
    }

    private static int discriminatorResolution(Weights weights) {
        int resolution = 4;
        while (resolution < Channels.MAX_RESOLUTION && weights.contains("b" + 2 * resolution + ".conv0.weight")) {
            resolution *= 2;
        }
        return resolution;
    }

    private static String features(Weights weights, String name) {
        Shape shape = weights.shape(name);
        return shape.rank() == 0 ? "?" : Integer.toString(shape.dim(0));
    }

    private static String square(int resolution) {
        return resolution + "x" + resolution;
    }

    private static String describe(StyleGan1Config c) {
        return "a StyleGAN generator (AdaIN), " + square(c.resolution()) + ", z " + c.zDim() + ", w " + c.wDim() + ", "
                + c.mappingLayers() + " mapping layers, channels "
                + c.channels().counts();
    }

    private static String describe(GeneratorConfig c) {
        String labels = c.cDim() == 0 ? "no labels" : c.cDim() + " labels";
        return "a StyleGAN2 generator, " + c.architecture().name().toLowerCase(Locale.ROOT) + ", "
                + square(c.resolution()) + ", z " + c.zDim() + ", w " + c.wDim() + ", " + labels + ", "
                + c.mappingLayers() + " mapping layers, channels "
                + c.channels().counts();
    }
}
