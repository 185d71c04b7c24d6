package org.semblance.cuda;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Layout;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.Binary;
import org.semblance.backend.PoolSpec;
import org.semblance.backend.View;

/**
 * Images in channels-last bfloat16, where work may round: what convolutions give stays in that form through
 * activations, sums, pools and joined channels, to the next convolution. Each operation here says whether it was done
 * so; what is not is done on float32 elements, which {@link DevicePool#read} makes of the form when they are first
 * asked for. In recorded work that may be never; outside it they are made at once, so that others find them, and both
 * have the same bits.
 */
final class Halves {
    private static final int BFLOAT16 = 1;
    private static final int BYTES = 2;

    /** Elements of a window whose places fit a byte. */
    private static final int MOST_PLACES = 256;

    private final DevicePool pool;
    private final Kernels kernels;

    Halves(DevicePool pool, Kernels kernels) {
        this.pool = pool;
        this.kernels = kernels;
    }

    /** Makes the elements of memory from its form. */
    static void settle(DeviceMemory memory, HalfForm form, long stream) {
        Kernels.check("smb_from_halves", floats(form, 0, memory.address(), stream));
        memory.settled();
    }

    private static int floats(HalfForm form, long scale, long y, long stream) {
        Shape s = form.shape();
        int size = s.dim(2) * s.dim(3);
        long from = form.memory().address();
        return SemblanceKernels.smb_from_halves(
                stream, BFLOAT16, s.dim(0), s.dim(1), HalfForm.row(s), size, from, scale, y);
    }

    private void round(NdArray x, long scale, long form) {
        Shape s = x.shape();
        int size = s.dim(2) * s.dim(3);
        kernels.launched(
                "smb_to_halves",
                SemblanceKernels.smb_to_halves(
                        kernels.stream(),
                        BFLOAT16,
                        s.dim(0),
                        s.dim(1),
                        HalfForm.row(s),
                        size,
                        x.address(),
                        scale,
                        form));
    }

    /** Gives back the forms of work that has ended; what is still needed of them is made before, if it ended well. */
    void end(Rounding work, boolean whole) {
        try {
            for (DeviceMemory memory : work.formed()) {
                if (whole && memory.isStale()) {
                    pool.settle(memory);
                }
            }
        } finally {
            work.drop();
        }
    }

    // --- forms
    // --------------------------------------------------------------------------------------------------------

    private static @Nullable HalfForm known(NdArray x) {
        HalfForm form = DevicePool.memory(x).half();
        return form != null && form.serves(x) ? form : null;
    }

    /** Whether an image is exactly its form, with channels in eights, so that operations on it belong here. */
    private static boolean isHalf(NdArray x) {
        HalfForm form = Rounding.isAllowed() ? known(x) : null;
        return form != null && form.exact() && x.shape().dim(1) % HalfForm.GROUP == 0;
    }

    /**
     * Address of the form of an image, or of weights; made if there is none. A form that lasts stays, since recorded
     * work may read it: what the same elements are in another shape is put aside.
     */
    long of(NdArray x) {
        HalfForm known = known(x);
        if (known != null) {
            pool.read(known.memory());
            return known.memory().address();
        }
        pool.read(x);
        DeviceMemory memory = DevicePool.memory(x);
        boolean other = memory.hasLasting();
        boolean lasts = memory.isConstant() && Recording.current() == null && !other;
        HalfForm form = form(x, false, lasts ? null : Rounding.current());
        boolean done = false;
        try {
            round(x, 0, form.memory().address());
            done = true;
        } finally {
            if (!done) {
                form.memory().release();
            }
        }
        if (other) {
            Rounding.current().aside(form.memory());
        } else {
            memory.keep(form);
            note(memory, form);
        }
        return form.memory().address();
    }

    private HalfForm form(NdArray x, boolean exact, @Nullable Rounding work) {
        long bytes = HalfForm.pixels(x.shape()) * HalfForm.row(x.shape()) * BYTES;
        return new HalfForm(pool.allocate(bytes), x.shape(), exact, work);
    }

    private static void note(DeviceMemory memory, HalfForm form) {
        if (form.work() != null) {
            form.work().formed(memory);
        }
    }

    /** Where the form of an image is to be written, which then is all there is of it. */
    long make(NdArray y) {
        pool.write(y);
        DeviceMemory memory = DevicePool.memory(y);
        HalfForm form = form(y, true, Rounding.current());
        memory.keep(form);
        memory.standsIn();
        note(memory, form);
        return form.memory().address();
    }

    /** What follows each {@link #make}, when the form is written. */
    void made(NdArray y) {
        if (!DevicePool.isLent(y.memory())) {
            pool.settle(DevicePool.memory(y));
        }
    }

    // --- operations
    // --------------------------------------------------------------------------------------------------------

    /** Adds a bias, or none, and activates in place what {@link #make} gave the address of. */
    void activate(Activation act, Shape image, long form, @Nullable NdArray bias) {
        activate(act, image, form, bias, form);
    }

    private void activate(Activation act, Shape image, long x, @Nullable NdArray bias, long y) {
        kernels.launched(
                "smb_half_bias_act",
                SemblanceKernels.smb_half_bias_act(
                        kernels.stream(),
                        HalfForm.pixels(image),
                        image.dim(1),
                        x,
                        bias == null ? 0 : bias.address(),
                        act.slope(),
                        y));
    }

    boolean biasAct(Activation act, NdArray x, @Nullable NdArray b, int axis, NdArray y) {
        if (!act.isPlain() || (b != null && axis != 1) || !isHalf(x)) {
            return false;
        }
        if (b != null) {
            pool.read(b);
        }
        activate(act, x.shape(), of(x), b, make(y));
        made(y);
        return true;
    }

    boolean biasActGrad(Activation act, int order, NdArray dy, NdArray x, @Nullable NdArray b, NdArray dx) {
        if (!act.isPlain() || order != 1 || b != null || !isHalf(x) || !isPlain(dy)) {
            return false;
        }
        long count = dx.shape().count();
        long grad = of(dy);
        long at = of(x);
        kernels.launched(
                "smb_half_act_grad",
                SemblanceKernels.smb_half_act_grad(kernels.stream(), count, grad, at, act.slope(), make(dx)));
        made(dx);
        return true;
    }

    private static boolean isPlain(NdArray x) {
        return x.layout() == Layout.PLAIN;
    }

    boolean binary(Binary f, NdArray a, NdArray b, NdArray y) {
        boolean apart = y.memory() != a.memory() && y.memory() != b.memory();
        return apart
                && Rounding.isAllowed()
                && (f == Binary.ADD ? add(a, b, y) : f == Binary.MULTIPLY && scale(a, b, y));
    }

    private boolean add(NdArray a, NdArray b, NdArray y) {
        if (!a.shape().equals(b.shape()) || !isHalf(a) || !isHalf(b)) {
            return false;
        }
        long count = y.shape().count();
        kernels.launched("smb_half_add", SemblanceKernels.smb_half_add(kernels.stream(), count, of(a), of(b), make(y)));
        made(y);
        return true;
    }

    /**
     * Weights times a factor for each output, which a convolution takes next, become a form; the form of their gradient
     * times the same, which an optimiser takes next, becomes float32.
     */
    private boolean scale(NdArray a, NdArray b, NdArray y) {
        Shape s = a.shape();
        boolean fits = s.rank() == 4 && isPlain(a) && isPlain(y) && s.dim(1) % HalfForm.GROUP == 0;
        if (!fits || s.count() == 0 || !s.equals(y.shape()) || !b.shape().equals(Shape.of(s.dim(0), 1, 1, 1))) {
            return false;
        }
        HalfForm form = isHalf(a) ? DevicePool.memory(a).half() : null;
        if (form == null) {
            pool.read(a);
            pool.read(b);
            round(a, b.address(), make(y));
            made(y);
        } else {
            pool.read(form.memory());
            pool.read(b);
            pool.write(y);
            kernels.launched("smb_from_halves", floats(form, b.address(), y.address(), kernels.stream()));
        }
        return true;
    }

    /** Sums over all but the channels. */
    boolean sum(NdArray x, NdArray y) {
        if (!isHalf(x) || !y.shape().equals(Shape.of(1, x.shape().dim(1), 1, 1))) {
            return false;
        }
        long rows = HalfForm.pixels(x.shape());
        int c = x.shape().dim(1);
        long wanted = SemblanceKernels.smb_half_channel_sums_scratch(rows, c);
        long from = of(x);
        pool.write(y);
        try (Blocks scratch = new Blocks(pool)) {
            long partial = wanted == 0 ? 0 : scratch.floats(wanted);
            kernels.launched(
                    "smb_half_channel_sums",
                    SemblanceKernels.smb_half_channel_sums(kernels.stream(), rows, c, from, y.address(), partial));
        }
        return true;
    }

    /** Some of the channels of an image. */
    boolean gather(NdArray x, View view, NdArray y) {
        if (!isHalf(x) || !isPlain(y) || !y.shape().equals(view.shape())) {
            return false;
        }
        int first = firstChannel(x, view);
        if (first < 0) {
            return false;
        }
        int row = HalfForm.row(x.shape());
        channels(y.shape(), of(x) + (long) first * BYTES, row, make(y), HalfForm.row(y.shape()));
        made(y);
        return true;
    }

    /** An image to some of the channels of another, whose others are there already in that form, or not yet at all. */
    boolean scatter(NdArray x, View view, NdArray y) {
        if (!isHalf(x) || !isPlain(y) || y.shape().rank() != 4 || y.shape().dim(1) % HalfForm.GROUP != 0) {
            return false;
        }
        int first = firstChannel(y, view);
        boolean known = isHalf(y);
        if (first < 0 || !(known || DevicePool.memory(y).isBlank())) {
            return false;
        }
        long from = of(x);
        long to = known ? extended(y) : make(y);
        channels(x.shape(), from, HalfForm.row(x.shape()), to + (long) first * BYTES, HalfForm.row(y.shape()));
        made(y);
        return true;
    }

    /** Where more of an image's form is to be written. */
    private long extended(NdArray y) {
        DeviceMemory memory = DevicePool.memory(y);
        HalfForm form = Objects.requireNonNull(memory.half());
        pool.write(memory);
        pool.write(form.memory());
        memory.standsIn();
        return form.memory().address();
    }

    /** The first of the channels that a view of a plain image stands for, or -1 if it stands for something else. */
    private static int firstChannel(NdArray image, View view) {
        Shape all = image.shape();
        Shape some = view.shape();
        if (some.rank() != 4 || !some.with(1, all.dim(1)).equals(all) || some.dim(1) % HalfForm.GROUP != 0) {
            return -1;
        }
        int first = (int) (view.offset() / Math.max(1, all.dim(2) * all.dim(3)));
        boolean aligned = first % HalfForm.GROUP == 0 && first + some.dim(1) <= all.dim(1);
        View box = aligned ? View.box(image, new int[] {0, first, 0, 0}, some) : null;
        boolean same = box != null && box.offset() == view.offset() && Arrays.equals(box.strides(), view.strides());
        return same ? first : -1;
    }

    private void channels(Shape image, long x, int xRow, long y, int yRow) {
        kernels.launched(
                "smb_half_channels",
                SemblanceKernels.smb_half_channels(
                        kernels.stream(), HalfForm.pixels(image), image.dim(1), x, xRow, y, yRow));
    }

    // --- pools
    // --------------------------------------------------------------------------------------------------------

    private static int[] geometry(PoolSpec spec, NdArray big, NdArray small) {
        int[] geometry = Kernels.geometry(spec, big, small);
        geometry[0] = big.shape().dim(0);
        return geometry;
    }

    boolean maxPool(PoolSpec spec, NdArray x, NdArray y) {
        if (!isHalf(x)) {
            return false;
        }
        int c = x.shape().dim(1);
        kernels.launched(
                "smb_half_max_pool",
                SemblanceKernels.smb_half_max_pool(kernels.stream(), geometry(spec, x, y), c, of(x), make(y)));
        made(y);
        return true;
    }

    boolean maxPoolScatter(PoolSpec spec, NdArray x, NdArray dy, NdArray dx) {
        if (!isHalf(x) || !isPlain(dy) || spec.kernelY() * spec.kernelX() > MOST_PLACES) {
            return false;
        }
        int[] geometry = geometry(spec, x, dy);
        int c = x.shape().dim(1);
        long from = of(x);
        long grad = of(dy);
        try (Blocks scratch = new Blocks(pool)) {
            long places = scratch.bytes(dy.shape().count());
            kernels.launched(
                    "smb_half_max_pool_scatter",
                    SemblanceKernels.smb_half_max_pool_scatter(
                            kernels.stream(), geometry, c, from, grad, make(dx), places));
        }
        made(dx);
        return true;
    }

    boolean avgPool(PoolSpec spec, NdArray x, NdArray y) {
        if (!isHalf(x)) {
            return false;
        }
        int c = x.shape().dim(1);
        kernels.launched(
                "smb_half_avg_pool",
                SemblanceKernels.smb_half_avg_pool(kernels.stream(), geometry(spec, x, y), c, of(x), make(y)));
        made(y);
        return true;
    }

    boolean avgPoolGrad(PoolSpec spec, NdArray dy, NdArray dx) {
        if (!isHalf(dy)) {
            return false;
        }
        int c = dx.shape().dim(1);
        kernels.launched(
                "smb_half_avg_pool_grad",
                SemblanceKernels.smb_half_avg_pool_grad(kernels.stream(), geometry(spec, dx, dy), c, of(dy), make(dx)));
        made(dx);
        return true;
    }
}
