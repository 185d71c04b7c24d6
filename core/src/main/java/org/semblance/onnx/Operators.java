package org.semblance.onnx;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** All operators by name. */
final class Operators {
    private static final Map<String, Operator.Maker> MAKERS = makers();

    private Operators() {}

    private static Map<String, Operator.Maker> makers() {
        Map<String, Operator.Maker> makers = new TreeMap<>();
        ConvOperators.register(makers);
        PoolOperators.register(makers);
        PointwiseOperators.register(makers);
        ArithmeticOperators.register(makers);
        ShapeOperators.register(makers);
        IndexOperators.register(makers);
        MatrixOperators.register(makers);
        ReduceOperators.register(makers);
        ResizeOperators.register(makers);
        return Collections.unmodifiableMap(makers);
    }

    /** The names, sorted. */
    static Map<String, Operator.Maker> all() {
        return MAKERS;
    }

    /** Whether a node can be built. */
    static boolean knows(OnnxNode node) {
        return node.domain().isEmpty() && (MAKERS.containsKey(node.operator()) || isConstant(node));
    }

    /** Whether a node is nothing but a value. */
    static boolean isConstant(OnnxNode node) {
        return node.domain().isEmpty() && node.operator().equals("Constant");
    }
}
