package org.semblance.training;

import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.nn.Initialisers;
import org.semblance.nn.Losses;
import org.semblance.ops.Elementwise;
import org.semblance.ops.MsSsim;
import org.semblance.ops.Reduce;
import org.semblance.ops.Ssim;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.training.LossConfig.PixelLoss;
import org.semblance.training.LossConfig.PixelMask;

/** Differences of pictures in [0, 1], with masks that live until this is closed. */
final class PixelTerms implements AutoCloseable {
    private static final int MASK_SIZE = 256;

    private final LossConfig config;
    private final Ssim ssim;
    private final float[] powers;
    private final Tensor[] masks = new Tensor[2];
    private final Scope scope;

    /**
     * The terms of one picture as both sources.
     *
     * @param loss their mix
     * @param absolute weighted absolute difference
     * @param similarity MS-SSIM of each row, {@code [N]}, or null if it is not part of the mix
     */
    record Mix(Tensor loss, Tensor absolute, @Nullable Tensor similarity) {}

    PixelTerms(LossConfig config, int resolution, Device device) {
        this.config = config;
        LossConfig.Similarity s = config.similarity();
        ssim = new Ssim(s.window(), s.sigma(), s.k1(), s.k2(), 1);
        powers = new float[s.powers().size()];
        for (int i = 0; i < powers.length; i++) {
            powers[i] = s.powers().get(i).floatValue();
        }
        requireScales(s, resolution);
        scope = Scope.owned("pixel masks", () -> {
            masks[0] = Tensor.of(device, mask(config.pixelMask(), config.maskSigma(), resolution));
            masks[1] = Tensor.of(device, mask(PixelMask.INVERSE_GAUSSIAN, config.crossMaskSigma(), resolution));
        });
    }

    private void requireScales(LossConfig.Similarity s, int resolution) {
        int coarsest = resolution >> powers.length - 1;
        boolean used = config.pixel() + config.swap() > 0 && config.pixelLoss() == PixelLoss.MIX;
        Require.that(
                !used || coarsest >= s.window(),
                "similarity",
                "of scales whose coarsest picture holds the window of " + s.window(),
                powers.length + " scales at " + resolution + " pixels");
    }

    private static HostArray mask(PixelMask kind, double sigma, int resolution) {
        if (kind == PixelMask.UNIFORM) {
            return Initialisers.constant(Shape.of(resolution, resolution), 1f / (resolution * resolution));
        }
        return Losses.inverseGaussian(resolution, Math.max(1, (int) (sigma * resolution / MASK_SIZE)));
    }

    /** The mask of rows with one source, {@code [R, R]}, of sum 1. */
    Tensor mask() {
        return masks[0];
    }

    /** The pixel loss of outputs and pictures, {@code [N, 3, R, R]} in [0, 1]. */
    Mix mix(Tensor outputs, Tensor pictures) {
        Tensor absolute = perBatch(Losses.maskedAbsolute(outputs, pictures, masks[0]), outputs.dim(0));
        if (config.pixelLoss() == PixelLoss.L1) {
            return new Mix(absolute, absolute, null);
        }
        Tensor similarity = MsSsim.of(outputs, pictures, ssim, powers);
        Tensor distance = Elementwise.affine(Reduce.meanAll(similarity), -1, 1);
        Tensor mixed = Elementwise.add(
                Elementwise.scale(distance, (float) config.similarityShare()),
                Elementwise.scale(absolute, (float) config.absoluteShare()));
        return new Mix(mixed, absolute, similarity);
    }

    /** The difference around the head of outputs and attribute pictures, averaged over the batch. */
    Tensor around(Tensor outputs, Tensor pictures) {
        return Elementwise.scale(Losses.maskedAbsolute(outputs, pictures, masks[1]), 1f / outputs.dim(0));
    }

    private Tensor perBatch(Tensor sum, int rows) {
        return config.sumOverBatch() ? sum : Elementwise.scale(sum, 1f / rows);
    }

    @Override
    public void close() {
        scope.close();
    }
}
