package org.semblance.verify;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Fir;
import org.semblance.backend.Resample;
import org.semblance.json.Json;
import org.semblance.ops.Filter;
import org.semblance.ops.Filters;
import org.semblance.ops.ModulatedConv2d;
import org.semblance.ops.ResampleConv2d;
import org.semblance.ops.Upfirdn2d;
import org.semblance.tensor.Tensor;

/** Filters, resampling, and the convolutions that resample. */
final class ResampleCases {
    private ResampleCases() {}

    static void register(CaseRunners all) {
        all.add("setup_filter", ResampleCases::setupFilter);
        all.add("upfirdn2d", ResampleCases::upfirdn2d);
        all.add("filter2d", ResampleCases::filter2d);
        all.add("upsample2d", ResampleCases::upsample2d);
        all.add("downsample2d", ResampleCases::downsample2d);
        all.add("conv2d_resample", ResampleCases::conv2dResample);
        all.add("modulated_conv2d", ResampleCases::modulatedConv2d);
    }

    private static void setupFilter(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        HostArray f = c.has("f") ? c.host("f") : HostArray.of(new float[] {1}, 1);
        boolean normalize = a.flag("normalize", true);
        boolean flip = a.flag("flip_filter", false);
        float gain = (float) a.number("gain", 1);
        int n = f.data().length;
        Filter filter = f.shape().rank() == 2
                ? Filters.of(new Fir(f.shape().dim(0), f.shape().dim(1), f.data()), normalize, flip, gain)
                : Filters.of(f.data(), normalize, flip, gain, a.flag("separable", n >= 8));
        Fir fir = filter.fir();
        Shape shape = filter.separable() ? Shape.of(fir.width()) : Shape.of(fir.height(), fir.width());
        c.put("y", new HostArray(shape, fir.taps()));
    }

    private static void upfirdn2d(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        int[] up = a.pair("up", 1);
        int[] down = a.pair("down", 1);
        int[] p = a.padding("padding");
        Resample spec = new Resample(
                up[0], up[1], down[0], down[1], p[0], p[1], p[2], p[3], a.flag("flip_filter", false), gain(a));
        c.putImage("y", Upfirdn2d.of(c.image("x"), filter(c, "f"), spec));
    }

    private static void filter2d(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        c.putImage(
                "y",
                Upfirdn2d.filter2d(
                        c.image("x"), filter(c, "f"), a.padding("padding"), a.flag("flip_filter", false), gain(a)));
    }

    private static void upsample2d(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        int[] up = a.pair("up", 2);
        boolean flip = a.flag("flip_filter", false);
        Tensor y =
                Upfirdn2d.upsample2d(c.image("x"), filter(c, "f"), up[0], up[1], a.padding("padding"), flip, gain(a));
        c.putImage("y", y);
    }

    private static void downsample2d(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        int[] down = a.pair("down", 2);
        boolean flip = a.flag("flip_filter", false);
        Tensor y = Upfirdn2d.downsample2d(
                c.image("x"), filter(c, "f"), down[0], down[1], a.padding("padding"), flip, gain(a));
        c.putImage("y", y);
    }

    private static void conv2dResample(CaseContext c) throws IOException {
        c.putImage("y", ResampleConv2d.of(c.image("x"), c.input("w"), filter(c, "f"), spec(c.attrs(), true)));
    }

    private static void modulatedConv2d(CaseContext c) throws IOException {
        Attributes a = c.attrs();
        float eps = a.flag("demodulate", true) ? (float) a.number("eps", 1e-8) : Float.NaN;
        Tensor y = ModulatedConv2d.of(
                c.image("x"),
                c.input("weight"),
                c.input("styles"),
                c.inputOrNull("noise"),
                eps,
                filter(c, "resample_filter"),
                spec(a, true));
        c.putImage("y", y);
    }

    private static ResampleConv2d.Spec spec(Attributes a, boolean flipWeight) {
        int[] p = a.padding("padding");
        return new ResampleConv2d.Spec(
                a.integer("up", 1),
                a.integer("down", 1),
                p[0],
                p[1],
                p[2],
                p[3],
                a.integer("groups", 1),
                a.flag("flip_weight", flipWeight),
                a.flag("flip_filter", false));
    }

    private static float gain(Attributes a) {
        return a.json().find("gain").map(Json::asDouble).orElse(1.0).floatValue();
    }

    /** A filter as the case holds it: absent, a row to be applied along both axes, or two-dimensional. */
    static @Nullable Filter filter(CaseContext c, String name) throws IOException {
        if (!c.has(name)) {
            return null;
        }
        HostArray f = c.host(name);
        return f.shape().rank() < 2
                ? Filter.separable(f.data())
                : Filter.of(new Fir(f.shape().dim(0), f.shape().dim(1), f.data()));
    }
}
