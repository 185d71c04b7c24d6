package org.semblance.cpu;

import java.util.Objects;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Fir;
import org.semblance.backend.ModulatedSpec;
import org.semblance.backend.Resample;

/**
 * Shapes of an image, or a batch, in a fused layer, and the primitives that it takes.
 *
 * @param spec of the layer
 * @param x shape of the input
 * @param w shape of the weights, {@code [O, I, k, k]}
 * @param y shape of the output
 */
record LayerGeometry(ModulatedSpec spec, Shape x, Shape w, Shape y) {

    /** For one image of a batch. */
    static LayerGeometry of(ModulatedSpec spec, Shape x, Shape w, Shape y) {
        return new LayerGeometry(spec, x.with(0, 1), w, y.with(0, 1));
    }

    boolean enlarges() {
        return spec.up() == 2;
    }

    /** Channels in. */
    int in() {
        return w.dim(1);
    }

    /** Channels out. */
    int out() {
        return w.dim(0);
    }

    int taps() {
        return w.dim(2) * w.dim(3);
    }

    /** Result of the transposed convolution, before the filter. */
    Shape wide() {
        int k = w.dim(2);
        return Shape.of(x.dim(0), out(), 2 * x.dim(2) - 2 + k, 2 * x.dim(3) - 2 + k);
    }

    /** Whether scaling a copy of the weights costs less than scaling activations. */
    boolean foldsWeights() {
        return 4 * w.count() < x.count() + y.count();
    }

    /** From x to y, or to {@link #wide} when enlarging. */
    ConvKey forward(ConvKey.Epilogue epilogue) {
        return enlarges()
                ? strided(ConvKey.Direction.DATA)
                : new ConvKey(ConvKey.Direction.FORWARD, same(), x, w, y, false, epilogue);
    }

    /** The transpose of {@link #forward}. */
    ConvKey backward() {
        return enlarges() ? strided(ConvKey.Direction.FORWARD) : ConvKey.of(ConvKey.Direction.DATA, same(), x, w, y);
    }

    private ConvSpec same() {
        return ConvSpec.padded(w.dim(2) / 2);
    }

    /** A convolution of stride 2 from {@link #wide} to x, whose transpose enlarges. */
    private ConvKey strided(ConvKey.Direction direction) {
        Shape swapped = Shape.of(in(), out(), w.dim(2), w.dim(3));
        return new ConvKey(direction, ConvSpec.of(2, 0), wide(), swapped, x, true, ConvKey.Epilogue.NONE);
    }

    /** The filter from {@link #wide} to y, channel by channel. */
    ConvKey blur(ConvKey.Epilogue epilogue) {
        Resample r = blurring();
        return new ConvKey(ConvKey.Direction.FORWARD, perChannel(r), wide(), filterShape(), y, false, epilogue);
    }

    /** The transpose of {@link #blur}. */
    ConvKey blurBack() {
        Resample r = blurringBack();
        return new ConvKey(
                ConvKey.Direction.FORWARD, perChannel(r), y, filterShape(), wide(), false, ConvKey.Epilogue.NONE);
    }

    private Resample blurring() {
        return spec.blur(w.dim(2));
    }

    private Resample blurringBack() {
        return blurring().adjoint(wide().dim(3), wide().dim(2), filter().width(), filter().height());
    }

    /** The weights of {@link #blur} or its transpose for one channel: a filter to correlate with. */
    float[] blurTaps(boolean back) {
        Resample r = back ? blurringBack() : blurring();
        return filter().prepared(!r.flip(), r.gain()).taps();
    }

    private ConvSpec perChannel(Resample r) {
        return new ConvSpec(1, 1, r.padTop(), r.padBottom(), r.padLeft(), r.padRight(), 1, 1, out());
    }

    Shape filterShape() {
        return Shape.of(out(), 1, filter().height(), filter().width());
    }

    private Fir filter() {
        return Objects.requireNonNull(spec.filter());
    }
}
