package org.semblance.metrics;

import java.util.Arrays;
import java.util.List;

/** Pictures against themselves after encoding and drawing ({@code docs/evaluation.md}, section 4). */
final class ReconstructionFigures {
    static final String ERROR = "squared error";
    static final String SSIM = "ssim";
    static final String MS_SSIM = "ms-ssim";

    private final Measurements measured;
    private final Bootstrap bootstrap;
    private final int scales;

    ReconstructionFigures(Measurements measured, Bootstrap bootstrap, int side) {
        this.measured = measured;
        this.bootstrap = bootstrap;
        scales = Reconstruction.scales(side);
    }

    EvaluationReport.Section section() {
        double[] errors = measured.numbers(ERROR);
        double[] ratios = Arrays.stream(errors).map(Reconstruction::psnr).toArray();
        String lpips = "no LPIPS network";
        List<Figure> figures = List.of(
                Figure.of("psnr", "PSNR, mean over pictures", "dB", bootstrap.mean(ratios)),
                Figure.of("mse", "squared error of values in [0, 1]", "", bootstrap.mean(errors)),
                similarity("ssim", "SSIM", SSIM),
                similarity("ms_ssim", "MS-SSIM", MS_SSIM).noted(scales + " scales"),
                Figure.missing("lpips", "LPIPS", lpips));
        return new EvaluationReport.Section("reconstruction", "Reconstruction: both pictures are one", figures);
    }

    private Figure similarity(String key, String title, String name) {
        return measured.has(name, Measurements.Of.OUTPUT)
                ? Figure.of(key, title, "", bootstrap.mean(measured.numbers(name)))
                : Figure.missing(key, title, "pictures are smaller than the window");
    }
}
