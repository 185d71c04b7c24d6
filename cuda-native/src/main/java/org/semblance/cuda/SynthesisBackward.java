package org.semblance.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;
import org.semblance.backend.Precision;
import org.semblance.backend.SynthesisNoise.Kind;
import org.semblance.cuda.ConvKey.Direction;
import org.semblance.tensor.Closing;

/**
 * The backward pass of a batch from what its forward pass saved: data gradients by cuDNN, everything around them by our
 * kernels. In FLOAT16 gradients are scaled by a power of two so that they do not vanish.
 */
final class SynthesisBackward implements AutoCloseable {

    private final SynthesisWeights weights;
    private final SynthesisForward forward;
    private final Capture capture;
    private final int n;
    private final Blocks blocks;
    private final List<ConvPlan> convs = new ArrayList<>();
    private final long[] partials;
    private final int[] partialRows;
    private final long[] imageGrads;
    private final long outer;
    private final long inner;
    private final long demodulation;
    private final long styleGrads;
    private final long scale;
    private final Workspaces workspaces;

    SynthesisBackward(SynthesisWeights weights, SynthesisForward forward, Capture capture, DevicePool pool, int n) {
        this.weights = weights;
        this.forward = forward;
        this.capture = capture;
        this.n = n;
        blocks = new Blocks(pool);
        int count = weights.layers().size();
        partials = new long[count];
        partialRows = new int[count];
        boolean done = false;
        try {
            outer = blocks.halves(most(l -> SynthesisForward.outputCount(l, n)));
            inner = blocks.halves(most(l -> SynthesisForward.inputCount(l, n)));
            demodulation = blocks.floats((long) n * weights.factorLength());
            styleGrads = blocks.floats((long) n * weights.styleLength());
            scale = weights.precision() == Precision.FLOAT16 ? blocks.floats(SynthesisNatives.SCALE_FLOATS) : 0;
            imageGrads = imageGrads();
            for (int i = 0; i < count; i++) {
                SynthesisWeights.Layer l = weights.layers().get(i);
                int side = l.spec().resolution();
                partialRows[i] = SynthesisNatives.smb_layer_grad_blocks(
                        n, side, side, l.spec().out());
                partials[i] = blocks.floats((long) n
                        * partialRows[i]
                        * SynthesisNatives.GRAD_SUMS
                        * l.spec().out());
                convs.add(conv(l));
            }
            workspaces = new Workspaces(blocks, convs);
            done = true;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private long most(ToLongFunction<SynthesisWeights.Layer> count) {
        return weights.layers().stream().mapToLong(count).max().orElseThrow();
    }

    /** Room for the gradients of the pictures; the last one's is the call's, unless it must be scaled. */
    private long[] imageGrads() {
        int count = weights.pictures().size();
        long[] addresses = new long[count];
        for (int i = 0; i < (scale == 0 ? count - 1 : count); i++) {
            addresses[i] = blocks.floats(3L * n * (4L << i) * (4L << i));
        }
        return addresses;
    }

    private ConvPlan conv(SynthesisWeights.Layer l) {
        int in = l.spec().in();
        int out = l.spec().out();
        int side = l.spec().resolution() / l.spec().up();
        int made = SynthesisForward.productSide(l);
        Shape x = Shape.of(n, in, side, side);
        Shape y = Shape.of(n, out, made, made);
        ConvKey key = l.enlarges()
                ? new ConvKey(Direction.FORWARD, ConvSpec.of(2, 0), y, Shape.of(in, out, 3, 3), x)
                : new ConvKey(Direction.DATA, ConvSpec.padded(1), x, Shape.of(out, in, 3, 3), y);
        return SynthesisConvs.plan(capture.cudnn(), key, weights.format());
    }

    /** The convolutions'. */
    Workspaces workspaces() {
        return workspaces;
    }

    /** Queues the whole pass on the capture's stream. */
    void queue(Kind noise) {
        int pictures = weights.pictures().size();
        queueImageGrads(pictures);
        int picture = pictures - 1;
        for (int i = convs.size() - 1; i >= 0; i--) {
            SynthesisWeights.Layer layer = weights.layers().get(i);
            SynthesisKernels.Pass pass = forward.pass(i, forward.noise(i, noise), noise == Kind.RANDOM);
            long incoming = i + 1 == convs.size() ? 0 : inner;
            if (layer.enlarges()) {
                SynthesisKernels.layerGrad(
                        capture.stream(), weights, pass, incoming, 0, 0, forward.call(), outer, partials[i]);
                SynthesisKernels.filterGrad(capture.stream(), weights, pass, outer);
                SynthesisConvs.run(convs.get(i), pass.product(), layer.packed(), inner, workspaces.of(i));
            } else {
                long rgb = forward.rgbWeights(picture);
                SynthesisKernels.layerGrad(
                        capture.stream(),
                        weights,
                        pass,
                        incoming,
                        rgb,
                        imageGrads[picture],
                        forward.call(),
                        outer,
                        partials[i]);
                SynthesisConvs.run(convs.get(i), outer, layer.packed(), inner, workspaces.of(i));
                picture--;
            }
        }
        queueStyleGrads();
    }

    private void queueImageGrads(int pictures) {
        int side = weights.spec().resolution();
        if (scale != 0) {
            Kernels.check(
                    "smb_rescale_grad",
                    SynthesisNatives.smb_rescale_grad(
                            capture.stream(), 3L * n * side * side, forward.call(), imageGrads[pictures - 1], scale));
        }
        for (int i = pictures - 2; i >= 0; i--) {
            SynthesisKernels.pictureGrad(
                    capture.stream(), weights, n, 4 << i, imageGrads[i + 1], forward.call(), imageGrads[i]);
        }
    }

    private void queueStyleGrads() {
        int count = weights.layers().size();
        int[] pictureOf = new int[count];
        int picture = 0;
        for (int i = 0; i < count; i++) {
            pictureOf[i] = weights.layers().get(i).enlarges() ? -1 : count + picture++;
        }
        Kernels.check(
                "smb_style_grads",
                SynthesisNatives.smb_style_grads(
                        capture.stream(),
                        weights.dtype(),
                        forward.styleSizes(),
                        weights.styleFields(),
                        weights.styleGains(),
                        count,
                        pictureOf,
                        partialRows,
                        partials,
                        weights.spec().start().address(),
                        inner,
                        forward.styles(),
                        forward.peaks(),
                        forward.factors(),
                        demodulation,
                        styleGrads,
                        scale,
                        forward.call()));
    }

    @Override
    public void close() {
        Closing.all(() -> Ending.each(convs, ConvPlan::close), blocks::close);
    }
}
