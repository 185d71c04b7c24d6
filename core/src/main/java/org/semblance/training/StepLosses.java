package org.semblance.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The losses of one step before their weights, unless it says otherwise; NaN where the step has no such term.
 *
 * @param identity distance of the identities of output and identity picture
 * @param landmarks squared distance of landmarks of output and attribute picture, in units of the landmark grid
 * @param pixel difference of output and picture where both sources are one picture
 * @param absolute the part of it that is a weighted absolute difference
 * @param similarity the part of it that is 1 - MS-SSIM, a mean
 * @param crossPixel difference of output and attribute picture around the head where the sources are two pictures
 * @param perceptual difference of the maps of the identity encoder where both sources are one picture or the true swap
 *     is known
 * @param swap difference of output and true swap, where that is known
 * @param attributeTeacher difference of what the attribute teacher reads off output and attribute picture
 * @param teacherClasses the part of its classes alone
 * @param codeClasses difference of the classes in the attribute code and those that the attribute teacher reads
 * @param identityTeacher difference of what the identity teacher reads off output and identity picture
 * @param leak what the attribute code tells of the identity
 * @param regression squared distance of style codes from those the pictures were made from
 * @param moments distance of mean and deviation of style codes from the generator's own
 * @param total weighted sum that the model descends, without the adversarial term
 * @param adversarial what the model is charged by the latent discriminator, weighted
 * @param discriminator what the discriminator descends, weighted, without the penalty
 * @param penalty R1, weighted
 * @param norm euclidean norm of the gradient of {@code total} (with the adversarial term if they are joint)
 */
public record StepLosses(
        float identity,
        float landmarks,
        float pixel,
        float absolute,
        float similarity,
        float crossPixel,
        float perceptual,
        float swap,
        float attributeTeacher,
        float teacherClasses,
        float codeClasses,
        float identityTeacher,
        float leak,
        float regression,
        float moments,
        float total,
        float adversarial,
        float discriminator,
        float penalty,
        float norm) {
    /** The components that are losses, in order. */
    static final List<String> TERMS = List.of(
            "identity",
            "landmarks",
            "pixel",
            "absolute",
            "similarity",
            "crossPixel",
            "perceptual",
            "swap",
            "attributeTeacher",
            "teacherClasses",
            "codeClasses",
            "identityTeacher",
            "leak",
            "regression",
            "moments",
            "total",
            "adversarial",
            "discriminator",
            "penalty");

    /** Losses in the order of {@link #TERMS}, NaN for those that the step has not, and the norm. */
    static StepLosses of(float[] t, float norm) {
        return new StepLosses(
                t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10], t[11], t[12], t[13], t[14], t[15],
                t[16], t[17], t[18], norm);
    }

    /** Those that the step has, by the names above, in that order. */
    public Map<String, Float> present() {
        Map<String, Float> present = new LinkedHashMap<>();
        float[] values = {
            identity,
            landmarks,
            pixel,
            absolute,
            similarity,
            crossPixel,
            perceptual,
            swap,
            attributeTeacher,
            teacherClasses,
            codeClasses,
            identityTeacher,
            leak,
            regression,
            moments,
            total,
            adversarial,
            discriminator,
            penalty,
            norm
        };
        for (int i = 0; i < values.length; i++) {
            if (!Float.isNaN(values[i])) {
                present.put(i == TERMS.size() ? "norm" : TERMS.get(i), values[i]);
            }
        }
        return present;
    }
}
