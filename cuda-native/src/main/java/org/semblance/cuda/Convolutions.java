package org.semblance.cuda;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;
import org.semblance.array.Layout;
import org.semblance.array.Memory;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.View;
import org.semblance.cuda.ConvKey.Direction;
import org.semblance.cuda.ConvPlan.Format;

/**
 * Convolutions by cuDNN, plans cached per shape. cuDNN pads both sides of an axis alike: other paddings go through a
 * padded copy. Where work may round, images go through tensor cores in bfloat16, and stay so; what has groups, or
 * channels out that are not in eights, in TF32. A geometry that its deterministic algorithms refuse, or arrays of more
 * elements than it takes, is computed by plain loops of our own.
 */
final class Convolutions {
    private static final int CAPACITY = 1024;

    private final Cudnn cudnn;
    private final DevicePool pool;
    private final Kernels kernels;
    private final Halves halves;
    private final Map<Wanted, ConvPlan> plans = new LinkedHashMap<>(64, 0.75f, true);
    private long calls;
    private long created;

    Convolutions(Cudnn cudnn, DevicePool pool, Kernels kernels, Halves halves) {
        this.cudnn = cudnn;
        this.pool = pool;
        this.kernels = kernels;
        this.halves = halves;
    }

    /** Opens what the calling thread's stream needs, if it is not open. */
    void open() {
        cudnn.handle();
    }

    long calls() {
        return calls;
    }

    long created() {
        return created;
    }

    void forward(ConvSpec spec, NdArray x, NdArray w, NdArray y) {
        forward(spec, x, w, y, null);
    }

    /** @param end what comes behind the convolution, or null */
    void forward(ConvSpec spec, NdArray x, NdArray w, NdArray y, @Nullable Epilogue end) {
        if (isEven(spec)) {
            run(new ConvKey(Direction.FORWARD, spec, x.shape(), w.shape(), y.shape()), x, w, y, end);
            return;
        }
        NdArray padded = padded(spec, x);
        try {
            forward(unpadded(spec), padded, w, y, end);
        } finally {
            padded.memory().release();
        }
    }

    void data(ConvSpec spec, NdArray dy, NdArray w, NdArray dx) {
        if (isEven(spec)) {
            run(new ConvKey(Direction.DATA, spec, dx.shape(), w.shape(), dy.shape()), dy, w, dx, null);
            return;
        }
        pool.read(dy.memory());
        NdArray padded = allocate(paddedShape(spec, dx.shape()));
        try {
            data(unpadded(spec), dy, w, padded);
            pool.read(padded);
            pool.write(dx);
            kernels.gather(padded, inner(spec, padded, dx.shape()), dx);
        } finally {
            padded.memory().release();
        }
    }

    void weights(ConvSpec spec, NdArray x, NdArray dy, NdArray dw) {
        if (isEven(spec)) {
            run(new ConvKey(Direction.WEIGHTS, spec, x.shape(), dw.shape(), dy.shape()), x, dy, dw, null);
            return;
        }
        NdArray padded = padded(spec, x);
        try {
            weights(unpadded(spec), padded, dy, dw);
        } finally {
            padded.memory().release();
        }
    }

    /** A bias per channel and an activation. */
    record Epilogue(Activation act, NdArray bias) {}

    private void run(ConvKey key, NdArray a, NdArray b, NdArray result, @Nullable Epilogue end) {
        if (key.isEmpty()) {
            pool.write(result);
            kernels.fill(result, 0);
        } else if (Rounding.isAllowed() && key.suitsHalves() && runInHalves(key, a, b, result, end)) {
            return;
        } else {
            runInFloats(key, a, b, result);
        }
        if (end != null) {
            activate(end, result);
        }
    }

    private void activate(Epilogue end, NdArray result) {
        pool.read(end.bias());
        pool.change(result);
        kernels.biasAct(end.act(), result, end.bias(), 1, result);
    }

    private void runInFloats(ConvKey key, NdArray a, NdArray b, NdArray result) {
        pool.read(a);
        pool.read(b);
        pool.write(result);
        ConvPlan plan = plan(key, Rounding.isAllowed() ? Format.TF32 : Format.FLOAT32);
        if (!plan.isSupported() || !tryRun(plan, a.address(), b.address(), result.address())) {
            loops(key, a.address(), b.address(), result.address());
        }
    }

    /** On channels-last forms in bfloat16; whether cuDNN took it. */
    private boolean runInHalves(ConvKey key, NdArray a, NdArray b, NdArray result, @Nullable Epilogue end) {
        ConvPlan plan = plan(key.inGroups(), Format.BFLOAT16);
        if (!plan.isSupported()) {
            return false;
        }
        long left = halves.of(a);
        long right = halves.of(b);
        long made = halves.make(result);
        if (!tryRun(plan, left, right, made)) {
            return false;
        }
        boolean plain = end != null && end.act().isPlain();
        if (end != null && plain) {
            pool.read(end.bias());
            halves.activate(end.act(), result.shape(), made, end.bias());
        }
        halves.made(result);
        if (end != null && !plain) {
            activate(end, result);
        }
        return true;
    }

    /** Whether cuDNN took the convolution; it can refuse a geometry as late as here. */
    private boolean tryRun(ConvPlan plan, long a, long b, long result) {
        Memory space = plan.workspace() == 0 ? null : pool.allocate(plan.workspace());
        try {
            calls++;
            int status = plan.run(a, b, result, space == null ? 0 : space.address());
            if (Cudnn.isRefusal(status)) {
                plan.refuse();
                return false;
            }
            Cudnn.check("cudnnConvolution", status);
            return true;
        } finally {
            if (space != null) {
                space.release();
            }
        }
    }

    private void loops(ConvKey key, long a, long b, long result) {
        switch (key.direction()) {
            case FORWARD -> kernels.conv2d(key, a, b, result);
            case DATA -> kernels.conv2dDataGrad(key, a, b, result);
            case WEIGHTS -> kernels.conv2dWeightGrad(key, a, b, result);
        }
    }

    /** A convolution and what multiplies. */
    private record Wanted(ConvKey key, Format format) {}

    private ConvPlan plan(ConvKey key, Format format) {
        Wanted wanted = new Wanted(key, format);
        ConvPlan known = plans.get(wanted);
        if (known != null) {
            return known;
        }
        if (plans.size() >= CAPACITY) {
            var eldest = plans.entrySet().iterator();
            ConvPlan given = eldest.next().getValue();
            eldest.remove();
            given.close();
        }
        ConvPlan plan = new ConvPlan(cudnn, key, format);
        created++;
        plans.put(wanted, plan);
        return plan;
    }

    private static boolean isEven(ConvSpec s) {
        return s.padTop() == s.padBottom() && s.padLeft() == s.padRight();
    }

    private static ConvSpec unpadded(ConvSpec s) {
        return new ConvSpec(s.strideY(), s.strideX(), 0, 0, 0, 0, s.dilationY(), s.dilationX(), s.groups());
    }

    private static Shape paddedShape(ConvSpec s, Shape x) {
        return x.with(2, x.dim(2) + s.padTop() + s.padBottom()).with(3, x.dim(3) + s.padLeft() + s.padRight());
    }

    private static View inner(ConvSpec s, NdArray padded, Shape x) {
        return View.box(padded, new int[] {0, 0, s.padTop(), s.padLeft()}, x);
    }

    /** A copy of x with its zeros around it; the caller releases it. */
    private NdArray padded(ConvSpec spec, NdArray x) {
        pool.read(x);
        NdArray padded = allocate(paddedShape(spec, x.shape()));
        kernels.fill(padded, 0);
        kernels.scatter(x, inner(spec, padded, x.shape()), padded);
        return padded;
    }

    private NdArray allocate(Shape shape) {
        return new NdArray(shape, DType.F32, Layout.PLAIN, pool.allocate(shape.count() * DType.F32.bytes()));
    }
}
