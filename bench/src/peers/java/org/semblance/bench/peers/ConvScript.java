package org.semblance.bench.peers;

import org.semblance.bench.ImageShape;

/** A 3x3 convolution of constants, or one of its gradients, so that a layout is converted before the measurement. */
final class ConvScript {
    private ConvScript() {}

    /** What to compute. */
    enum Kind {
        FORWARD,
        DATA_GRADIENT,
        WEIGHT_GRADIENT
    }

    static ScriptModule of(ImageShape shape, Kind kind, boolean channelsLast) {
        ScriptModule module = new ScriptModule();
        String x = module.constant(shape.random(1), channelsLast);
        String w = module.constant(shape.weight(2), channelsLast);
        if (kind == Kind.FORWARD) {
            module.line("return torch.conv2d(%s, %s, None, [1, 1], [1, 1], [1, 1], 1)", x, w);
            return module;
        }
        boolean data = kind == Kind.DATA_GRADIENT;
        module.line(
                "dx, dw, db = torch.convolution_backward(%s, %s, %s, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1,"
                        + " [%s, %s, False])",
                x, x, w, python(data), python(!data));
        module.line("return %s", data ? "dx" : "dw");
        return module;
    }

    private static String python(boolean b) {
        return b ? "True" : "False";
    }
}
