package org.semblance.cpu;

import java.util.function.LongConsumer;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.View;

/**
 * Convolutions by oneDNN: channels-last activations, weights in the order that the primitive asks for. Weights of a
 * sealed array are reordered once and kept beside it. Weights are never declared plain to a primitive, since that
 * selects the reference kernel, which is about 190 times slower.
 */
final class Convolutions {
    private static final int CHANNEL_BLOCK = 16;

    private final Dnnl dnnl;
    private final HostPool pool;
    private final ConvPlans plans;
    private final Winograd winograd;

    Convolutions(Dnnl dnnl, HostPool pool, ConvPlans plans, Winograd winograd) {
        this.dnnl = dnnl;
        this.pool = pool;
        this.plans = plans;
        this.winograd = winograd;
    }

    void forward(ConvSpec spec, NdArray x, NdArray w, NdArray y) {
        if (Winograd.suits(spec, x.shape(), w.shape(), isKept(w))) {
            winograd(x, w, false, y);
            return;
        }
        ConvPlan plan = plans.get(ConvKey.of(ConvKey.Direction.FORWARD, spec, x.shape(), w.shape(), y.shape()));
        withWeights(plan, w, weights -> dnnl.run(plan.main(), x.address(), weights, y.address()));
    }

    /** Convolution, bias and activation in one primitive, if it can compute this activation; says whether it did. */
    boolean tryForward(ConvSpec spec, Activation act, NdArray x, NdArray w, NdArray b, NdArray y) {
        if (!act.kind().isPiecewiseLinear() || act.gain() != 1) {
            return false;
        }
        ConvKey.Epilogue epilogue = new ConvKey.Epilogue(false, true, act.slope(), act.clamp());
        ConvPlan plan = plans.get(
                new ConvKey(ConvKey.Direction.FORWARD, spec, x.shape(), w.shape(), y.shape(), false, epilogue));
        withWeights(plan, w, weights -> dnnl.run(plan.main(), x.address(), weights, y.address(), b.address()));
        return true;
    }

    void data(ConvSpec spec, NdArray dy, NdArray w, NdArray dx) {
        if (Winograd.suits(spec, dx.shape(), w.shape(), isKept(w))) {
            winograd(dy, w, true, dx);
            return;
        }
        ConvPlan plan = plans.get(ConvKey.of(ConvKey.Direction.DATA, spec, dx.shape(), w.shape(), dy.shape()));
        withWeights(plan, w, weights -> dnnl.run(plan.main(), dy.address(), weights, dx.address()));
    }

    private static boolean isKept(NdArray w) {
        return HostMemory.of(w).isSealed();
    }

    private void winograd(NdArray x, NdArray w, boolean transposed, NdArray y) {
        Winograd.Image image = Winograd.Image.of(x.shape(), y.shape().dim(1));
        int in = image.elements(image.in());
        int out = image.elements(image.out());
        winograd.withWeights(w, transposed, x.shape(), weights -> {
            for (int n = 0; n < x.shape().dim(0); n++) {
                winograd.run(
                        HostMemory.floats(x),
                        n * in,
                        null,
                        image,
                        weights,
                        HostMemory.floats(y),
                        n * out,
                        Winograd.AS_IS);
            }
        });
    }

    void weights(ConvSpec spec, NdArray x, NdArray dy, NdArray dw) {
        if (overruns(spec, x.shape(), dw.shape())) {
            visitedWeights(x, dy, dw, spec);
            return;
        }
        if (Winograd.suits(spec, x.shape(), dw.shape(), false)) {
            winograd.weightGradient(x, dy, dw);
            return;
        }
        ConvPlan plan = plans.get(ConvKey.of(ConvKey.Direction.WEIGHTS, spec, x.shape(), dw.shape(), dy.shape()));
        HostMemory blocked = pool.allocate(plan.weightBytes());
        try {
            dnnl.run(plan.main(), x.address(), dy.address(), blocked.address());
            dnnl.run(plan.reorder(), blocked.address(), dw.address());
        } finally {
            blocked.release();
        }
    }

    /**
     * Whether oneDNN's kernel (3.11, strided 1x1 with fewer than 16 channels in) would write past the end of its
     * scratch memory: gradients come out right, and the process dies later.
     */
    private static boolean overruns(ConvSpec spec, Shape x, Shape w) {
        return w.dim(2) * w.dim(3) == 1 && isBare(spec) && x.dim(1) < CHANNEL_BLOCK;
    }

    /** Whether there is a stride, and nothing around the picture or apart. */
    private static boolean isBare(ConvSpec spec) {
        int pads = spec.padTop() + spec.padBottom() + spec.padLeft() + spec.padRight();
        return spec.strideY() * spec.strideX() > 1 && spec.groups() == 1 && pads == 0;
    }

    /** The gradient of the weights of a strided 1x1 convolution from the pixels that it visits. */
    private void visitedWeights(NdArray x, NdArray dy, NdArray dw, ConvSpec spec) {
        Shape seen = Shape.of(
                x.shape().dim(0),
                x.shape().dim(1),
                dy.shape().dim(2),
                dy.shape().dim(3));
        HostMemory memory = pool.allocate(seen.count() * x.dtype().bytes());
        try {
            NdArray visited = new NdArray(seen, x.dtype(), x.layout(), memory);
            long[] strides = x.layout().strides(x.shape());
            strides[2] *= spec.strideY();
            strides[3] *= spec.strideX();
            Copies.gather(x, new View(seen, 0, strides), visited);
            weights(ConvSpec.of(1, 0), visited, dy, dw);
        } finally {
            memory.release();
        }
    }

    /** The name of the kernel that oneDNN chose. */
    String kernel(ConvKey.Direction direction, ConvSpec spec, Shape x, Shape w, Shape y) {
        return plans.get(ConvKey.of(direction, spec, x, w, y)).kernel();
    }

    /** Runs the body on the address of weights in a plan's order. */
    void withWeights(ConvPlan plan, NdArray w, LongConsumer body) {
        HostMemory plain = HostMemory.of(w);
        if (plain.isSealed()) {
            body.accept(plain.derived(plan.weightOrder(), k -> reordered(plan, w.address()))
                    .address());
            return;
        }
        HostMemory blocked = reordered(plan, w.address());
        try {
            body.accept(blocked.address());
        } finally {
            blocked.release();
        }
    }

    /** Row-major weights in a plan's order; the caller releases them. */
    HostMemory reordered(ConvPlan plan, long plainWeights) {
        HostMemory blocked = pool.allocate(plan.weightBytes());
        dnnl.run(plan.reorder(), plainWeights, blocked.address());
        return blocked;
    }
}
