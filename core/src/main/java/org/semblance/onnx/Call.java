package org.semblance.onnx;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.nn.Parameters;
import org.semblance.tensor.Tensor;

/** A node while its operator is made: its settings, and its inputs, of which some are known already. */
final class Call {
    private final OnnxBuilder builder;
    private final OnnxNode node;
    private String output;

    Call(OnnxBuilder builder, OnnxNode node) {
        this.builder = builder;
        this.node = node;
        output = node.outputs().isEmpty() ? "" : node.outputs().get(0);
    }

    OnnxNode node() {
        return node;
    }

    /** Version of the operators. */
    long opset() {
        return builder.opset();
    }

    Parameters parameters() {
        return builder.parameters();
    }

    /** Name of the first result, behind what was absorbed. */
    String output() {
        return output;
    }

    int count() {
        return node.inputs().size();
    }

    boolean has(int index) {
        return !node.input(index).isEmpty();
    }

    boolean isConstant(int index) {
        return has(index) && builder.constant(node.input(index)) != null;
    }

    /** An input in any form. */
    Source<Value> value(int index) {
        Constant constant = constant(index);
        if (constant == null) {
            String name = node.input(index);
            return env -> env.get(name);
        }
        constant.load(parameters());
        return env -> constant.value();
    }

    /** An input as a tensor. */
    Source<Tensor> tensor(int index) {
        Constant constant = constant(index);
        if (constant == null) {
            String name = node.input(index);
            return env -> env.tensor(env.get(name));
        }
        constant.load(parameters());
        return env -> constant.tensor();
    }

    /** An input as numbers on the host. */
    Source<HostValue> host(int index) {
        Constant constant = constant(index);
        if (constant != null) {
            HostValue known = constant.host();
            return env -> known;
        }
        String name = node.input(index);
        return env -> {
            if (env.get(name) instanceof HostValue host) {
                return host;
            }
            throw new IllegalArgumentException("input '" + name + "' must not depend on the picture's values");
        };
    }

    /** An input that must be known before anything runs. */
    Constant known(int index) {
        Constant constant = constant(index);
        if (constant == null) {
            throw new UnsupportedOperationException("input " + index + " must be constant");
        }
        return constant;
    }

    /** A tensor that lives with the parameters. */
    Tensor keep(HostArray values) {
        return parameters().derived(() -> Tensor.of(parameters().device(), values));
    }

    private @Nullable Constant constant(int index) {
        if (!has(index)) {
            throw new IllegalArgumentException("input " + index + " is missing");
        }
        return builder.constant(node.input(index));
    }

    /** The node that alone reads the result, if it is of this kind and its other inputs are constant; else null. */
    @Nullable
    OnnxNode reader(String operator) {
        OnnxNode reader = builder.soleReader(output);
        boolean fits = reader != null
                && reader.domain().isEmpty()
                && reader.operator().equals(operator)
                && reader.input(0).equals(output)
                && reader.inputs().stream().skip(1).allMatch(i -> i.isEmpty() || builder.constant(i) != null);
        return fits ? reader : null;
    }

    /** Takes over the work of a reader. */
    void absorb(OnnxNode reader) {
        builder.absorb(reader);
        output = reader.outputs().get(0);
    }

    /** The settings of a reader. */
    Call of(OnnxNode reader) {
        return new Call(builder, Objects.requireNonNull(reader));
    }
}
