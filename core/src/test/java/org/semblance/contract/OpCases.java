package org.semblance.contract;

import static org.semblance.contract.OpCase.awayFromZero;
import static org.semblance.contract.OpCase.between;
import static org.semblance.contract.OpCase.distinct;
import static org.semblance.contract.OpCase.linear;
import static org.semblance.contract.OpCase.normal;
import static org.semblance.contract.OpCase.of;

import java.util.ArrayList;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Fir;
import org.semblance.backend.Resample;
import org.semblance.ops.BiasAct;
import org.semblance.ops.Conv2d;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Filter;
import org.semblance.ops.FullyConnected;
import org.semblance.ops.MatMul;
import org.semblance.ops.MinibatchStd;
import org.semblance.ops.ModulatedConv2d;
import org.semblance.ops.MsSsim;
import org.semblance.ops.Norm;
import org.semblance.ops.Pool2d;
import org.semblance.ops.Reduce;
import org.semblance.ops.ResampleConv2d;
import org.semblance.ops.Resize;
import org.semblance.ops.Shapes;
import org.semblance.ops.Ssim;
import org.semblance.ops.Upfirdn2d;

/** The cases that every backend proves. */
public final class OpCases {
    private static final Fir LOPSIDED = new Fir(2, 3, new float[] {0.1f, 0.4f, -0.2f, 0.3f, 0.05f, 0.6f});

    private OpCases() {}

    public static List<OpCase> all() {
        List<OpCase> all = new ArrayList<>();
        elementwise(all);
        pairs(all);
        moves(all);
        products(all);
        resampling(all);
        activations(all);
        images(all);
        layers(all);
        return all;
    }

    private static void elementwise(List<OpCase> all) {
        HostArray x = awayFromZero(1, 2, 3, 4);
        HostArray positive = between(2, 0.5, 2, 2, 7);
        all.add(linear("scale", i -> Elementwise.scale(i.get(0), -1.7f), x));
        all.add(of("affine", i -> Elementwise.affine(i.get(0), 2, 3), x));
        all.add(of("square", i -> Elementwise.square(i.get(0)), x).orders(3));
        all.add(of("pow", i -> Elementwise.pow(i.get(0), 1.7f), positive).orders(3));
        all.add(of("pow -2", i -> Elementwise.pow(i.get(0), -2), x));
        all.add(of("pow 2", i -> Elementwise.pow(i.get(0), 2), x).orders(3));
        all.add(of("reciprocal", i -> Elementwise.reciprocal(i.get(0)), positive)
                .orders(3));
        all.add(of("sqrt", i -> Elementwise.sqrt(i.get(0)), positive).orders(3));
        all.add(of("rsqrt", i -> Elementwise.rsqrt(i.get(0)), positive).orders(3));
        all.add(of("exp", i -> Elementwise.exp(i.get(0)), x).orders(3));
        all.add(of("log", i -> Elementwise.log(i.get(0)), positive).orders(3));
        all.add(of("tanh", i -> Elementwise.tanh(i.get(0)), x).orders(3));
        all.add(of("sigmoid", i -> Elementwise.sigmoid(i.get(0)), x).orders(3));
        all.add(of("softplus", i -> Elementwise.softplus(i.get(0)), x).orders(3));
        all.add(of("abs", i -> Elementwise.abs(i.get(0)), x));
        all.add(of("clamp", i -> Elementwise.clamp(i.get(0), -0.05f, 0.05f), x));
        all.add(of("relu", i -> Elementwise.relu(i.get(0)), x));
        all.add(of("leakyRelu", i -> Elementwise.leakyRelu(i.get(0), 0.2f), x));
    }

    private static void pairs(List<OpCase> all) {
        HostArray a = normal(3, 2, 3, 4, 5);
        HostArray channel = between(4, 0.5, 2, 1, 3, 1, 1);
        HostArray row = between(5, 0.5, 2, 2, 1, 4, 1);
        all.add(of("add broadcast", i -> Elementwise.add(i.get(0), i.get(1)), a, channel));
        all.add(of("sub broadcast", i -> Elementwise.sub(i.get(1), i.get(0)), a, channel));
        all.add(linear("mul broadcast", i -> Elementwise.mul(i.get(0), i.get(1)), a, channel)
                .orders(3));
        all.add(of("mul both broadcast", i -> Elementwise.mul(i.get(0), i.get(1)), row, channel));
        all.add(linear("div broadcast", i -> Elementwise.div(i.get(0), i.get(1)), a, channel)
                .orders(3));
        all.add(of("square as product", i -> Elementwise.mul(i.get(0), i.get(0)), a));
        HostArray p = distinct(6, 3, 8);
        HostArray q = new HostArray(Shape.of(3, 8), shifted(p.data()));
        all.add(of("max", i -> Elementwise.max(i.get(0), i.get(1)), p, q));
        all.add(of("min", i -> Elementwise.min(i.get(0), i.get(1)), p, q));
    }

    private static float[] shifted(float[] data) {
        float[] result = new float[data.length];
        for (int i = 0; i < data.length; i++) {
            result[i] = data[i] + (i % 3 == 0 ? 0.3f : -0.3f);
        }
        return result;
    }

    private static void moves(List<OpCase> all) {
        HostArray x = normal(7, 2, 3, 4, 5);
        HostArray w = normal(8, 2, 3, 4, 5);
        all.add(linear("sum axes", i -> Reduce.sum(i.get(0), 1, -1), x));
        all.add(linear("sum all", i -> Reduce.sumAll(i.get(0)), x));
        all.add(linear("mean axes", i -> Reduce.mean(i.get(0), 2, 3), x));
        all.add(linear("mean all", i -> Reduce.meanAll(i.get(0)), x));
        all.add(of("squares", i -> Reduce.squares(i.get(0)), x).orders(3));
        all.add(linear("reshape", i -> Shapes.reshape(i.get(0), 6, 20), x));
        all.add(linear("flatten", i -> Shapes.flatten(i.get(0)), x));
        all.add(linear("permute", i -> Shapes.permute(i.get(0), 2, 0, 3, 1), x));
        all.add(linear("transpose", i -> Shapes.transpose(i.get(0)), normal(9, 3, 4)));
        all.add(linear("slice", i -> Shapes.slice(i.get(0), new int[] {1, 0, 2, 1}, Shape.of(1, 2, 2, 3)), x));
        all.add(linear("narrow", i -> Shapes.narrow(i.get(0), -1, 1, 3), x));
        all.add(linear("select", i -> Shapes.select(i.get(0), 1, 2), x));
        all.add(linear("pad and crop", i -> Shapes.padImage(i.get(0), 2, -1, -2, 3), x));
        all.add(of("concat", i -> Shapes.concat(1, List.of(i.get(0), i.get(1), i.get(0))), x, w));
        all.add(of("stack", i -> Shapes.stack(List.of(i.get(0), i.get(1))), x, w));
        all.add(linear("flip", i -> Shapes.flip(i.get(0), 1, 3), x));
        all.add(linear("broadcast", i -> Shapes.broadcastTo(i.get(0), Shape.of(2, 3, 4, 5)), normal(10, 2, 1, 4, 1)));
    }

    private static void products(List<OpCase> all) {
        for (boolean ta : new boolean[] {false, true}) {
            for (boolean tb : new boolean[] {false, true}) {
                HostArray a = ta ? normal(11, 4, 3) : normal(11, 3, 4);
                HostArray b = tb ? normal(12, 5, 4) : normal(12, 4, 5);
                all.add(linear("matmul " + ta + tb, i -> MatMul.of(i.get(0), ta, i.get(1), tb), a, b));
            }
        }
        HostArray x = normal(13, 2, 4, 6, 5);
        convolution(all, "conv2d", x, normal(14, 6, 4, 3, 3), ConvSpec.padded(1));
        convolution(all, "conv2d stride", x, normal(15, 3, 4, 3, 2), new ConvSpec(2, 1, 0, 2, 1, 0, 1, 1, 1));
        convolution(
                all,
                "conv2d dilation",
                x,
                normal(16, 3, 4, 2, 3),
                ConvSpec.of(1, 2).withDilation(3, 2));
        convolution(
                all,
                "conv2d groups",
                x,
                normal(17, 6, 2, 3, 3),
                ConvSpec.of(2, 1).withGroups(2));
        convolution(
                all,
                "conv2d depthwise",
                x,
                normal(18, 4, 1, 3, 3),
                ConvSpec.padded(1).withGroups(4));
        convolution(all, "conv2d 1x1", x, normal(19, 5, 4, 1, 1), ConvSpec.padded(0));
        all.add(linear(
                "conv2d transposed",
                i -> Conv2d.transposed(i.get(0), i.get(1), new ConvSpec(2, 3, 1, 0, 0, 1, 1, 2, 2), 1, 2),
                x,
                normal(20, 4, 3, 3, 2)));
        all.add(linear(
                "conv2d Keras same", i -> Conv2d.kerasSame(i.get(0), i.get(1), 2, 2), x, normal(21, 2, 4, 3, 4)));
    }

    private static void convolution(List<OpCase> all, String name, HostArray x, HostArray w, ConvSpec spec) {
        Shape out = spec.outShape(x.shape(), w.shape());
        HostArray dy = normal(22, out.dims());
        int h = x.shape().dim(2);
        int width = x.shape().dim(3);
        all.add(linear(name, i -> Conv2d.of(i.get(0), i.get(1), spec), x, w));
        all.add(linear(name + " dataGrad", i -> Conv2d.dataGrad(i.get(0), i.get(1), spec, h, width), dy, w));
        all.add(linear(name + " weightGrad", i -> Conv2d.weightGrad(i.get(0), i.get(1), spec, w.shape()), x, dy));
    }

    private static void resampling(List<OpCase> all) {
        HostArray x = normal(23, 2, 3, 6, 7);
        Resample up = new Resample(2, 3, 1, 1, 2, -1, 1, 3, false, 1.5f);
        Resample down = new Resample(1, 1, 3, 2, 4, 1, -1, 2, true, 0.7f);
        Resample both = new Resample(2, 1, 1, 2, -2, 3, 2, 0, false, 2);
        for (Resample spec : List.of(up, down, both)) {
            all.add(linear("upfirdn2d " + spec, i -> Upfirdn2d.of(i.get(0), LOPSIDED, spec), x));
            Filter row = Filter.separable(0.1f, 0.7f, -0.3f, 0.5f);
            all.add(linear("upfirdn2d separable " + spec, i -> Upfirdn2d.of(i.get(0), row, spec), x));
        }
        all.add(linear("resize up", i -> Resize.bilinear(i.get(0), 9, 5), x));
        all.add(linear("resize down", i -> Resize.bilinear(i.get(0), 3, 2), x));
        HostArray w = normal(24, 4, 3, 3, 3);
        HostArray point = normal(25, 4, 3, 1, 1);
        for (int rates : new int[] {11, 21, 12, 22}) {
            ResampleConv2d.Spec spec =
                    ResampleConv2d.Spec.of(rates / 10, rates % 10, 1).withFlipWeight(rates < 20);
            all.add(linear(
                    "resampleConv " + spec,
                    i -> ResampleConv2d.of(i.get(0), i.get(1), Filter.of(LOPSIDED), spec),
                    x,
                    w));
            all.add(linear(
                    "resampleConv 1x1 " + spec,
                    i -> ResampleConv2d.of(i.get(0), i.get(1), Filter.of(LOPSIDED), spec),
                    x,
                    point));
        }
    }

    private static void activations(List<OpCase> all) {
        HostArray x = awayFromZero(26, 2, 3, 2, 2);
        HostArray small = between(27, -0.05, 0.05, 3);
        for (Activation.Kind kind : Activation.Kind.values()) {
            Activation act = Activation.standard(kind).withGain(1.3f);
            int orders = kind.isPiecewiseLinear() ? 2 : 3;
            all.add(of("biasAct " + kind, i -> BiasAct.of(i.get(0), i.get(1), 1, act), x, small)
                    .orders(orders));
            all.add(of("biasAct bare " + kind, i -> BiasAct.of(i.get(0), null, act), x)
                    .orders(orders));
            Activation tight = act.withClamp(0.1f);
            all.add(of(
                    "biasAct clamped " + kind,
                    i -> BiasAct.of(i.get(0), i.get(1), -1, tight),
                    awayFromZero(28, 4, 3),
                    small));
        }
        Activation odd = Activation.leakyRelu(-0.5f).withGain(-2);
        all.add(of("biasAct negative slope and gain", i -> BiasAct.of(i.get(0), i.get(1), 1, odd), x, small));
    }

    private static void images(List<OpCase> all) {
        HostArray x = distinct(29, 1, 2, 6, 5);
        all.add(of("maxPool", i -> Pool2d.max(i.get(0), Pool2d.torch(3, 2, 2, 1, 1, 0, true)), x));
        all.add(of(
                "maxPool same", i -> Pool2d.max(i.get(0), Pool2d.same(i.get(0).shape(), 3, 3, 2, 2)), x));
        all.add(linear("avgPool", i -> Pool2d.avg(i.get(0), Pool2d.torch(3, 3, 2, 1, 1, 1, true)), x));
        all.add(linear(
                "avgPool same", i -> Pool2d.avg(i.get(0), Pool2d.same(i.get(0).shape(), 3, 2, 2, 2)), x));
        all.add(linear("globalAvgPool", i -> Pool2d.globalAvg(i.get(0)), x));
        HostArray a = between(30, 0, 1, 1, 2, 9, 8);
        HostArray b = between(31, 0, 1, 1, 2, 9, 8);
        Ssim ssim = new Ssim(3, 1, 0.3, 0.5, 1);
        all.add(of("ssim", i -> ssim.of(i.get(0), i.get(1)).ssim(), a, b));
        HostArray like = near(a);
        all.add(of("msSsim", i -> MsSsim.of(i.get(0), i.get(1), ssim, 0.4f, 0.6f), a, like));
    }

    private static HostArray near(HostArray a) {
        HostArray noise = between(32, -0.1, 0.1, a.shape().dims());
        for (int i = 0; i < noise.data().length; i++) {
            noise.data()[i] += a.data()[i];
        }
        return noise;
    }

    private static void layers(List<OpCase> all) {
        HostArray x = normal(33, 4, 3, 3, 2);
        HostArray gamma = between(34, 0.5, 1.5, 3);
        HostArray beta = normal(35, 3);
        all.add(of(
                "batchNorm",
                i -> Norm.batchInference(i.get(0), i.get(1), i.get(2), i.get(3), i.get(4), 1e-3f),
                x,
                gamma,
                beta,
                normal(36, 3),
                between(37, 0.5, 2, 3)));
        all.add(of(
                "batchNorm training",
                i -> Norm.batchTraining(i.get(0), i.get(1), i.get(2), 1e-3f).y(),
                x,
                gamma,
                beta));
        all.add(of("l2", i -> Norm.l2(i.get(0)), normal(38, 3, 5)).orders(3));
        all.add(of("l2 below eps", i -> Norm.l2(i.get(0), 1, 50), normal(38, 3, 5)));
        all.add(of("secondMoment", i -> Norm.secondMoment(i.get(0), 1, 1e-8f), x));
        all.add(of(
                "fullyConnected",
                i -> FullyConnected.of(
                        i.get(0), i.get(1), i.get(2), 0.4f, 0.1f, Activation.standard(Activation.Kind.SWISH)),
                normal(39, 3, 4),
                normal(40, 5, 4),
                normal(41, 5)));
        all.add(of("minibatchStd", i -> MinibatchStd.of(i.get(0), 2, 3), x));
        all.add(of("minibatchStd whole", i -> MinibatchStd.of(i.get(0), 0, 1), x));
        HostArray w = normal(42, 2, 3, 3, 3);
        HostArray styles = between(43, 0.5, 1.5, 4, 3);
        Filter f = Filter.of(LOPSIDED);
        all.add(of(
                "modulatedConv",
                i -> ModulatedConv2d.of(i.get(0), i.get(1), i.get(2), i.get(3), true, 1, 1, 1, null, true),
                x,
                w,
                styles,
                normal(44, 3, 2)));
        all.add(of(
                "modulatedConv up",
                i -> ModulatedConv2d.of(i.get(0), i.get(1), i.get(2), null, true, 2, 1, 1, f, false),
                x,
                w,
                styles));
        all.add(of(
                "modulatedConv plain",
                i -> ModulatedConv2d.of(i.get(0), i.get(1), i.get(2), null, false, 1, 2, 1, f, true),
                x,
                w,
                styles));
    }
}
