package org.semblance.verify;

import java.io.IOException;
import org.semblance.nn.Losses;
import org.semblance.ops.MsSsim;
import org.semblance.ops.Ssim;
import org.semblance.tensor.Tensor;

/** Measures of how alike two images are. */
final class SimilarityCases {
    private SimilarityCases() {}

    static void register(CaseRunners all) {
        all.add("ssim", SimilarityCases::ssim);
        all.add("ms_ssim", SimilarityCases::msSsim);
        all.add("inverse_gaussian_mask", SimilarityCases::mask);
        all.add("mask_l1", SimilarityCases::maskL1);
    }

    private static void ssim(CaseContext c) throws IOException {
        Ssim.Terms terms = measure(c.attrs()).of(c.image("a"), c.image("b"));
        c.put("ssim", terms.ssim());
        c.put("cs", terms.contrast());
    }

    private static void msSsim(CaseContext c) throws IOException {
        Tensor y = MsSsim.of(c.image("a"), c.image("b"), measure(c.attrs()), powers(c.attrs()));
        c.put("y", y);
    }

    private static Ssim measure(Attributes a) {
        return new Ssim(
                a.integer("filter_size", 11),
                a.number("filter_sigma", 1.5),
                a.number("k1", 0.01),
                a.number("k2", 0.03),
                a.number("max_val", 1));
    }

    private static float[] powers(Attributes a) {
        if (!a.has("power_factors")) {
            return MsSsim.standardPowers();
        }
        double[] given = a.json().get("power_factors").asDoubles();
        float[] powers = new float[given.length];
        for (int i = 0; i < given.length; i++) {
            powers[i] = (float) given[i];
        }
        return powers;
    }

    private static void mask(CaseContext c) {
        int size = c.attrs().integer("resolution", 0);
        c.put("y", Losses.inverseGaussian(size, c.attrs().number("sigma", 80 * size / 256)));
    }

    private static void maskL1(CaseContext c) throws IOException {
        c.put("y", Losses.maskedAbsolute(c.image("a"), c.image("b"), c.input("mask")));
    }
}
