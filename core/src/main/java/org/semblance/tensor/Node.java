package org.semblance.tensor;

import java.util.List;

/**
 * One recorded operation: its tracked inputs, each with a rule and the tensors that the rule reads. The rank grows with
 * time, so walking by falling rank meets every use of a tensor before its making.
 */
record Node(String op, long rank, List<Input> inputs) {

    /** A tracked input with its derivative. */
    record Input(Tensor tensor, Rule rule, Tensor[] saved) {}
}
