package org.semblance.networks.oplist;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Device;
import org.semblance.backend.PoolSpec;
import org.semblance.networks.StagedFeatures;
import org.semblance.nn.Linear;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Norm;
import org.semblance.ops.Pool2d;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * A network rebuilt from an {@link OpList}. In a frozen one, batch normalisations that follow a convolution are folded
 * into its weights, and an activation after that runs in the same pass as the bias.
 */
public final class OpListNetwork implements AutoCloseable {
    private final OpList list;
    private final Parameters parameters;
    private final List<Layer> layers = new ArrayList<>();

    /** One executable operation. */
    private record Layer(List<String> inputs, String result, Compute compute) {}

    private interface Compute {
        Tensor run(List<Tensor> inputs);
    }

    private OpListNetwork(OpList list, Parameters p) {
        this.list = list;
        parameters = p;
        Set<String> known = new HashSet<>(Set.of("x"));
        for (OpList.Step step : list.steps()) {
            requireKnown(step, known);
            known.add(step.result());
        }
        if (!known.contains(list.output())) {
            throw new IllegalArgumentException(list.name() + ": no operation makes the output '" + list.output() + "'");
        }
        int next = 0;
        while (next < list.steps().size()) {
            Fusion fusion = Fusion.at(list, next, p.isTrainable());
            layers.add(new Layer(fusion.first().inputs(), fusion.result(), compute(p, fusion)));
            next += fusion.length();
        }
    }

    /** Rebuilds a network with weights from a source. */
    public static OpListNetwork load(OpList list, ParameterSource source, Device device, boolean trainable) {
        return Parameters.load(list.name(), device, source, trainable, p -> new OpListNetwork(list, p));
    }

    private void requireKnown(OpList.Step step, Set<String> known) {
        if (!known.containsAll(step.inputs())) {
            throw new IllegalArgumentException(list.name() + ": " + step.op() + " '" + step.result() + "' reads "
                    + step.inputs() + ", of which some are not made before it");
        }
        if (known.contains(step.result())) {
            throw new IllegalArgumentException(list.name() + ": value '" + step.result() + "' is made twice");
        }
    }

    private static Compute compute(Parameters p, Fusion fusion) {
        OpList.Step step = fusion.first();
        return switch (step.op()) {
            case CONV -> conv(p, step, fusion.norm(), activation(fusion.act()));
            case BN -> norm(p, step);
            case RELU, LRELU -> x -> BiasAct.of(x.get(0), null, activation(step));
            case ADD -> x -> Elementwise.add(x.get(0), x.get(1));
            case GAP -> x -> Shapes.flatten(Pool2d.globalAvg(x.get(0)));
            case FLATTEN -> x -> Shapes.flatten(x.get(0));
            case MAXPOOL -> pool(step);
            case LINEAR -> linear(p, step, activation(fusion.act()));
            case L2NORM -> x -> Norm.l2(x.get(0));
        };
    }

    private static Activation activation(OpList.@Nullable Step step) {
        if (step == null) {
            return Activation.linear();
        }
        return step.op() == OpList.Op.RELU ? Activation.relu() : Activation.leakyRelu((float) step.slope());
    }

    private static Compute conv(Parameters p, OpList.Step step, OpList.@Nullable Step norm, Activation act) {
        FoldedConv conv = FoldedConv.of(p, step, norm);
        ConvSpec spec = ConvSpec.of(step.stride(), step.padding());
        Tensor bias = conv.bias();
        if (bias != null) {
            return x -> Conv2d.biasAct(x.get(0), conv.weight(), bias, act, spec);
        }
        if (act.equals(Activation.linear())) {
            return x -> Conv2d.of(x.get(0), conv.weight(), spec);
        }
        return x -> BiasAct.of(Conv2d.of(x.get(0), conv.weight(), spec), null, act);
    }

    private static Compute norm(Parameters p, OpList.Step step) {
        Tensor gamma = p.take(step.name() + ".weight", step.in());
        Tensor beta = p.take(step.name() + ".bias", step.in());
        Tensor mean = p.buffer(step.name() + ".running_mean", step.in());
        Tensor variance = p.buffer(step.name() + ".running_var", step.in());
        return x -> Norm.batchInference(x.get(0), gamma, beta, mean, variance, (float) step.eps());
    }

    private static Compute pool(OpList.Step step) {
        PoolSpec spec = PoolSpec.of(step.kernel(), step.stride(), step.padding());
        return x -> Pool2d.max(x.get(0), spec);
    }

    private static Compute linear(Parameters p, OpList.Step step, Activation act) {
        Tensor weight = p.take(step.name() + ".weight", step.out(), step.in());
        Tensor bias = step.bias() ? p.take(step.name() + ".bias", step.out()) : null;
        return x -> Linear.of(x.get(0), weight, bias, act);
    }

    /** What it was rebuilt from. */
    public OpList list() {
        return list;
    }

    /** Its parameters by name. */
    public Parameters parameters() {
        return parameters;
    }

    /** A batch {@code [N, ...input]} to the output value. */
    public Tensor apply(Tensor x) {
        return Scope.in(list.name(), () -> run(x, value -> {}));
    }

    /** As {@link #apply}, with the last map of each resolution before the output, in the current scope. */
    public StagedFeatures staged(Tensor x) {
        try (Scope scope = Scope.open(list.name())) {
            Map<Integer, Tensor> last = new LinkedHashMap<>();
            Tensor output = run(x, value -> {
                if (value.rank() == 4) {
                    last.put(value.dim(2), value);
                }
            });
            List<Tensor> stages = last.values().stream()
                    .filter(stage -> stage != output)
                    .map(scope::keep)
                    .toList();
            return new StagedFeatures(stages, scope.keep(output));
        }
    }

    private Tensor run(Tensor x, Consumer<Tensor> made) {
        parameters.requireOpen();
        requireInput(x);
        Map<String, Tensor> values = new HashMap<>();
        values.put("x", x);
        for (Layer layer : layers) {
            List<Tensor> inputs = layer.inputs().stream().map(values::get).toList();
            Tensor value = layer.compute().run(inputs);
            made.accept(value);
            values.put(layer.result(), value);
        }
        return Objects.requireNonNull(values.get(list.output()));
    }

    private void requireInput(Tensor x) {
        int[] dims = new int[list.input().size() + 1];
        dims[0] = x.rank() == 0 ? 0 : x.dim(0);
        for (int i = 1; i < dims.length; i++) {
            dims[i] = list.input().get(i - 1);
        }
        if (!x.shape().equals(Shape.of(dims))) {
            throw new IllegalArgumentException(
                    list.name() + ": x must be [N, " + list.input().toString().substring(1) + ", got " + x.shape());
        }
    }

    @Override
    public void close() {
        parameters.close();
    }
}
