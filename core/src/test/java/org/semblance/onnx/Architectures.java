package org.semblance.onnx;

import static org.semblance.onnx.OnnxFile.list;
import static org.semblance.onnx.OnnxFile.set;

import java.util.List;

/** Small networks with the structure of public ones, as PyTorch's exporter writes them. */
public final class Architectures {
    private Architectures() {}

    /** ArcFace's IResNet: normalisation before convolution, PRelu, a dense head normalised per feature. */
    public static OnnxFile iresnet() {
        OnnxFile f = new OnnxFile(11).input("input", -1, 3, 32, 32).output("embedding");
        String x = f.prelu(f.norm(f.conv("input", 3, 16, 3, 1, false, 1), 16), 16);
        x = iresnetBlock(f, x, 16, 16, 2);
        x = iresnetBlock(f, x, 16, 16, 1);
        x = iresnetBlock(f, x, 16, 32, 2);
        x = f.norm(x, 32);
        x = f.node("Dropout", List.of(x), set("ratio", 0.4f));
        x = f.node("Flatten", List.of(x), set("axis", 1));
        x = f.node(
                "Gemm",
                List.of(x, f.weight(0, 0.05, 24, 32 * 8 * 8), f.weight(0, 0.1, 24)),
                set("alpha", 1f),
                set("beta", 1f),
                set("transB", 1));
        f.node(
                "BatchNormalization",
                "",
                List.of(x, f.positive(24), f.weight(0, 0.1, 24), f.weight(0, 0.1, 24), f.positive(24)),
                List.of("embedding"),
                set("epsilon", 2e-5f));
        return f;
    }

    private static String iresnetBlock(OnnxFile f, String x, int in, int out, int stride) {
        String y = f.conv(f.norm(x, in), in, out, 3, 1, false, 1);
        y = f.norm(f.conv(f.prelu(f.norm(y, out), out), out, out, 3, stride, false, 1), out);
        String shortcut = in == out && stride == 1 ? x : f.norm(f.conv(x, in, out, 1, stride, false, 1), out);
        return f.node("Add", List.of(y, shortcut));
    }

    /** MobileNetV2: depthwise convolutions, Clip to 6, residuals, dynamic shapes computed by the graph. */
    public static OnnxFile mobilenet() {
        OnnxFile f = new OnnxFile(13).input("x", -1, 3, 40, 40).output("y");
        String x = relu6(f, f.norm(f.conv("x", 3, 8, 3, 2, false, 1), 8));
        x = inverted(f, x, 8, 8, 1, 2);
        x = inverted(f, x, 8, 12, 2, 3);
        x = inverted(f, x, 12, 12, 1, 3);
        x = relu6(f, f.norm(f.conv(x, 12, 32, 1, 1, false, 1), 32));
        x = f.node("GlobalAveragePool", List.of(x));
        String shape = f.node("Shape", List.of(x));
        String n = f.node("Gather", List.of(shape, f.ints(new int[0], 0)), set("axis", 0));
        String target =
                f.node("Concat", List.of(f.node("Unsqueeze", List.of(n, f.ints(0))), f.ints(-1)), set("axis", 0));
        x = f.node("Reshape", List.of(x, target));
        String w = f.node("Transpose", List.of(f.weight(0, 0.2, 10, 32)), list("perm", 1, 0));
        x = f.node("Add", List.of(f.node("MatMul", List.of(x, w)), f.weight(0, 0.1, 10)));
        String length = f.node("ReduceL2", List.of(x), list("axes", 1), set("keepdims", 1));
        f.node("Div", "", List.of(x, length), List.of("y"));
        return f;
    }

    private static String inverted(OnnxFile f, String x, int in, int out, int stride, int expansion) {
        int wide = in * expansion;
        String y = relu6(f, f.norm(f.conv(x, in, wide, 1, 1, false, 1), wide));
        y = relu6(f, f.norm(f.conv(y, wide, wide, 3, stride, false, wide), wide));
        y = f.norm(f.conv(y, wide, out, 1, 1, false, 1), out);
        return in == out && stride == 1 ? f.node("Add", List.of(x, y)) : y;
    }

    private static String relu6(OnnxFile f, String x) {
        return f.node("Clip", List.of(x, f.floats(new float[] {0}), f.floats(new float[] {6})));
    }

    /** torchvision's ResNet: bottlenecks, a max pool with padding, a dense head. */
    public static OnnxFile resnet() {
        OnnxFile f = new OnnxFile(12).input("data", 2, 3, 48, 48).output("logits");
        String x = f.node("Relu", List.of(f.norm(f.conv("data", 3, 16, 7, 2, false, 1), 16)));
        x = f.node(
                "MaxPool",
                List.of(x),
                list("kernel_shape", 3, 3),
                list("strides", 2, 2),
                list("pads", 1, 1, 1, 1),
                set("ceil_mode", 0));
        x = bottleneck(f, x, 16, 8, 32, 1);
        x = bottleneck(f, x, 32, 8, 32, 1);
        x = bottleneck(f, x, 32, 16, 48, 2);
        x = f.node("GlobalAveragePool", List.of(x));
        x = f.node("Flatten", List.of(x));
        f.node(
                "Gemm",
                "",
                List.of(x, f.weight(0, 0.2, 20, 48), f.weight(0, 0.1, 20)),
                List.of("logits"),
                set("transB", 1));
        return f;
    }

    private static String bottleneck(OnnxFile f, String x, int in, int mid, int out, int stride) {
        String y = f.node("Relu", List.of(f.norm(f.conv(x, in, mid, 1, 1, false, 1), mid)));
        y = f.node("Relu", List.of(f.norm(f.conv(y, mid, mid, 3, stride, false, 2), mid)));
        y = f.norm(f.conv(y, mid, out, 1, 1, false, 1), out);
        String shortcut = in == out && stride == 1 ? x : f.norm(f.conv(x, in, out, 1, stride, false, 1), out);
        return f.node("Relu", List.of(f.node("Add", List.of(y, shortcut))));
    }

    /** A landmark network that reads three scales and joins them, its input last in channels as tf2onnx has it. */
    public static OnnxFile landmarks() {
        return landmarks(true);
    }

    /** With or without another output that nobody asks for, made by an operator that nobody knows. */
    public static OnnxFile landmarks(boolean more) {
        OnnxFile f = new OnnxFile(17).input("images", -1, 32, 32, 3).output("landmarks");
        String x = f.node("Transpose", List.of("images"), list("perm", 0, 3, 1, 2));
        x = f.node(
                "Mul", List.of(f.node("Sub", List.of(x, f.weight(0.4, 0.05, 1, 3, 1, 1))), f.floats(new float[] {2})));
        String a = f.node("LeakyRelu", List.of(f.conv(x, 3, 8, 3, 2, true, 1)), set("alpha", 0.1f));
        String b = f.node("Sigmoid", List.of(f.conv(a, 8, 12, 3, 2, true, 1)));
        String c = f.node("Tanh", List.of(f.conv(b, 12, 16, 3, 2, true, 1)));
        String up = f.node(
                "Resize",
                List.of(c, "", f.floats(new float[] {1, 1, 2, 2}, 4)),
                set("mode", "linear"),
                set("coordinate_transformation_mode", "half_pixel"));
        String joined = f.node("Concat", List.of(b, up), set("axis", 1));
        String pooled = f.node(
                "AveragePool",
                List.of(joined),
                list("kernel_shape", 3, 3),
                list("strides", 2, 2),
                list("pads", 1, 1, 1, 1),
                set("count_include_pad", 0));
        String one = f.node("ReduceMean", List.of(a), list("axes", 2, 3), set("keepdims", 0));
        String two = f.node("Reshape", List.of(pooled, f.ints(0, -1)));
        String three = f.node("Squeeze", List.of(f.node("GlobalAveragePool", List.of(c)), f.ints(2, 3)));
        String all = f.node("Concat", List.of(one, two, three), set("axis", -1));
        String y = f.node("MatMul", List.of(all, f.weight(0, 0.05, 8 + 28 * 16 + 16, 143)));
        y = f.node("Add", List.of(y, f.weight(0.5, 0.1, 143)));
        f.node("Slice", "", List.of(y, f.ints(0), f.ints(136), f.ints(1)), List.of("landmarks"));
        if (more) {
            f.output("unused").node("NotAnOperator", "", List.of(y), List.of("unused"));
        }
        return f;
    }
}
