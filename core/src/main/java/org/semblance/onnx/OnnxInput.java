package org.semblance.onnx;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a network wants done to pixels first: {@code (v - mean) / deviation} of levels v in 0..255, in this order of
 * channels, of this part of the picture; and which output counts.
 *
 * @param resolution pixels per side of the pictures that come in; 0 for the network's own size
 * @param crop left, top, right, bottom of the part that it sees, as fractions of the sides; resized bilinearly
 * @param mean of red, green, blue
 * @param deviation of red, green, blue
 * @param blueFirst whether the channels go blue, green, red
 * @param normalised whether the output is divided by its euclidean norm
 * @param output name of the output, or null for the first
 */
public record OnnxInput(
        int resolution,
        double[] crop,
        double[] mean,
        double[] deviation,
        boolean blueFirst,
        boolean normalised,
        @Nullable String output) {
    private static final double[] WHOLE = {0, 0, 1, 1};

    public OnnxInput {
        crop = crop.clone();
        mean = mean.clone();
        deviation = deviation.clone();
        if (resolution < 0 || resolution > 1 << 14) {
            throw new IllegalArgumentException("onnx: resolution must lie in [0, 16384], got " + resolution);
        }
        requireThree("mean", mean);
        requireThree("deviation", deviation);
        if (Arrays.stream(deviation).anyMatch(d -> !(d > 0))) {
            throw new IllegalArgumentException("onnx: deviation must be positive, got " + Arrays.toString(deviation));
        }
        if (crop.length != 4
                || !(crop[0] >= 0 && crop[0] < crop[2] && crop[2] <= 1)
                || !(crop[1] >= 0 && crop[1] < crop[3] && crop[3] <= 1)) {
            throw new IllegalArgumentException(
                    "onnx: crop must be left, top, right, bottom in [0, 1], got " + Arrays.toString(crop));
        }
    }

    private static void requireThree(String what, double[] values) {
        if (values.length != 3 || !Arrays.stream(values).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException(
                    "onnx: " + what + " must be three finite numbers, got " + Arrays.toString(values));
        }
    }

    /** Values in [low, high] for levels 0 to 255, red first, the whole picture. */
    public static OnnxInput range(double low, double high) {
        if (!(low < high)) {
            throw new IllegalArgumentException("onnx: a range must be [low, high], got " + low + ", " + high);
        }
        double deviation = 255 / (high - low);
        double mean = -low * deviation;
        return of(new double[] {mean, mean, mean}, new double[] {deviation, deviation, deviation});
    }

    /** With these statistics, red first, the whole picture. */
    public static OnnxInput of(double[] mean, double[] deviation) {
        return new OnnxInput(0, WHOLE, mean, deviation, false, false, null);
    }

    /** [-1, 1], red first, normalised: what ArcFace's recognisers take. */
    public static OnnxInput arcFace() {
        return range(-1, 1).normalisedTo(true);
    }

    /** {@code (v - 127.5) / 128}, red first, normalised: FaceNet's fixed standardisation. */
    public static OnnxInput faceNet() {
        return of(new double[] {127.5, 127.5, 127.5}, new double[] {128, 128, 128})
                .normalisedTo(true);
    }

    /** Blue first, VGGFace2's means subtracted from levels, normalised: what its ResNets take. */
    public static OnnxInput vggFace2() {
        return of(new double[] {131.0912, 103.8827, 91.4953}, new double[] {1, 1, 1})
                .inBlueGreenRed()
                .normalisedTo(true);
    }

    /** ImageNet's statistics, as torchvision's networks take them. */
    public static OnnxInput imageNet() {
        return of(
                new double[] {0.485 * 255, 0.456 * 255, 0.406 * 255},
                new double[] {0.229 * 255, 0.224 * 255, 0.225 * 255});
    }

    /**
     * What a model says of itself in its metadata: {@code semblance.mean}, {@code semblance.deviation} (three numbers
     * with commas), {@code semblance.crop} (four), {@code semblance.channels} (rgb or bgr),
     * {@code semblance.normalised} (true or false), {@code semblance.output}; [-1, 1], rgb, as it is, where it is
     * silent.
     *
     * @throws IllegalArgumentException if it says something else
     */
    public static OnnxInput of(OnnxModel model) {
        Map<String, String> said = model.metadata();
        double[] middle = {127.5, 127.5, 127.5};
        String channels = said.getOrDefault("semblance.channels", "rgb");
        if (!channels.equals("rgb") && !channels.equals("bgr")) {
            throw new IllegalArgumentException("onnx: channels must be rgb or bgr, got " + channels);
        }
        return new OnnxInput(
                0,
                numbers(said.get("semblance.crop"), WHOLE),
                numbers(said.get("semblance.mean"), middle),
                numbers(said.get("semblance.deviation"), middle),
                channels.equals("bgr"),
                Boolean.parseBoolean(said.getOrDefault("semblance.normalised", "false")),
                said.get("semblance.output"));
    }

    private static double[] numbers(@Nullable String text, double[] otherwise) {
        return text == null
                ? otherwise
                : Arrays.stream(text.split(","))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
    }

    /** With other statistics of red, green and blue. */
    public OnnxInput with(double[] means, double[] deviations) {
        return new OnnxInput(resolution, crop, means, deviations, blueFirst, normalised, output);
    }

    /** For pictures of this size, resized for the network. */
    public OnnxInput at(int side) {
        return new OnnxInput(side, crop, mean, deviation, blueFirst, normalised, output);
    }

    /** For this part of the picture only. */
    public OnnxInput cropped(double left, double top, double right, double bottom) {
        double[] part = {left, top, right, bottom};
        return new OnnxInput(resolution, part, mean, deviation, blueFirst, normalised, output);
    }

    /** Blue, green, red. */
    public OnnxInput inBlueGreenRed() {
        return new OnnxInput(resolution, crop, mean, deviation, true, normalised, output);
    }

    /** With or without division by the norm. */
    public OnnxInput normalisedTo(boolean unit) {
        return new OnnxInput(resolution, crop, mean, deviation, blueFirst, unit, output);
    }

    /** For the output of this name. */
    public OnnxInput reading(String name) {
        return new OnnxInput(resolution, crop, mean, deviation, blueFirst, normalised, name);
    }

    @Override
    public double[] crop() {
        return crop.clone();
    }

    @Override
    public double[] mean() {
        return mean.clone();
    }

    @Override
    public double[] deviation() {
        return deviation.clone();
    }
}
