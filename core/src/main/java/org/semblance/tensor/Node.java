package org.semblance.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One recorded operation: its tracked inputs, each with a rule and the tensors that the rule reads; or with one joint
 * rule for all of them. The rank grows with time, so walking by falling rank meets every use of a tensor before its
 * making.
 */
record Node(
        String op, long rank, List<Input> inputs, @Nullable JointRule joint) {

    /** One more than the highest index of a tracked input. */
    int joinedInputs() {
        return inputs.stream().mapToInt(Input::index).max().orElse(-1) + 1;
    }

    /** A tracked input with its derivative; {@code index} is its place among the operation's inputs. */
    record Input(Tensor tensor, int index, Rule rule, Tensor[] saved) {}
}
