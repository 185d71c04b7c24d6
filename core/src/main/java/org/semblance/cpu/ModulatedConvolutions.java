package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.Activation;
import org.semblance.backend.Fir;
import org.semblance.backend.ModulatedSpec;
import org.semblance.backend.Resample;

/**
 * Whole StyleGAN2 layers, image by image, so that styles and demodulation are numbers per channel.
 *
 * <p>Large images with many channels go through {@link Winograd}, whose transforms scale the input and finish the
 * output. Of the rest, where activations outnumber weights (the highest resolutions), styles and demodulation are
 * multiplied into a copy of the weights; elsewhere the activations are scaled and one reordered copy of the weights
 * serves all calls. Demodulation, bias, activation and clamp run inside the convolution primitive, or inside that of
 * the
 * filter when enlarging; with noise, which oneDNN's convolutions cannot add fast, they run in one pass of Java.
 */
final class ModulatedConvolutions {
    private final Dnnl dnnl;
    private final HostPool pool;
    private final ConvPlans plans;
    private final Convolutions convolutions;
    private final BlurWeights blurs;
    private final Winograd winograd;

    ModulatedConvolutions(Dnnl dnnl, HostPool pool, ConvPlans plans, Convolutions convolutions, Winograd winograd) {
        this.winograd = winograd;
        this.dnnl = dnnl;
        this.pool = pool;
        this.plans = plans;
        this.convolutions = convolutions;
        blurs = new BlurWeights(pool, convolutions);
    }

    static boolean fuses(ModulatedSpec spec, Shape w) {
        Activation act = spec.act();
        int k = w.dim(2);
        return act.kind().isPiecewiseLinear()
                && act.gain() > 0
                && act.slope() >= 0
                && act.slope() <= 1
                && w.dim(3) == k
                && k % 2 == 1
                && Math.max(w.dim(0), w.dim(1)) <= Staging.BLOCK
                && (spec.up() == 1 || fusesFilter(spec, k));
    }

    private static boolean fusesFilter(ModulatedSpec spec, int k) {
        Fir filter = spec.filter();
        Resample blur = spec.blur(k);
        return k == 3
                && filter != null
                && filter.width() == filter.height()
                && Math.min(blur.padLeft(), blur.padRight()) >= 0
                && Math.max(blur.padLeft(), blur.padRight()) < filter.width();
    }

    void forward(
            ModulatedSpec spec,
            NdArray x,
            NdArray w,
            NdArray styles,
            @Nullable NdArray demodulation,
            @Nullable NdArray noise,
            NdArray bias,
            NdArray y) {
        LayerGeometry g = LayerGeometry.of(spec, x.shape(), w.shape(), y.shape());
        List<OneImage> images = new ArrayList<>();
        for (int n = 0; n < x.shape().dim(0); n++) {
            LayerFactors f = LayerFactors.of(spec.act(), n, styles, demodulation, bias);
            images.add(new OneImage(g, f, x, y, noise, n));
        }
        if (images.size() > 1 && images.get(0).sharesWeights(w)) {
            forwardTogether(new LayerGeometry(spec, x.shape(), w.shape(), y.shape()), images, w, y);
        } else {
            images.forEach(image -> image.forward(w));
        }
    }

    /** All images in one convolution, so that large weights are read once. */
    private void forwardTogether(LayerGeometry g, List<OneImage> images, NdArray w, NdArray y) {
        ConvPlan plan = plans.get(g.forward(ConvKey.Epilogue.NONE));
        try (Scratch scaled = Scratch.of(pool, g.x().intCount())) {
            images.forEach(image -> image.scaleTo(scaled.floats()));
            convolutions.withWeights(plan, w, weights -> convolve(g, w, plan, scaled.address(), weights, y.address()));
        }
        images.forEach(OneImage::finish);
    }

    private void convolve(LayerGeometry g, NdArray w, ConvPlan plan, long in, long weights, long out) {
        if (!g.enlarges()) {
            dnnl.run(plan.main(), in, weights, out);
            return;
        }
        try (Scratch wide = Scratch.of(pool, g.wide().intCount())) {
            dnnl.run(plan.main(), in, weights, wide.address());
            ConvPlan blur = plans.get(g.blur(ConvKey.Epilogue.NONE));
            blurs.with(g, false, blur, w, taps -> dnnl.run(blur.main(), wide.address(), taps, out));
        }
    }

    void backward(
            ModulatedSpec spec,
            NdArray dy,
            NdArray x,
            NdArray y,
            NdArray w,
            NdArray styles,
            @Nullable NdArray demodulation,
            @Nullable NdArray noise,
            NdArray bias,
            NdArray dx,
            NdArray dStyles,
            @Nullable NdArray dDemodulation) {
        LayerGeometry g = LayerGeometry.of(spec, x.shape(), w.shape(), y.shape());
        for (int n = 0; n < x.shape().dim(0); n++) {
            LayerFactors f = LayerFactors.of(spec.act(), n, styles, demodulation, bias);
            new OneImage(g, f, x, y, noise, n).backward(w, dy, dx, dStyles, dDemodulation);
        }
    }

    /** One image in one layer. */
    private final class OneImage {
        private final LayerGeometry g;
        private final LayerFactors f;
        private final FloatBuffer x;
        private final FloatBuffer y;
        private final @Nullable FloatBuffer noise;
        private final int n;
        private final int xAt;
        private final int yAt;
        private final int noiseAt;
        private final long xAddress;
        private final long yAddress;

        OneImage(LayerGeometry g, LayerFactors f, NdArray x, NdArray y, @Nullable NdArray noise, int n) {
            this.g = g;
            this.f = f;
            this.n = n;
            this.x = HostMemory.floats(x);
            this.y = HostMemory.floats(y);
            this.noise = noise == null ? null : HostMemory.floats(noise);
            xAt = n * g.x().intCount();
            yAt = n * g.y().intCount();
            noiseAt = noise == null || noise.shape().dim(0) == 1 ? 0 : n * pixels(g.y());
            xAddress = x.address() + 4L * xAt;
            yAddress = y.address() + 4L * yAt;
        }

        private static int pixels(Shape image) {
            return image.dim(2) * image.dim(3);
        }

        /** Whether it goes through weights as they are, and is finished after the convolution. */
        boolean sharesWeights(NdArray w) {
            return noise != null && !g.foldsWeights() && !usesWinograd(w);
        }

        /** Its part of the scaled images of a batch. */
        void scaleTo(FloatBuffer batch) {
            int size = g.x().intCount();
            LayerPasses.scale(x, xAt, pixels(g.x()), f.style(), batch.slice(n * size, size));
        }

        void finish() {
            LayerPasses.finish(y, yAt, pixels(g.y()), Objects.requireNonNull(noise), noiseAt, f, true);
        }

        void forward(NdArray w) {
            if (usesWinograd(w)) {
                forwardWinograd(w);
                return;
            }
            boolean folds = g.foldsWeights();
            ConvKey.Epilogue epilogue = noise == null
                    ? new ConvKey.Epilogue(
                            !folds && f.hasFactor(),
                            true,
                            f.act().slope(),
                            f.act().clamp())
                    : ConvKey.Epilogue.NONE;
            if (folds) {
                forwardFolded(w, epilogue);
            } else {
                forwardScaled(w, epilogue);
            }
            if (noise != null) {
                LayerPasses.finish(y, yAt, pixels(g.y()), noise, noiseAt, f, !folds);
            }
        }

        private boolean usesWinograd(NdArray w) {
            return !g.enlarges()
                    && Winograd.suits(g.x(), g.w(), HostMemory.of(w).isSealed());
        }

        private void forwardWinograd(NdArray w) {
            Winograd.Image image = Winograd.Image.of(g.x(), g.out());
            Winograd.Finish finish = LayerPasses.finisher(noise, noiseAt, image.width(), Winograd.MAX_PIECE, f);
            winograd.withWeights(
                    w, false, g.x(), weights -> winograd.run(x, xAt, f.style(), image, weights, y, yAt, finish));
        }

        private void forwardFolded(NdArray w, ConvKey.Epilogue epilogue) {
            ConvPlan plan = plans.get(g.forward(epilogue));
            try (Scratch scaled = Scratch.of(pool, g.w().intCount())) {
                LayerPasses.foldWeights(HostMemory.floats(w), g.taps(), f.style(), f.factor(), scaled.floats());
                try (Scratch weights = new Scratch(convolutions.reordered(plan, scaled.address()))) {
                    convolve(w, plan, xAddress, weights.address(), epilogue);
                }
            }
        }

        private void forwardScaled(NdArray w, ConvKey.Epilogue epilogue) {
            ConvPlan plan = plans.get(g.forward(epilogue));
            try (Scratch scaled = Scratch.of(pool, g.x().intCount())) {
                LayerPasses.scale(x, xAt, pixels(g.x()), f.style(), scaled.floats());
                convolutions.withWeights(plan, w, weights -> convolve(w, plan, scaled.address(), weights, epilogue));
            }
        }

        private void convolve(NdArray w, ConvPlan plan, long in, long weights, ConvKey.Epilogue epilogue) {
            if (!g.enlarges()) {
                runTo(yAddress, plan, in, weights, epilogue);
                return;
            }
            try (Scratch wide = Scratch.of(pool, g.wide().intCount())) {
                dnnl.run(plan.main(), in, weights, wide.address());
                ConvPlan blur = plans.get(g.blur(epilogue));
                blurs.with(g, false, blur, w, taps -> runTo(yAddress, blur, wide.address(), taps, epilogue));
            }
        }

        private void runTo(long out, ConvPlan plan, long in, long weights, ConvKey.Epilogue epilogue) {
            if (!epilogue.shifted()) {
                dnnl.run(plan.main(), in, weights, out);
                return;
            }
            int c = g.out();
            try (Scratch numbers = Scratch.of(pool, 2 * c)) {
                numbers.floats().put(0, f.shift()).put(c, f.factor());
                long shift = numbers.address();
                if (epilogue.scaled()) {
                    dnnl.run(plan.main(), in, weights, out, shift + 4L * c, shift);
                } else {
                    dnnl.run(plan.main(), in, weights, out, shift);
                }
            }
        }

        void backward(NdArray w, NdArray dy, NdArray dx, NdArray dStyles, @Nullable NdArray dDemodulation) {
            try (Scratch gu = Scratch.of(pool, g.y().intCount())) {
                float[] dd = LayerPasses.backAct(
                        HostMemory.floats(dy), y, yAt, pixels(g.y()), noise, noiseAt, f, gu.floats());
                if (dDemodulation != null) {
                    HostMemory.floats(dDemodulation).put(n * dd.length, dd);
                }
                if (usesWinograd(w)) {
                    Winograd.Image image = Winograd.Image.of(g.y(), g.in());
                    winograd.withWeights(
                            w,
                            true,
                            g.x(),
                            weights -> winograd.run(
                                    gu.floats(), 0, null, image, weights, HostMemory.floats(dx), xAt, Winograd.AS_IS));
                } else {
                    convolveBack(w, gu.address(), dx.address() + 4L * xAt);
                }
            }
            float[] ds = LayerPasses.backScale(HostMemory.floats(dx), xAt, x, xAt, pixels(g.x()), f.style());
            HostMemory.floats(dStyles).put(n * ds.length, ds);
        }

        private void convolveBack(NdArray w, long gu, long dx) {
            ConvPlan plan = plans.get(g.backward());
            if (!g.enlarges()) {
                convolutions.withWeights(plan, w, weights -> dnnl.run(plan.main(), gu, weights, dx));
                return;
            }
            try (Scratch wide = Scratch.of(pool, g.wide().intCount())) {
                ConvPlan blur = plans.get(g.blurBack());
                blurs.with(g, true, blur, w, taps -> dnnl.run(blur.main(), gu, taps, wide.address()));
                convolutions.withWeights(plan, w, weights -> dnnl.run(plan.main(), wide.address(), weights, dx));
            }
        }
    }
}
