package org.semblance.networks.stylegan2;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Activation;
import org.semblance.nn.Parameters;
import org.semblance.ops.FullyConnected;
import org.semblance.ops.Norm;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** The mapping network: normalised z, and the normalised embedding of a label, through dense layers to w. */
final class Mapping {
    private static final Activation LRELU = Activation.standard(Activation.Kind.LRELU);

    private final int zDim;
    private final int cDim;
    private final double lr;
    private final @Nullable Dense embed;
    private final List<Dense> layers = new ArrayList<>();

    private record Dense(Tensor weight, Tensor bias) {}

    /**
     * @param zDim size of z, 0 if there is only a label
     * @param cDim size of the label, 0 for none
     */
    Mapping(Parameters p, String prefix, int zDim, int cDim, int wDim, int depth, double lr) {
        this.zDim = zDim;
        this.cDim = cDim;
        this.lr = lr;
        embed = cDim > 0 ? dense(p, prefix + "embed", cDim, wDim) : null;
        int in = zDim + (cDim > 0 ? wDim : 0);
        for (int i = 0; i < depth; i++) {
            layers.add(dense(p, prefix + "fc" + i, in, wDim));
            in = wDim;
        }
    }

    private static Dense dense(Parameters p, String name, int in, int out) {
        return new Dense(p.take(name + ".weight", out, in), p.take(name + ".bias", out));
    }

    /** {@code [N, zDim]} and {@code [N, cDim]} to {@code [N, wDim]}. */
    Tensor apply(@Nullable Tensor z, @Nullable Tensor c) {
        check(z, zDim, "z");
        check(c, cDim, "label");
        return Scope.in("mapping", () -> {
            Tensor x = input(z, c);
            for (Dense layer : layers) {
                x = FullyConnected.equalised(x, layer.weight(), layer.bias(), lr, LRELU);
            }
            return x;
        });
    }

    private Tensor input(@Nullable Tensor z, @Nullable Tensor c) {
        List<Tensor> parts = new ArrayList<>();
        if (z != null) {
            parts.add(Norm.secondMoment(z, 1, 1e-8f));
        }
        if (c != null && embed != null) {
            Tensor label = FullyConnected.equalised(c, embed.weight(), embed.bias(), 1, Activation.linear());
            parts.add(Norm.secondMoment(label, 1, 1e-8f));
        }
        return parts.size() == 1 ? parts.get(0) : Shapes.concat(1, parts);
    }

    private static void check(@Nullable Tensor t, int dim, String what) {
        boolean fits = t == null ? dim == 0 : t.rank() == 2 && t.dim(1) == dim;
        if (!fits) {
            throw new IllegalArgumentException("mapping: " + what + " must be [N, " + dim + "]"
                    + (dim == 0 ? ", that is, none" : "") + ", got " + (t == null ? "none" : t.shape()));
        }
    }
}
