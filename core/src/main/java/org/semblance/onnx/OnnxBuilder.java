package org.semblance.onnx;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.semblance.nn.Parameters;
import org.semblance.tensor.Scope;

/** Turns the nodes that one output needs into operators; what depends on no input is computed here. */
final class OnnxBuilder {
    private final OnnxModel model;
    private final Parameters parameters;
    private final String output;
    private final Map<String, Constant> constants = new HashMap<>();
    private final Map<String, List<OnnxNode>> readers = new HashMap<>();
    private final Set<OnnxNode> absorbed = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<OnnxPlan.Step> steps = new ArrayList<>();
    private final Set<String> problems = new LinkedHashSet<>();
    private final OnnxBudget budget = OnnxBudget.ofTrial();

    OnnxBuilder(OnnxModel model, Parameters parameters, String output) {
        this.model = model;
        this.parameters = parameters;
        this.output = output;
        model.initialisers.forEach((name, tensor) -> constants.put(name, Constant.named(tensor)));
    }

    OnnxPlan plan() throws IOException {
        List<OnnxNode> needed = needed();
        requireKnown(needed);
        for (OnnxNode node : needed) {
            for (String input : node.inputs()) {
                readers.computeIfAbsent(input, name -> new ArrayList<>()).add(node);
            }
        }
        for (OnnxNode node : needed) {
            if (!absorbed.contains(node)) {
                build(node);
            }
        }
        if (!problems.isEmpty()) {
            throw new IOException("onnx: not supported: " + String.join("; ", problems) + " [" + model.source() + "]");
        }
        return new OnnxPlan(List.copyOf(steps), output);
    }

    /** The nodes that the output depends on, in the order of the file, which must be an order of execution. */
    private List<OnnxNode> needed() throws IOException {
        Map<String, OnnxNode> makers = new HashMap<>();
        for (OnnxNode node : model.nodes) {
            for (String made : node.outputs()) {
                if (!made.isEmpty() && makers.put(made, node) != null) {
                    throw new IOException("onnx: value '" + made + "' is made twice [" + model.source() + "]");
                }
            }
        }
        Set<OnnxNode> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        ArrayDeque<String> open = new ArrayDeque<>(List.of(output));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            OnnxNode maker = makers.get(open.pop());
            if (maker != null && wanted.add(maker)) {
                maker.inputs().stream().filter(seen::add).forEach(open::push);
            }
        }
        return model.nodes.stream().filter(wanted::contains).toList();
    }

    /** Every unknown operator at once. */
    private void requireKnown(List<OnnxNode> needed) throws IOException {
        Map<String, Integer> unknown = new TreeMap<>();
        for (OnnxNode node : needed) {
            if (!Operators.knows(node)) {
                unknown.merge(node.fullName(), 1, Integer::sum);
            }
        }
        if (!unknown.isEmpty()) {
            List<String> named = new ArrayList<>();
            unknown.forEach((name, count) -> named.add(name + " (" + count + " of " + needed.size() + " nodes)"));
            throw new IOException(
                    "onnx: operators not supported: " + String.join(", ", named) + " [" + model.source() + "]");
        }
    }

    private void build(OnnxNode node) {
        if (node.attributes().values().stream().anyMatch(OnnxAttribute::graph)) {
            problems.add(node.title() + " with a graph inside");
            return;
        }
        try {
            if (Operators.isConstant(node)) {
                constants.put(node.outputs().get(0), value(node));
                return;
            }
            Call call = new Call(this, node);
            Operator operator =
                    Objects.requireNonNull(Operators.all().get(node.operator())).make(call);
            add(node, call, operator);
        } catch (UnsupportedOperationException e) {
            problems.add(node.title() + ": " + e.getMessage());
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
            throw OnnxPlan.wrong(node, e);
        }
    }

    private static Constant value(OnnxNode node) {
        OnnxAttribute value = node.attributes().get("value");
        if (value != null && value.tensor() != null) {
            return Constant.of(value.tensor());
        }
        for (String name : List.of("value_float", "value_int", "value_floats", "value_ints")) {
            OnnxAttribute numbers = node.attributes().get(name);
            if (numbers != null) {
                int[] dims = name.endsWith("s") ? new int[] {numbers.numbers().length} : new int[0];
                return Constant.of(new HostValue(dims, numbers.numbers(), name.contains("int")));
            }
        }
        throw new UnsupportedOperationException("a value of another kind than numbers");
    }

    private void add(OnnxNode node, Call call, Operator operator) {
        List<String> outputs = new ArrayList<>(node.outputs());
        if (!outputs.isEmpty()) {
            outputs.set(0, call.output());
        }
        boolean known = node.inputs().stream().allMatch(name -> name.isEmpty() || constants.containsKey(name));
        OnnxPlan.Step step = new OnnxPlan.Step(node, operator, outputs);
        if (known) {
            compute(step);
        } else {
            steps.add(step);
        }
    }

    /** Runs a step whose inputs are all constant, so that its results are. */
    private void compute(OnnxPlan.Step step) {
        Env env = new Env(parameters.device(), budget);
        try (Scope scope = Scope.open("onnx")) {
            step.run(env);
            for (String name : step.outputs()) {
                Value value = env.find(name);
                if (value instanceof Value.Of of) {
                    scope.keep(of.tensor());
                    parameters.device().backend().seal(of.tensor().array());
                }
                if (value != null) {
                    constants.put(name, Constant.of(value));
                }
            }
        }
    }

    long opset() {
        return model.opset();
    }

    Parameters parameters() {
        return parameters;
    }

    @Nullable
    Constant constant(String name) {
        return constants.get(name);
    }

    /** The node that alone reads a value, which is not asked for otherwise; else null. */
    @Nullable
    OnnxNode soleReader(String name) {
        List<OnnxNode> all = readers.getOrDefault(name, List.of());
        boolean alone = all.size() == 1
                && !name.equals(output)
                && all.get(0).inputs().stream().filter(name::equals).count() == 1;
        return alone ? all.get(0) : null;
    }

    void absorb(OnnxNode reader) {
        absorbed.add(reader);
    }
}
