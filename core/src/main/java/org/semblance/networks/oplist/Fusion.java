package org.semblance.networks.oplist;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring steps that run as one: a convolution with the batch normalisation behind it, where weights are frozen,
 * and a convolution or dense layer with the activation behind that.
 *
 * @param first the step that begins it
 * @param norm a normalisation to fold into the weights, or null
 * @param act an activation to run in the same pass, or null
 */
record Fusion(OpList.Step first, OpList.@Nullable Step norm, OpList.@Nullable Step act) {
    private static final Set<OpList.Op> LAYERS = EnumSet.of(OpList.Op.CONV, OpList.Op.LINEAR);
    private static final Set<OpList.Op> ACTIVATIONS = EnumSet.of(OpList.Op.RELU, OpList.Op.LRELU);

    /** The longest fusion that begins at this index. */
    static Fusion at(OpList list, int index, boolean trainable) {
        OpList.Step first = list.steps().get(index);
        if (!LAYERS.contains(first.op())) {
            return new Fusion(first, null, null);
        }
        boolean folds = first.op() == OpList.Op.CONV && !trainable;
        OpList.Step norm = folds ? next(list, index, EnumSet.of(OpList.Op.BN)) : null;
        return new Fusion(first, norm, next(list, norm == null ? index : index + 1, ACTIVATIONS));
    }

    /** The step behind this index, if it is of these kinds and alone reads the result there. */
    private static OpList.@Nullable Step next(OpList list, int index, Set<OpList.Op> kinds) {
        List<OpList.Step> steps = list.steps();
        String result = steps.get(index).result();
        if (result.equals(list.output()) || index + 1 == steps.size()) {
            return null;
        }
        long readers = steps.stream().filter(s -> s.inputs().contains(result)).count();
        OpList.Step next = steps.get(index + 1);
        boolean reads = next.inputs().contains(result);
        return readers == 1 && reads && kinds.contains(next.op()) ? next : null;
    }

    /** Number of steps it covers. */
    int length() {
        return 1 + (norm == null ? 0 : 1) + (act == null ? 0 : 1);
    }

    /** Name of the value it makes. */
    String result() {
        return act != null ? act.result() : norm != null ? norm.result() : first.result();
    }
}
