package org.semblance.networks.convnet;

import org.semblance.networks.FeatureNetwork;
import org.semblance.nn.Parameters;
import org.semblance.ops.Resize;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * InceptionV3 as the paper's attribute encoder: pictures, resized to 299 pixels (half-pixel centres, not smoothed), to
 * their average features.
 *
 * @param network the network, closed with this
 * @param resolution pixels per side of the pictures
 */
public record InceptionFeatures(InceptionV3 network, int resolution) implements FeatureNetwork {
    private static final int INPUT = 299;

    @Override
    public String name() {
        return "inceptionv3";
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
        boolean fits = x.dim(2) == INPUT && x.dim(3) == INPUT;
        return Scope.in(name(), () -> network.apply(fits ? x : Resize.bilinear(x, INPUT, INPUT)));
    }
}
