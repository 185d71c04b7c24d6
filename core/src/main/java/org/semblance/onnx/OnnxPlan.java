package org.semblance.onnx;

import java.util.List;
import org.semblance.tensor.Tensor;

/**
 * What a run does.
 *
 * @param steps in order
 * @param output name of the value that is asked for
 */
record OnnxPlan(List<Step> steps, String output) {

    /**
     * One operation.
     *
     * @param node what it was made from
     * @param operator computes
     * @param outputs names of the results
     */
    record Step(OnnxNode node, Operator operator, List<String> outputs) {
        void run(Env env) {
            List<Value> values;
            try {
                values = operator.run(env);
            } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
                throw wrong(node, e);
            }
            for (int i = 0; i < Math.min(values.size(), outputs.size()); i++) {
                env.put(outputs.get(i), values.get(i));
            }
        }
    }

    /** What went wrong, with the node. */
    static IllegalArgumentException wrong(OnnxNode node, RuntimeException e) {
        return new IllegalArgumentException("onnx: " + node.title() + ": " + e.getMessage(), e);
    }

    Tensor run(Env env) {
        for (Step step : steps) {
            step.run(env);
        }
        Value value = env.find(output);
        if (value == null) {
            throw new IllegalArgumentException("onnx: the output '" + output + "' does not depend on the input");
        }
        return env.tensor(value);
    }
}
