package org.semblance.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.semblance.onnx.OnnxFile.list;
import static org.semblance.onnx.OnnxFile.set;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.contract.NoLeaks;
import org.semblance.contract.OpCase;
import org.semblance.contract.TestDevice;
import org.semblance.onnx.OnnxFile.Setting;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Every operator in its settings against ONNX Runtime. */
@ExtendWith(NoLeaks.class)
class OnnxOperatorsTest {
    private static final Device DEVICE = TestDevice.get();

    /** One graph: what it is called, its version, its input, and how its result is made from "x". */
    record Case(String name, int opset, HostArray x, BiFunction<OnnxFile, String, String> graph) {
        @Override
        public String toString() {
            return name + " v" + opset;
        }
    }

    private static final List<Case> CASES = new ArrayList<>();

    static void add(String name, int opset, HostArray x, BiFunction<OnnxFile, String, String> graph) {
        CASES.add(new Case(name, opset, x, graph));
    }

    static HostArray image() {
        return OpCase.normal(5, 2, 4, 9, 11);
    }

    static Stream<Case> cases() {
        CASES.clear();
        convolutions();
        OnnxResampling.pools();
        pointwise();
        arithmetic();
        shapes();
        indices();
        matrices();
        reductions();
        OnnxResampling.resizes();
        return CASES.stream();
    }

    private static void convolutions() {
        add(
                "conv groups dilation asymmetric",
                11,
                image(),
                (f, x) -> f.node(
                        "Conv",
                        List.of(x, f.weight(0, 1, 6, 2, 3, 2), f.weight(0, 1, 6)),
                        set("group", 2),
                        list("dilations", 2, 3),
                        list("strides", 2, 1),
                        list("pads", 0, 2, 3, 1)));
        for (String auto : List.of("SAME_UPPER", "SAME_LOWER", "VALID")) {
            add(
                    "conv " + auto,
                    11,
                    image(),
                    (f, x) -> f.node(
                            "Conv",
                            List.of(x, f.weight(0, 1, 6, 4, 3, 4)),
                            set("auto_pad", auto),
                            list("strides", 2, 2)));
        }
        for (String act : List.of("Relu", "LeakyRelu", "Sigmoid")) {
            add(
                    "conv norm " + act,
                    15,
                    image(),
                    (f, x) -> f.node(act, List.of(f.norm(f.conv(x, 4, 6, 3, 1, true, 1), 6))));
        }
        add(
                "conv clip",
                13,
                image(),
                (f, x) -> f.node(
                        "Clip",
                        List.of(f.conv(x, 4, 6, 3, 1, false, 1), f.floats(new float[] {0}), f.floats(new float[] {1
                        }))));
        add(
                "conv clip low",
                13,
                image(),
                (f, x) -> f.node("Clip", List.of(f.conv(x, 4, 6, 3, 1, false, 1), f.floats(new float[] {-0.5f}))));
        add("conv read twice", 13, image(), (f, x) -> {
            String y = f.conv(x, 4, 6, 3, 1, false, 1);
            return f.node("Add", List.of(f.norm(y, 6), f.node("Relu", List.of(y))));
        });
        add("norm alone", 9, image(), (f, x) -> f.norm(x, 4));
        add("norm of rows", 14, OpCase.normal(2, 3, 4), (f, x) -> f.norm(x, 4));
        add(
                "transposed conv",
                11,
                image(),
                (f, x) -> f.node(
                        "ConvTranspose",
                        List.of(x, f.weight(0, 1, 4, 3, 3, 3), f.weight(0, 1, 6)),
                        set("group", 2),
                        list("strides", 2, 3),
                        list("pads", 1, 0, 0, 1),
                        list("output_padding", 1, 2)));
    }

    private static void pointwise() {
        for (String op : List.of(
                "Relu",
                "Sigmoid",
                "Tanh",
                "Exp",
                "Softplus",
                "Softsign",
                "LeakyRelu",
                "Elu",
                "Selu",
                "HardSigmoid",
                "Neg",
                "Abs",
                "Identity",
                "Reciprocal")) {
            add(op, 13, OpCase.awayFromZero(3, 2, 3, 4), (f, x) -> f.node(op, List.of(x)));
        }
        add("HardSwish", 14, image(), (f, x) -> f.node("HardSwish", List.of(x)));
        add("Mish", 18, image(), (f, x) -> f.node("Mish", List.of(x)));
        for (String op : List.of("Sqrt", "Log")) {
            add(op, 13, OpCase.between(3, 0.1, 2, 2, 3), (f, x) -> f.node(op, List.of(x)));
        }
        add("Clip old", 9, image(), (f, x) -> f.node("Clip", List.of(x), set("min", -0.3f), set("max", 0.8f)));
        add("PRelu", 16, image(), (f, x) -> f.prelu(x, 4));
        add("PRelu one", 9, image(), (f, x) -> f.node("PRelu", List.of(x, f.weight(0.3, 0, 1))));
        add("Cast", 13, image(), (f, x) -> f.node("Cast", List.of(x), set("to", 1)));
    }

    private static void arithmetic() {
        for (String op : List.of("Add", "Sub", "Mul", "Div", "Max", "Min")) {
            add(op + " broadcast", 13, image(), (f, x) -> f.node(op, List.of(x, f.positive(4, 1, 11))));
            add(
                    op + " other way",
                    13,
                    OpCase.between(3, 0.5, 2, 4, 1),
                    (f, x) -> f.node(op, List.of(f.positive(3, 1, 5), x)));
        }
        add("Sum", 13, image(), (f, x) -> f.node("Sum", List.of(x, f.positive(4, 1, 1), x)));
        for (float exponent : new float[] {2, 0.5f, 3, -1}) {
            add(
                    "Pow " + exponent,
                    13,
                    OpCase.between(3, 0.5, 2, 4, 5),
                    (f, x) -> f.node("Pow", List.of(x, f.floats(new float[] {exponent}))));
        }
        add("arithmetic of shapes", 13, image(), (f, x) -> {
            String shape = f.node("Shape", List.of(x));
            String half = f.node("Div", List.of(shape, f.ints(1, 2, 1, 1)));
            String twice = f.node("Mul", List.of(half, f.ints(1, 1, 2, 1)));
            return f.node("Reshape", List.of(x, twice));
        });
    }

    private static void shapes() {
        add("Flatten", 13, image(), (f, x) -> f.node("Flatten", List.of(x), set("axis", 2)));
        add("Flatten end", 13, image(), (f, x) -> f.node("Flatten", List.of(x), set("axis", -1)));
        add("Reshape", 14, image(), (f, x) -> f.node("Reshape", List.of(x, f.ints(0, 0, -1))));
        add("Transpose", 13, image(), (f, x) -> f.node("Transpose", List.of(x)));
        add("Squeeze", 9, OpCase.normal(1, 3, 1, 4, 1), (f, x) -> f.node("Squeeze", List.of(x), list("axes", 1)));
        add("Squeeze all", 13, OpCase.normal(1, 3, 1, 4, 1), (f, x) -> f.node("Squeeze", List.of(x)));
        add("Unsqueeze", 13, image(), (f, x) -> f.node("Unsqueeze", List.of(x, f.ints(-1, 0))));
        add("Unsqueeze old", 11, image(), (f, x) -> f.node("Unsqueeze", List.of(x), list("axes", 2)));
        add("Expand", 13, OpCase.normal(1, 3, 1, 4), (f, x) -> f.node("Expand", List.of(x, f.ints(2, 1, 5, 1))));
        add(
                "Shape cut",
                15,
                image(),
                (f, x) -> f.node(
                        "Reshape",
                        List.of(
                                x,
                                f.node(
                                        "Concat",
                                        List.of(
                                                f.ints(-1),
                                                f.node("Shape", List.of(x), set("start", -2), set("end", 4))),
                                        set("axis", 0)))));
        add(
                "Constant",
                13,
                image(),
                (f, x) -> f.node("Reshape", List.of(x, f.node("Constant", List.of(), list("value_ints", 2, -1)))));
        add("ConstantOfShape", 13, OpCase.normal(1, 2, 3), (f, x) -> {
            byte[] one = OnnxFile.tensorMessage("", 1, new int[] {1}, out -> out.writeFloat(4, 1.5f));
            String ones = f.node("ConstantOfShape", List.of(f.ints(2, 3)), Setting.tensor("value", one));
            return f.node("Add", List.of(x, ones));
        });
    }

    private static void indices() {
        add(
                "Concat",
                13,
                image(),
                (f, x) -> f.node("Concat", List.of(x, f.weight(0, 1, 2, 1, 9, 11), x), set("axis", -3)));
        add(
                "Slice old",
                9,
                image(),
                (f, x) ->
                        f.node("Slice", List.of(x), list("starts", 1, -8), list("ends", 100, -2), list("axes", 1, 3)));
        add(
                "Slice steps",
                13,
                image(),
                (f, x) -> f.node("Slice", List.of(x, f.ints(1, -1), f.ints(100, -100), f.ints(2, -1), f.ints(3, -2))));
        add(
                "Gather",
                13,
                image(),
                (f, x) -> f.node("Gather", List.of(x, f.ints(new int[] {2, 2}, 0, 3, -1, 2)), set("axis", 1)));
        add("Gather one", 13, image(), (f, x) -> f.node("Gather", List.of(x, f.ints(new int[0], -2)), set("axis", 2)));
        add("Split", 13, image(), (f, x) -> split(f, x, List.of(x, f.ints(1, 3))));
        for (String mode : List.of("constant", "reflect", "edge", "wrap")) {
            add(
                    "Pad " + mode,
                    mode.equals("wrap") ? 19 : 13,
                    image(),
                    (f, x) -> f.node("Pad", List.of(x, f.ints(0, 0, 2, 3, 0, 0, 1, 4)), set("mode", mode)));
        }
        add(
                "Pad value",
                18,
                image(),
                (f, x) -> f.node("Pad", List.of(x, f.ints(1, -2, 2, 0), f.floats(new float[] {0.7f}), f.ints(3, 2))));
        add(
                "Pad old",
                9,
                image(),
                (f, x) -> f.node("Pad", List.of(x), list("pads", 0, 0, 1, 0, 0, 0, 0, 2), set("value", -1f)));
    }

    private static String split(OnnxFile f, String x, List<String> inputs) {
        f.node("Split", "", inputs, List.of("first", "second"), set("axis", 1));
        return f.node("Concat", List.of("second", "first"), set("axis", 1));
    }

    private static void matrices() {
        HostArray rows = OpCase.normal(6, 5, 7);
        add(
                "Gemm",
                13,
                rows,
                (f, x) -> f.node(
                        "Gemm",
                        List.of(x, f.weight(0, 1, 7, 3), f.weight(0, 1, 3)),
                        set("alpha", 0.5f),
                        set("beta", 2f)));
        add(
                "Gemm transposed",
                9,
                rows,
                (f, x) -> f.node(
                        "Gemm",
                        List.of(x, f.weight(0, 1, 3, 5), f.weight(0, 1, 7, 1)),
                        set("transA", 1),
                        set("transB", 1)));
        add("MatMul rows", 13, OpCase.normal(6, 2, 3, 7), (f, x) -> f.node("MatMul", List.of(x, f.weight(0, 1, 7, 4))));
        add("MatMul vector", 13, rows, (f, x) -> f.node("MatMul", List.of(x, f.weight(0, 1, 7))));
        add(
                "MatMul batches",
                13,
                OpCase.normal(6, 2, 3, 4, 5),
                (f, x) -> f.node("MatMul", List.of(x, f.node("Transpose", List.of(x), list("perm", 0, 1, 3, 2)))));
        add(
                "MatMul repeated",
                13,
                OpCase.normal(6, 2, 3, 4, 5),
                (f, x) -> f.node("MatMul", List.of(f.weight(0, 1, 3, 2, 4), x)));
    }

    private static void reductions() {
        for (String op : List.of(
                "ReduceMean", "ReduceSum", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceMax", "ReduceMin")) {
            add(op, 18, image(), (f, x) -> f.node(op, List.of(x, f.ints(3, -3)), set("keepdims", 0)));
            add(op + " all", 11, image(), (f, x) -> f.node(op, List.of(x)));
        }
        add("Softmax", 13, image(), (f, x) -> f.node("Softmax", List.of(x), set("axis", 2)));
        add("Softmax old", 11, image(), (f, x) -> f.node("Softmax", List.of(x)));
        add("LogSoftmax", 13, image(), (f, x) -> f.node("LogSoftmax", List.of(x)));
        add("LpNormalization", 9, image(), (f, x) -> f.node("LpNormalization", List.of(x), set("axis", 1)));
        add(
                "LpNormalization 1",
                9,
                image(),
                (f, x) -> f.node("LpNormalization", List.of(x), set("axis", 3), set("p", 1)));
        add(
                "InstanceNormalization",
                9,
                image(),
                (f, x) -> f.node("InstanceNormalization", List.of(x, f.positive(4), f.positive(4))));
        add(
                "LayerNormalization",
                17,
                image(),
                (f, x) -> f.node(
                        "LayerNormalization", List.of(x, f.positive(9, 11), f.positive(9, 11)), set("axis", -2)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithOnnxRuntime(Case c) throws IOException, OrtException {
        OnnxFile file = new OnnxFile(c.opset()).input("x", c.x().shape().dims());
        file.output(c.graph().apply(file, "x"));
        byte[] bytes = file.bytes();
        try (OnnxNetwork network = OnnxNetwork.load(OnnxModel.read(bytes, c.name()), DEVICE);
                Scope scope = Scope.open()) {
            HostArray got = network.apply(Tensor.of(DEVICE, c.x())).toHost();
            HostArray wanted = OrtPeer.run(bytes, network.output(), c.x());
            assertThat(got.shape()).isEqualTo(wanted.shape());
            assertThat(distance(got, wanted)).isLessThan(1e-5);
        }
    }

    /** Every operator that can be built is in a case of its own or in a network. */
    @Test
    void allOperatorsAreTested() throws IOException {
        List<String> left = new ArrayList<>(OnnxNetwork.operators());
        List<byte[]> files = new ArrayList<>();
        cases().forEach(c -> {
            OnnxFile file = new OnnxFile(c.opset()).input("x", c.x().shape().dims());
            file.output(c.graph().apply(file, "x"));
            files.add(file.bytes());
        });
        files.add(Architectures.mobilenet().bytes());
        files.add(Architectures.iresnet().bytes());
        for (byte[] file : files) {
            left.removeAll(OnnxModel.read(file, "case").operators().keySet());
        }
        assertThat(left).containsExactlyInAnyOrder("Size", "Floor", "Ceil");
    }

    /** Relative euclidean distance. */
    static double distance(HostArray got, HostArray wanted) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < got.data().length; i++) {
            double d = (double) got.data()[i] - wanted.data()[i];
            difference += d * d;
            size += (double) wanted.data()[i] * wanted.data()[i];
        }
        assertThat(size).as("%s", Arrays.toString(wanted.shape().dims())).isPositive();
        return Math.sqrt(difference / size);
    }
}
