package org.semblance.training;

import java.util.List;

/**
 * What training descends. A weight of 0 leaves its term out. Images are compared in [0, 1].
 *
 * @param identity weight of the identity loss between output and identity picture
 * @param identityLoss its form
 * @param landmarks weight of the mean squared distance of landmarks between output and attribute picture
 * @param landmarkGrid units per side in which landmarks are measured, 160 in the paper's code
 * @param firstLandmark points before this one are left out; 17 leaves out the jaw of the iBUG order, so that the shape
 *     of the face is free to follow the identity
 * @param pixel weight of the difference between output and picture on rows where both sources are one picture
 * @param pixelLoss its form
 * @param similarityShare share of {@code 1 - MS-SSIM} in a mix
 * @param absoluteShare share of the absolute difference in a mix
 * @param sumOverBatch whether the absolute difference is summed over the batch, as the paper's code does, so that its
 *     weight grows with the batch; otherwise it is averaged
 * @param pixelMask how the absolute difference is weighted over the picture
 * @param maskSigma deviation of the mask's Gaussian in pixels of a picture of 256; at other sizes
 *     {@code int(maskSigma * R / 256)}
 * @param similarity the multi-scale structural similarity
 * @param crossPixel weight of the absolute difference between output and attribute picture on rows with two sources;
 *     keeps what surrounds the head
 * @param crossMaskSigma as {@code maskSigma}, for that term
 * @param perceptual weight of the difference between the identity encoder's maps of output and picture on rows with one
 *     source, and of output and true swap: the mean over the stages of {@code mean |a - b| / mean |b|}. Early maps see
 *     thin and coloured things that hardly move pixels. It needs an encoder whose maps are known, which a list
 *     of operations is
 * @param perceptualStages stages that count, finest first; a stage ends with the last map of its resolution
 * @param swap weight of the pixel loss between output and the true swap, on rows where that is known
 *     ({@link DataConfig.Kind#SWAPS}); their maps of the identity encoder count in {@code perceptual} too
 * @param attributeTeacher weight of the difference between what the attribute teacher reads off output and attribute
 *     picture, {@link TeacherNetwork#difference}. It sees what moves few pixels and no landmark: glasses, the smile.
 *     The base model must have this network; {@link org.semblance.TeacherTrainer} makes one
 * @param attributeClasses whether the attribute teacher's classes count there; without, its numbers alone. A loss on
 *     classes that the generator seldom shows, such as glasses, is more easily deceived than satisfied
 * @param teacherClasses weight of the difference of those classes alone, besides: with
 *     {@link ScheduleConfig#classPath}, on which the generator shows them from the first step
 * @param codeClasses weight of the divergence between the classes that the first entries of the attribute code say, as
 *     logits, and those that the attribute teacher reads off the attribute picture, {@link TeacherNetwork#difference}:
 *     the code then tells them, whether or not the generator shows them
 * @param identityTeacher as {@code attributeTeacher} for the identity teacher and the identity picture
 * @param adversarial weight of what the latent discriminator charges the model, lambda_gan
 * @param discriminator weight of what the discriminator descends, the paper's lambda_gan too; R1 is not weighted by it
 * @param r1 gamma of the discriminator's R1 penalty on style codes of the generator
 * @param moments weight of the distance of the batch's style codes from the generator's own in mean and deviation per
 *     component; an alternative where the discriminator does not converge
 * @param regression weight of the mean squared distance of style codes from those that the pictures were made from, in
 *     units of the codes' variance, on rows with one source whose code is known; another alternative
 * @param leak weight of the mean squared correlation between attribute codes and identities over the batch, which keeps
 *     the identity out of the attribute code
 */
public record LossConfig(
        double identity,
        IdentityLoss identityLoss,
        double landmarks,
        double landmarkGrid,
        int firstLandmark,
        double pixel,
        PixelLoss pixelLoss,
        double similarityShare,
        double absoluteShare,
        boolean sumOverBatch,
        PixelMask pixelMask,
        double maskSigma,
        Similarity similarity,
        double crossPixel,
        double crossMaskSigma,
        double perceptual,
        int perceptualStages,
        double swap,
        double attributeTeacher,
        boolean attributeClasses,
        double teacherClasses,
        double codeClasses,
        double identityTeacher,
        double adversarial,
        double discriminator,
        double r1,
        double moments,
        double regression,
        double leak) {

    /** Whether a step asks the attribute teacher anything. */
    public boolean asksAttributeTeacher() {
        return attributeTeacher > 0 || teacherClasses > 0 || codeClasses > 0;
    }

    /** Forms of the identity loss. */
    public enum IdentityLoss {
        /** Mean absolute difference of the components of both embeddings, the paper's. */
        MEAN_ABSOLUTE,
        /** 1 - cosine, whose size does not depend on the length of embeddings. */
        COSINE
    }

    /** Forms of the pixel loss. */
    public enum PixelLoss {
        /** {@code similarityShare (1 - MS-SSIM) + absoluteShare L1}. */
        MIX,
        /** The absolute difference alone. */
        L1
    }

    /** Weights over the picture, which sum to 1. */
    public enum PixelMask {
        /** Smallest at the centre: {@code max(g) + min(g) - g} for a Gaussian g. */
        INVERSE_GAUSSIAN,
        /** Equal. */
        UNIFORM
    }

    /**
     * Multi-scale structural similarity.
     *
     * @param window taps of the Gaussian window, at most the side of the picture at the coarsest scale
     * @param sigma deviation of the window in pixels
     * @param k1 steadies the luminance
     * @param k2 steadies the contrast
     * @param powers exponents of the scales, finest first
     */
    public record Similarity(int window, double sigma, double k1, double k2, List<Double> powers) {
        public Similarity {
            powers = List.copyOf(powers);
            Require.that(window >= 1, "window", "at least 1", window);
            Require.positive(sigma, "sigma");
            Require.positive(k1, "k1");
            Require.positive(k2, "k2");
            Require.that(!powers.isEmpty(), "powers", "at least one number", powers);
            powers.forEach(p -> Require.positive(p, "powers"));
        }

        /** 11 taps and the first of the usual five powers, as many as a picture of this size has scales for. */
        public static Similarity standard(int resolution) {
            List<Double> all = List.of(0.0448, 0.2856, 0.3001, 0.2363, 0.1333);
            int scales = 1;
            while (scales < all.size() && resolution >> scales >= 11) {
                scales++;
            }
            return new Similarity(Math.min(11, resolution), 1.5, 0.01, 0.03, all.subList(0, scales));
        }
    }

    public LossConfig {
        Require.notNegative(identity, "identity");
        Require.notNegative(landmarks, "landmarks");
        Require.positive(landmarkGrid, "landmarkGrid");
        Require.that(firstLandmark >= 0, "firstLandmark", "at least 0", firstLandmark);
        Require.notNegative(pixel, "pixel");
        Require.notNegative(similarityShare, "similarityShare");
        Require.notNegative(absoluteShare, "absoluteShare");
        Require.positive(maskSigma, "maskSigma");
        Require.notNegative(crossPixel, "crossPixel");
        Require.positive(crossMaskSigma, "crossMaskSigma");
        Require.notNegative(perceptual, "perceptual");
        Require.that(perceptualStages >= 1, "perceptualStages", "at least 1", perceptualStages);
        Require.notNegative(swap, "swap");
        Require.notNegative(attributeTeacher, "attributeTeacher");
        Require.notNegative(teacherClasses, "teacherClasses");
        Require.notNegative(codeClasses, "codeClasses");
        Require.notNegative(identityTeacher, "identityTeacher");
        Require.notNegative(adversarial, "adversarial");
        Require.positive(discriminator, "discriminator");
        Require.notNegative(r1, "r1");
        Require.notNegative(moments, "moments");
        Require.notNegative(regression, "regression");
        Require.notNegative(leak, "leak");
    }

    /** The paper's losses as its code has them. */
    public static LossConfig paper(int resolution) {
        return new LossConfig(
                1,
                IdentityLoss.MEAN_ABSOLUTE,
                0.001,
                160,
                17,
                0.02,
                PixelLoss.MIX,
                0.84,
                0.16,
                true,
                PixelMask.INVERSE_GAUSSIAN,
                80,
                Similarity.standard(resolution),
                0,
                80,
                0,
                2,
                0,
                0,
                true,
                0,
                0,
                0,
                1,
                1,
                10,
                0,
                0,
                0);
    }

    /** Losses that do not depend on the size of the batch or of embeddings, balanced for both sources to be kept. */
    public static LossConfig stable(int resolution) {
        return new LossConfig(
                1,
                IdentityLoss.COSINE,
                0.004,
                160,
                17,
                1,
                PixelLoss.MIX,
                0.84,
                0.16,
                false,
                PixelMask.INVERSE_GAUSSIAN,
                80,
                Similarity.standard(resolution),
                0.5,
                80,
                0,
                2,
                1,
                0,
                true,
                0,
                0,
                0,
                0.02,
                1,
                10,
                0.02,
                0.1,
                0.1);
    }
}
