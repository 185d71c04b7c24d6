package org.semblance.weights.naming;

import java.util.List;
import java.util.Optional;
import org.semblance.weights.Weights;

/** All naming schemes that are known. To add one, add its table and its line here. */
public final class NamingSchemes {
    private static final List<NamingScheme> ALL = List.of(
            NamingScheme.load("stylegan2-ada-generator"),
            NamingScheme.load("stylegan2-ada-discriminator"),
            NamingScheme.load("rosinality-generator"),
            NamingScheme.load("rosinality-discriminator"),
            NamingScheme.load("stylegan1-generator"),
            NamingScheme.load("vggface2-resnet50"),
            NamingScheme.load("torchvision-resnet50"),
            NamingScheme.load("torchvision-inceptionv3"),
            NamingScheme.load("keras-vggface2-resnet50"),
            NamingScheme.load("keras-inceptionv3"),
            NamingScheme.load("keras-latent-mlp"),
            NamingScheme.load("latent-mlp"),
            NamingScheme.load("face-api-recognition"),
            NamingScheme.load("face-api-landmarks"),
            NamingScheme.load("face-api-landmarks-tiny"),
            NamingScheme.load("face-api-ssd"),
            NamingScheme.load("face-api-tiny-detector"));

    private NamingSchemes() {}

    /** All of them, in the order in which they are tried. */
    public static List<NamingScheme> all() {
        return ALL;
    }

    /** The first scheme that fits these names, or that they resemble when none fits. */
    public static Optional<NamingScheme> of(Weights weights) {
        return ALL.stream().filter(scheme -> scheme.fits(weights)).findFirst().or(() -> ALL.stream()
                .filter(scheme -> scheme.resembles(weights))
                .findFirst());
    }
}
