package org.semblance.onnx;

import static org.semblance.onnx.OnnxFile.list;
import static org.semblance.onnx.OnnxFile.set;
import static org.semblance.onnx.OnnxOperatorsTest.add;
import static org.semblance.onnx.OnnxOperatorsTest.image;

import java.util.List;

/** Cases of operators that change the size of pictures. */
final class OnnxResampling {
    private OnnxResampling() {}

    static void pools() {
        for (String kind : List.of("MaxPool", "AveragePool")) {
            for (int ceil = 0; ceil < 2; ceil++) {
                int c = ceil;
                add(
                        kind + " ceil " + ceil,
                        19,
                        image(),
                        (f, x) -> f.node(
                                kind,
                                List.of(x),
                                list("kernel_shape", 3, 2),
                                list("strides", 2, 3),
                                list("pads", 1, 0, 1, 1),
                                set("ceil_mode", c)));
                add(
                        kind + " auto " + ceil,
                        11,
                        image(),
                        (f, x) -> f.node(
                                kind,
                                List.of(x),
                                list("kernel_shape", 3, 2),
                                list("strides", 2, 2),
                                set("auto_pad", c == 0 ? "SAME_UPPER" : "SAME_LOWER")));
            }
        }
        for (int ceil = 0; ceil < 2; ceil++) {
            int c = ceil;
            add(
                    "AveragePool counting " + ceil,
                    19,
                    image(),
                    (f, x) -> f.node(
                            "AveragePool",
                            List.of(x),
                            list("kernel_shape", 3, 3),
                            list("strides", 2, 2),
                            list("pads", 1, 0, 0, 1),
                            set("count_include_pad", 1),
                            set("ceil_mode", c)));
        }
        for (int pad = 0; pad < 2; pad++) {
            int p = pad; // a window that would begin in the padding behind does not count, rounded up or not
            add(
                    "AveragePool counting, padded behind " + pad,
                    19,
                    image(),
                    (f, x) -> f.node(
                            "AveragePool",
                            List.of(x),
                            list("kernel_shape", 2, 2),
                            list("strides", 2, 2),
                            list("pads", 0, p, 1, 1),
                            set("count_include_pad", 1),
                            set("ceil_mode", 1)));
        }
        add("GlobalAveragePool", 9, image(), (f, x) -> f.node("GlobalAveragePool", List.of(x)));
        add("GlobalMaxPool", 9, image(), (f, x) -> f.node("GlobalMaxPool", List.of(x)));
    }

    static void resizes() {
        for (String mode : List.of("nearest", "linear", "cubic")) {
            for (String places : List.of("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")) {
                add(
                        "Resize " + mode + " " + places,
                        13,
                        image(),
                        (f, x) -> f.node(
                                "Resize",
                                List.of(x, "", "", f.ints(2, 4, 17, 6)),
                                set("mode", mode),
                                set("coordinate_transformation_mode", places)));
            }
        }
        for (String nearest : List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")) {
            add(
                    "Resize " + nearest,
                    11,
                    image(),
                    (f, x) -> f.node(
                            "Resize",
                            List.of(x, f.floats(new float[0], 0), f.floats(new float[] {1, 1, 1.7f, 0.6f}, 4)),
                            set("mode", "nearest"),
                            set("nearest_mode", nearest)));
        }
        add(
                "Resize old",
                10,
                image(),
                (f, x) -> f.node("Resize", List.of(x, f.floats(new float[] {1, 1, 2, 3}, 4)), set("mode", "linear")));
        add(
                "Upsample",
                9,
                image(),
                (f, x) ->
                        f.node("Upsample", List.of(x, f.floats(new float[] {1, 1, 2, 3}, 4)), set("mode", "nearest")));
    }
}
