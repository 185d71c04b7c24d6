package org.semblance.ops;

import java.util.List;
import org.semblance.array.Shape;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Minibatch standard deviation: how much the samples of a group differ, appended as further channels. A composition;
 * gradients of every order.
 *
 * <p>With {@code M = N / G} groups, sample n is in group {@code n mod M}. Per group and per set of {@code C / F}
 * channels: {@code sqrt(variance over the group + 1e-8)}, averaged over channels and pixels.
 *
 * <p>Source: Karras et al., Progressive Growing of GANs, section 3.
 */
public final class MinibatchStd {
    private static final String NAME = "minibatchStd";
    private static final float EPSILON = 1e-8f;

    private MinibatchStd() {}

    /**
     * Appends the statistics.
     *
     * @param x {@code [N, C, H, W]}
     * @param groupSize samples per group, at most N is used; 0 for the whole batch
     * @param channels F, the number of channels appended; divides C
     * @return {@code [N, C + F, H, W]}
     */
    public static Tensor of(Tensor x, int groupSize, int channels) {
        Check.image(NAME, "x", x);
        int n = x.dim(0);
        int group = groupSize <= 0 ? n : Math.min(groupSize, n);
        if (group == 0 || n % group != 0) {
            throw Check.error(NAME, "the group must divide the batch", group, x);
        }
        if (channels < 1 || x.dim(1) % channels != 0) {
            throw Check.error(NAME, "the channels appended must divide x's", channels, x);
        }
        return Scope.in(NAME, () -> Shapes.concat(1, List.of(x, statistics(x, group, channels))));
    }

    private static Tensor statistics(Tensor x, int group, int f) {
        int sets = x.dim(0) / group * f;
        Tensor sample = Shapes.reshape(x, Shape.of(group, sets, (int) (x.shape().count() / group / sets)));
        Tensor centred = Elementwise.sub(sample, Reduce.mean(sample, 0));
        Tensor variance = Reduce.mean(Elementwise.square(centred), 0);
        Tensor std = Elementwise.sqrt(Elementwise.shift(variance, EPSILON));
        Tensor perSet = Shapes.reshape(Reduce.mean(std, 2), Shape.of(1, sets));
        Tensor perSample =
                Shapes.reshape(Shapes.broadcastTo(perSet, Shape.of(group, sets)), Shape.of(x.dim(0), f, 1, 1));
        return Shapes.broadcastTo(perSample, Shape.of(x.dim(0), f, x.dim(2), x.dim(3)));
    }
}
