package org.semblance.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Tensor;

/**
 * Derives what the manifest calls {@code grad.X}, the gradient of {@code L = sum <up.out, out>}, and {@code grad2.X},
 * that of {@code S = sum <grad.X, dir.X>}, from the outputs that a runner has put.
 */
final class Derivatives {
    private final CaseContext context;

    Derivatives(CaseContext context) {
        this.context = context;
    }

    void put() throws IOException {
        List<String> first = missing("grad.");
        List<String> second = missing("grad2.");
        if (first.isEmpty() && second.isEmpty()) {
            return;
        }
        Tensor loss = total(List.copyOf(context.outputs().keySet()), "up.", name -> name);
        if (loss == null) {
            return;
        }
        List<String> directed = directed();
        List<String> all = new ArrayList<>(first);
        directed.stream().filter(name -> !all.contains(name)).forEach(all::add);
        Gradients gradients = Gradients.of(loss);
        putAll("grad.", all, (second.isEmpty() ? gradients : gradients.recorded()).wrt(tensors(all)));
        if (!second.isEmpty()) {
            Tensor slope = total(directed, "dir.", name -> "grad." + name);
            if (slope != null) {
                putAll("grad2.", second, Gradients.of(slope).wrt(tensors(second)));
            }
        }
    }

    private List<String> missing(String prefix) {
        List<String> names = new ArrayList<>();
        for (ExpectedTensor e : context.oracle().outputs()) {
            if (e.name().startsWith(prefix) && !context.outputs().containsKey(e.name())) {
                names.add(e.name().substring(prefix.length()));
            }
        }
        return names;
    }

    private List<String> directed() {
        List<String> names = new ArrayList<>();
        for (String name : context.oracle().inputs().keySet()) {
            if (name.startsWith("dir.")) {
                names.add(name.substring("dir.".length()));
            }
        }
        return names;
    }

    /** The sum of the products of these outputs with the inputs that bear their names after a prefix. */
    private @Nullable Tensor total(List<String> names, String prefix, UnaryOperator<String> output) throws IOException {
        Tensor total = null;
        for (String name : names) {
            if (context.has(prefix + name)) {
                Tensor y = context.outputs().get(output.apply(name));
                Tensor product = inner(Objects.requireNonNull(y), context.input(prefix + name));
                total = total == null ? product : Elementwise.add(total, product);
            }
        }
        return total;
    }

    private static Tensor inner(Tensor y, Tensor weights) {
        Shape shape = weights.shape();
        return Reduce.sumAll(Elementwise.mul(shape.rank() == y.rank() ? y : Shapes.reshape(y, shape), weights));
    }

    private List<Tensor> tensors(List<String> names) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        for (String name : names) {
            tensors.add(context.input(name));
        }
        return tensors;
    }

    private void putAll(String prefix, List<String> names, List<Tensor> values) {
        for (int i = 0; i < names.size(); i++) {
            context.put(prefix + names.get(i), values.get(i));
        }
    }
}
