package org.semblance.networks.convnet;

import org.semblance.networks.FeatureNetwork;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Norm;
import org.semblance.ops.Resize;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * A ResNet-50 as a recogniser: pictures in, features of euclidean norm 1 out. VGGFace2's takes the paper's crop
 * ({@link VggFacePixels}), torchvision's the whole picture at 224 pixels with ImageNet's means and deviations.
 *
 * @param network the network, closed with this
 * @param resolution pixels per side of the pictures
 */
public record ResNetFeatures(ResNet50 network, int resolution) implements FeatureNetwork {
    private static final int INPUT = 224;
    private static final float[] MEANS = {0.485f, 0.456f, 0.406f};
    private static final float[] DEVIATIONS = {0.229f, 0.224f, 0.225f};

    @Override
    public String name() {
        return "resnet50";
    }

    @Override
    public int size() {
        return network.size();
    }

    @Override
    public Parameters parameters() {
        return network.parameters();
    }

    @Override
    public Tensor apply(Tensor x) {
        return Scope.in(name(), () -> {
            Tensor positive = Elementwise.affine(x, 0.5f, 0.5f);
            Tensor pixels =
                    network.variant() == ResNet50.Variant.VGGFACE2 ? VggFacePixels.of(positive) : imageNet(positive);
            return Norm.l2(network.apply(pixels));
        });
    }

    private static Tensor imageNet(Tensor x) {
        boolean fits = x.dim(2) == INPUT && x.dim(3) == INPUT;
        Tensor y = fits ? x : Resize.bilinear(x, INPUT, INPUT);
        Tensor centred = Elementwise.sub(y, Tensor.of(x.device(), MEANS.clone(), 1, 3, 1, 1));
        return Elementwise.div(centred, Tensor.of(x.device(), DEVIATIONS.clone(), 1, 3, 1, 1));
    }
}
