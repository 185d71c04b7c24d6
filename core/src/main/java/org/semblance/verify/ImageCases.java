package org.semblance.verify;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.PoolSpec;
import org.semblance.json.Json;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Pool2d;
import org.semblance.ops.Resize;
import org.semblance.tensor.Tensor;

/** Convolutions, pools and resizes. Pairs of numbers are y before x. */
final class ImageCases {
    private static final Pattern TORCH_PADDING = Pattern.compile("padding=[\\[(]?(\\d+)(?:, *(\\d+))?");

    private ImageCases() {}

    static void register(CaseRunners all) {
        all.add("conv2d", ImageCases::conv2d);
        all.add("conv_transpose2d", ImageCases::convTranspose2d);
        all.add("conv2d_keras_same", ImageCases::convKerasSame);
        all.add("max_pool", c -> c.putImage("y", Pool2d.max(c.image("x"), pool(c))));
        all.add("avg_pool", c -> c.putImage("y", Pool2d.avg(c.image("x"), pool(c))));
        all.add("global_avg_pool", c -> c.put("y", Pool2d.globalAvg(c.image("x"))));
        all.add("resize_bilinear", ImageCases::resize);
    }

    private static void conv2d(CaseContext c) throws IOException {
        Tensor x = c.image("x");
        Tensor w = weight(c);
        putWithBias(c, Conv2d.of(x, w, convolution(c.attrs(), x, w)));
    }

    private static ConvSpec convolution(Attributes a, Tensor x, Tensor w) {
        int[] stride = a.pair("stride", 1);
        int[] dilation = a.pair("dilation", 1);
        int groups = a.integer("groups", Math.max(x.dim(1) / w.dim(1), 1));
        if (a.has("padding") && a.json().get("padding").isString()) {
            return a.text("padding", "valid").equalsIgnoreCase("same")
                    ? Conv2d.same(x.shape(), w.dim(2), w.dim(3), stride[0], stride[1], dilation[0], dilation[1], groups)
                    : spec(stride, new int[4], dilation, groups);
        }
        return spec(stride, sides(a), dilation, groups);
    }

    /** Padding as {@code [top, bottom, left, right]}; {@code [y, x]} and one number stand for equal sides. */
    private static int[] sides(Attributes a) {
        return a.padding("padding");
    }

    private static ConvSpec spec(int[] stride, int[] p, int[] dilation, int groups) {
        return new ConvSpec(stride[0], stride[1], p[0], p[1], p[2], p[3], dilation[0], dilation[1], groups);
    }

    private static void convTranspose2d(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        int[] more = a.pair("output_padding", 0);
        ConvSpec spec = spec(a.pair("stride", 1), sides(a), a.pair("dilation", 1), a.integer("groups", 1));
        putWithBias(c, Conv2d.transposed(c.image("x"), c.input("w"), spec, more[0], more[1]));
    }

    private static void convKerasSame(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        Tensor x = c.image("x");
        Tensor w = weight(c);
        int[] stride = a.pair("stride", 1);
        int[] dilation = a.pair("dilation", 1);
        int groups = a.integer("groups", Math.max(x.dim(1) / w.dim(1), 1));
        ConvSpec spec =
                Conv2d.same(x.shape(), w.dim(2), w.dim(3), stride[0], stride[1], dilation[0], dilation[1], groups);
        putWithBias(c, Conv2d.of(x, w, spec));
    }

    private static Tensor weight(CaseContext c) throws IOException {
        Tensor w = c.input("w");
        return c.attrs().text("weight_layout", "OIHW").startsWith("HWIO") ? Conv2d.fromKeras(w) : w;
    }

    private static void putWithBias(CaseContext c, Tensor y) throws IOException {
        c.putImage("y", c.has("b") ? BiasAct.of(y, c.input("b"), Activation.linear()) : y);
    }

    private static PoolSpec pool(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        a.skipIf("ceil_mode", true);
        int[] kernel = a.pair("pool", 2);
        int[] stride = a.has("stride") ? a.pair("stride", 1) : kernel;
        Json padding = a.json().find("padding").orElseGet(() -> Json.of("valid"));
        if (!padding.isString()) {
            int[] p = a.pair("padding", 0);
            boolean counted = a.flag("count_include_pad", true);
            return Pool2d.torch(kernel[0], kernel[1], stride[0], stride[1], p[0], p[1], counted);
        }
        Shape x = c.image("x").shape();
        return switch (padding.asString().toLowerCase(Locale.ROOT)) {
            case "valid" -> Pool2d.valid(kernel[0], kernel[1], stride[0], stride[1]);
            case "same" -> Pool2d.same(x, kernel[0], kernel[1], stride[0], stride[1]);
            default -> torchPool(padding.asString(), kernel, stride, a.flag("count_include_pad", true));
        };
    }

    private static PoolSpec torchPool(String text, int[] kernel, int[] stride, boolean counted) {
        Matcher m = TORCH_PADDING.matcher(text);
        if (!text.startsWith("torch") || text.contains("ceil_mode=True")) {
            throw new SkippedCase("padding '" + text + "' is not implemented");
        }
        boolean padded = m.find();
        int y = padded ? Integer.parseInt(m.group(1)) : 0;
        int x = padded && m.group(2) != null ? Integer.parseInt(m.group(2)) : y;
        boolean count = counted && !text.contains("count_include_pad=False");
        return Pool2d.torch(kernel[0], kernel[1], stride[0], stride[1], y, x, count);
    }

    private static void resize(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        a.skipIf("align_corners", true);
        a.skipIf("antialias", true);
        a.skipIf("half_pixel_centers", false);
        int[] size = a.pair("size", 1);
        c.putImage("y", Resize.bilinear(c.image("x"), size[0], size[1]));
    }
}
