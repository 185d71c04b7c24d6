package org.semblance.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * A frozen network that reads off pictures what is to be kept.
 *
 * @param network pictures {@code [N, 3, R, R]} in [-1, 1] to readings {@code [N, T]}
 * @param logits how many of the T are logits of probabilities, the last ones; the others are numbers
 */
public record TeacherNetwork(UnaryOperator<Tensor> network, int logits) {
    /**
     * Weight of nats beside squares over variances, so that who knows nothing is charged 1 either way: the entropy of a
     * chance of one in ten is 0.325 nats.
     */
    private static final float NATS = 3;

    /**
     * How far readings are apart: the mean over rows and columns of the squared difference of numbers, and of 3 times
     * the divergence (Kullback-Leibler, in nats) of probabilities.
     *
     * @param seen of outputs, {@code [N, T]}
     * @param wanted of pictures, of that shape; no gradient goes there
     */
    public Tensor difference(Tensor seen, Tensor wanted) {
        return Scope.in("difference", () -> {
            Tensor fixed = wanted.detached();
            return joined(seen, fixed, (own, other) -> {
                Tensor chance = Elementwise.sigmoid(other);
                return Elementwise.sub(crossEntropy(own, chance), crossEntropy(other, chance));
            });
        });
    }

    /**
     * What a teacher descends while it learns: as {@link #difference}, with the cross entropy for the divergence.
     *
     * @param seen readings {@code [N, T]}
     * @param known what is true, of that shape: probabilities, not logits, in the last columns
     */
    public Tensor mistakes(Tensor seen, Tensor known) {
        return Scope.in("mistakes", () -> joined(seen, known, TeacherNetwork::crossEntropy));
    }

    private Tensor joined(Tensor seen, Tensor wanted, BinaryOperator<Tensor> apart) {
        int all = seen.dim(1);
        int numbers = all - logits;
        List<Tensor> parts = new ArrayList<>();
        if (numbers > 0) {
            Tensor off = Elementwise.sub(Shapes.narrow(seen, 1, 0, numbers), Shapes.narrow(wanted, 1, 0, numbers));
            parts.add(Elementwise.square(off));
        }
        if (logits > 0) {
            Tensor nats = apart.apply(Shapes.narrow(seen, 1, numbers, all), Shapes.narrow(wanted, 1, numbers, all));
            parts.add(Elementwise.scale(nats, NATS));
        }
        return Reduce.meanAll(Shapes.concat(1, parts));
    }

    /** Of each element: {@code softplus(x) - p x}. */
    private static Tensor crossEntropy(Tensor logits, Tensor chance) {
        return Elementwise.sub(Elementwise.softplus(logits), Elementwise.mul(chance, logits));
    }
}
