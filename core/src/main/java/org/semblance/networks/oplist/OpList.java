package org.semblance.networks.oplist;

import java.util.List;

/**
 * A network written down as operations on named values; the input is the value {@code x}.
 *
 * @param name of the network, for messages
 * @param input shape of one input without the batch axis
 * @param steps in order of execution
 * @param output name of the resulting value
 */
public record OpList(String name, List<Integer> input, List<Step> steps, String output) {
    /** Most of a kernel, stride, padding, or pixels per side. */
    private static final int MOST = 1 << 14;

    public OpList {
        input = List.copyOf(input);
        steps = List.copyOf(steps);
        if (input.stream().anyMatch(d -> d < 1 || d > MOST)) {
            throw new IllegalArgumentException(
                    name + ": extents of the input must lie in [1, " + MOST + "], got " + input);
        }
    }

    /** The operations. */
    public enum Op {
        /** Convolution, weights {@code name.weight}, optional {@code name.bias}. */
        CONV,
        /** Batch normalisation with stored statistics, {@code name.weight .bias .running_mean .running_var}. */
        BN,
        RELU,
        LRELU,
        ADD,
        /** Mean over height and width, {@code [N, C]}. */
        GAP,
        /** {@code [N, C * H * W]} in that order. */
        FLATTEN,
        MAXPOOL,
        /** Dense layer, weights {@code name.weight [out, in]}, optional {@code name.bias}. */
        LINEAR,
        /** Division by the euclidean norm. */
        L2NORM
    }

    /**
     * One operation; fields that its kind does not use are 0 or empty.
     *
     * @param op kind
     * @param name prefix of its parameters
     * @param in channels or features in
     * @param out channels or features out
     * @param kernel taps per axis
     * @param stride step per axis
     * @param padding zeros on every side
     * @param bias whether it has a bias
     * @param eps added to variances
     * @param slope below zero of a leaky ReLU
     * @param inputs names of the values it reads
     * @param result name of the value it makes
     */
    public record Step(
            Op op,
            String name,
            int in,
            int out,
            int kernel,
            int stride,
            int padding,
            boolean bias,
            double eps,
            double slope,
            List<String> inputs,
            String result) {
        public Step {
            inputs = List.copyOf(inputs);
            if (kernel < 0 || kernel > MOST || stride < 1 || stride > MOST || padding < 0 || padding > kernel) {
                throw new IllegalArgumentException("network: " + op + " '" + result
                        + "' must have a kernel and stride of"
                        + " at most " + MOST + " and no more padding than kernel, got kernel " + kernel + ", stride "
                        + stride + ", padding " + padding);
            }
            int wanted = op == Op.ADD ? 2 : 1;
            if (inputs.size() != wanted) {
                throw new IllegalArgumentException(
                        "network: " + op + " '" + result + "' takes " + wanted + " inputs, got " + inputs);
            }
        }
    }
}
