package org.semblance.training;

import java.util.List;
import java.util.function.UnaryOperator;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.ops.Elementwise;
import org.semblance.ops.MatMul;
import org.semblance.ops.Reduce;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * The way of style codes of rare classes, such as heads that wear glasses, from the generator's mean to where the
 * mapper puts them. Near the mean one step along {@link ClassDirection} shows the class in every picture; far away it
 * shows it in few, and nothing that a mapper can descend leads there. So training begins near the mean and goes out in
 * small steps: {@code w - left (start(x) - mean)}, where {@code left} falls to 0 and {@code start} is the mapper that
 * the run began with, so that what is learned on the way are the corrections that keep the class. Rows stay where the
 * mapper puts them if no rare class's logit comes within 2 of the mean of the others.
 *
 * @param start the frozen mapper that the run began with, without steps to classes; features {@code [N, F]} to codes
 *     {@code [N, wDim]}
 * @param mean the generator's mean style code, {@code [1, wDim]}
 * @param margins how much surer a rare class is than the others, from features, {@code [F, K]}
 */
public record ClassPath(UnaryOperator<Tensor> start, Tensor mean, Tensor margins) {

    /**
     * A path in the current scope.
     *
     * @param features of which the logits of the classes are some, as in {@link DirectionUnits}
     * @param classes the rare ones, by number
     */
    public static ClassPath of(
            Device device,
            UnaryOperator<Tensor> start,
            HostArray mean,
            int features,
            DirectionUnits.Logits logits,
            List<Integer> classes) {
        float[] margins = new float[features * classes.size()];
        for (int j = 0; j < classes.size(); j++) {
            for (int k = 0; k < logits.count(); k++) {
                margins[(logits.first() + k) * classes.size() + j] =
                        DirectionUnits.GAIN * logits.share(k, classes.get(j));
            }
        }
        HostArray row = new HostArray(Shape.of(1, mean.data().length), mean.data());
        return new ClassPath(
                start, Tensor.of(device, row), Tensor.of(device, HostArray.of(margins, features, classes.size())));
    }

    /**
     * Codes with so much of their way before them. Those of frequent classes are where the mapper puts them.
     *
     * @param w the mapper's codes, {@code [N, wDim]}; the gradient goes there alone
     * @param features of identity and attributes, {@code [N, F]}
     * @param left {@code [1, 1]}, in [0, 1]
     */
    Tensor before(Tensor w, Tensor features, Tensor left) {
        Tensor back = Scope.in("class path", () -> {
            Tensor known = features.detached();
            Tensor sure = Elementwise.clamp(Elementwise.shift(MatMul.of(known, margins), DirectionUnits.EDGE), 0, 1);
            Tensor rare = Elementwise.clamp(Reduce.sum(sure, 1), 0, 1);
            Tensor way = Elementwise.sub(start.apply(known), mean);
            return Elementwise.mul(Elementwise.mul(way, rare), left);
        });
        return Elementwise.sub(w, back);
    }
}
