package org.semblance.onnx;

import org.jspecify.annotations.Nullable;

/**
 * A setting of a node.
 *
 * @param numbers numbers, one or a list
 * @param string text, or null
 * @param tensor a tensor, or null
 * @param graph whether it holds a graph, which no operator here takes
 */
record OnnxAttribute(
        double[] numbers, @Nullable String string, @Nullable OnnxTensor tensor, boolean graph) {
    long integer() {
        return (long) number();
    }

    float number() {
        if (numbers.length != 1) {
            throw new IllegalArgumentException("an attribute must be one number, got " + numbers.length);
        }
        return (float) numbers[0];
    }

    String text() {
        if (string == null) {
            throw new IllegalArgumentException("an attribute must be text, got something else");
        }
        return string;
    }
}
