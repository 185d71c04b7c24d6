package org.semblance.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.metrics.Measurements.Of;

/** Pictures against themselves after encoding and drawing ({@code docs/evaluation.md}, section 4). */
final class ReconstructionFigures {
    private static final int WINDOW = 11;
    private static final String ERROR = "squared error";
    private static final String SSIM = "ssim";
    private static final String MS_SSIM = "ms-ssim";
    private static final String CODE_ERROR = "error of the style code";
    private static final String EDIT_ERROR = "error of the edited style code";
    private static final String NO_CODES = "style codes of these pictures are not known";

    private final Measurements measured;
    private final List<Figure> figures = new ArrayList<>();

    ReconstructionFigures(Measurements measured) {
        this.measured = measured;
    }

    /** Compares pictures with their reconstructions. */
    void add(List<Image> pictures, List<Image> again, Device device) {
        measured.add(ERROR, Of.IDENTITY, Reconstruction.squaredErrors(pictures, again));
        if (pictures.get(0).width() >= WINDOW) {
            measured.add(SSIM, Of.IDENTITY, Reconstruction.ssim(pictures, again, device));
            measured.add(MS_SSIM, Of.IDENTITY, Reconstruction.msSsim(pictures, again, device));
        }
    }

    /** Compares attribute pictures that nobody drew with their reconstructions. */
    void addAttributes(List<Image> pictures, List<Image> again) {
        measured.add(ERROR, Of.ATTRIBUTES, Reconstruction.squaredErrors(pictures, again));
    }

    /** Compares the codes that pictures were generated from with those that are found in the identity pictures. */
    void add(Pairs.Codes codes, HostArray found) {
        measured.add(CODE_ERROR, Of.IDENTITY, Statistics.distances(found, codes.identities()));
        measured.add(CODE_ERROR, Of.ATTRIBUTES, Statistics.distances(codes.attributes(), codes.identities()));
    }

    /**
     * Compares codes with those found in pictures of them: the swap is an edit of the identity picture's code.
     *
     * @param found in identity pictures
     * @param edited of outputs
     * @param again found in outputs
     */
    void addEdit(HostArray found, HostArray edited, HostArray again) {
        measured.add(EDIT_ERROR, Of.OUTPUT, Statistics.distances(again, edited));
        measured.add(EDIT_ERROR, Of.IDENTITY, Statistics.distances(found, edited));
    }

    EvaluationReport.Section section(ComparisonFigures comparisons, Bootstrap bootstrap, int side) {
        pixels("", "", Of.IDENTITY, bootstrap);
        similarity("ssim", "SSIM", SSIM, "", bootstrap);
        similarity("ms_ssim", "MS-SSIM", MS_SSIM, Reconstruction.scales(side) + " scales", bootstrap);
        if (measured.has(ERROR, Of.ATTRIBUTES)) {
            pixels("_attributes", ", attribute pictures", Of.ATTRIBUTES, bootstrap);
        }
        figures.addAll(comparisons.reconstruction(bootstrap));
        code("w_error", "style code found to that generated from", CODE_ERROR, Of.IDENTITY, bootstrap);
        code("w_error_strangers", "style codes of two pictures (yardstick)", CODE_ERROR, Of.ATTRIBUTES, bootstrap);
        code("edit_consistency", "style code found in output to output's (LEC)", EDIT_ERROR, Of.OUTPUT, bootstrap);
        code("edit_size", "identity picture's style code to output's (yardstick)", EDIT_ERROR, Of.IDENTITY, bootstrap);
        return new EvaluationReport.Section("reconstruction", "Reconstruction: both pictures are one", figures);
    }

    private void pixels(String end, String whose, Of of, Bootstrap bootstrap) {
        double[] errors = measured.numbers(ERROR, of);
        double[] ratios = Arrays.stream(errors).map(Reconstruction::psnr).toArray();
        figures.add(Figure.of("psnr" + end, "PSNR, mean over pictures" + whose, "dB", bootstrap.mean(ratios)));
        figures.add(Figure.of("mse" + end, "squared error of values in [0, 1]" + whose, "", bootstrap.mean(errors)));
    }

    private void similarity(String key, String title, String name, String note, Bootstrap bootstrap) {
        figures.add(
                measured.has(name, Of.IDENTITY)
                        ? Figure.of(key, title, "", bootstrap.mean(measured.numbers(name, Of.IDENTITY)))
                                .noted(note)
                        : Figure.missing(key, title, "pictures are smaller than the window"));
    }

    private void code(String key, String title, String name, Of of, Bootstrap bootstrap) {
        figures.add(
                measured.has(name, of)
                        ? Figure.of(key, title, "", bootstrap.mean(measured.numbers(name, of)))
                        : Figure.missing(key, title, NO_CODES));
    }
}
