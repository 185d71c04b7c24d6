package org.semblance.networks.oplist;

import org.semblance.networks.FeatureNetwork;
import org.semblance.networks.StagedFeatures;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * A network of operations as one from pictures.
 *
 * @param network takes {@code [N, 3, R, R]} and gives {@code [N, size]}
 * @param size numbers per picture
 * @param low what darkest is to the network
 * @param high what brightest is to the network
 */
public record OpListFeatures(OpListNetwork network, int size, float low, float high) implements FeatureNetwork {
    @Override
    public String name() {
        return network.list().name();
    }

    @Override
    public int resolution() {
        return network.list().input().get(1);
    }

    @Override
    public Parameters parameters() {
        return network.parameters();
    }

    @Override
    public Tensor apply(Tensor x) {
        return Scope.in(name(), () -> network.apply(ranged(x)));
    }

    @Override
    public StagedFeatures staged(Tensor x) {
        return network.staged(ranged(x));
    }

    private Tensor ranged(Tensor x) {
        boolean same = low == -1 && high == 1;
        return same ? x : Elementwise.affine(x, (high - low) / 2, (high + low) / 2);
    }
}
