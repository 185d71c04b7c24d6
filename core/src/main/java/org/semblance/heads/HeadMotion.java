package org.semblance.heads;

import java.util.LinkedHashMap;
import java.util.Map;

/*
 * s(t) = w(t) base + a * mean of sin(2 pi f_k t + p_k), k = 0..2, with frequencies drawn from the factor's band. The
 * constant part is what the seed's own head has, drawn in towards 0 so that the sum stays within [-1, 1].
 * A blink multiplies the opening of the eyes by 1 - 0.9 cos^2 over a quarter of a second.
 */
/**
 * Smooth motion of a head with known truth: pose, expression, gaze, light and place change as a person's in front of a
 * camera would; background, clothes, hair and glasses stay. A frame depends on the seed and its time alone, so a longer
 * sequence begins with the shorter one.
 *
 * @param seed which motion
 * @param rate frames per second
 */
public record HeadMotion(long seed, double rate) {
    /** Frames per second that are usual. */
    public static final double USUAL_RATE = 25;

    private static final int STREAM = 3;
    private static final int WAVES = 3;
    private static final double BLINK = 0.25;
    private static final double BLINK_EVERY = 3.1;

    /**
     * How a factor moves.
     *
     * @param amplitude of the motion in s
     * @param slow least frequency in Hz
     * @param fast greatest frequency in Hz
     */
    private record Band(double amplitude, double slow, double fast) {}

    private static final Map<String, Band> BANDS = bands();

    private static Map<String, Band> bands() {
        Map<String, Band> bands = new LinkedHashMap<>();
        bands.put("yaw", new Band(0.75, 0.08, 0.25));
        bands.put("pitch", new Band(0.6, 0.1, 0.35));
        bands.put("roll", new Band(0.6, 0.08, 0.3));
        bands.put("mouth_open", new Band(0.8, 0.6, 1.8));
        bands.put("smile", new Band(0.8, 0.1, 0.3));
        bands.put("brow_raise", new Band(0.8, 0.15, 0.5));
        bands.put("gaze_x", new Band(0.7, 0.2, 0.6));
        bands.put("gaze_y", new Band(0.6, 0.2, 0.6));
        bands.put("light_az", new Band(0.8, 0.06, 0.16));
        bands.put("light_el", new Band(0.6, 0.06, 0.16));
        bands.put("light_warm", new Band(0.5, 0.05, 0.12));
        bands.put("light_int", new Band(0.5, 0.06, 0.2));
        bands.put("ambient", new Band(0.5, 0.06, 0.2));
        bands.put("scale", new Band(0.4, 0.08, 0.25));
        bands.put("tx", new Band(0.5, 0.1, 0.3));
        bands.put("ty", new Band(0.5, 0.1, 0.3));
        return bands;
    }

    /** @throws IllegalArgumentException unless the rate is positive and finite */
    public HeadMotion {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("motion: rate must be positive, got " + rate);
        }
    }

    /** The motion of a seed at the usual rate. */
    public static HeadMotion of(long seed) {
        return new HeadMotion(seed, USUAL_RATE);
    }

    /** Somebody in a frame, counted from 0. @throws IllegalArgumentException if the number is negative */
    public HeadFactors at(long identitySeed, int frame) {
        if (frame < 0) {
            throw new IllegalArgumentException("motion: frames are counted from 0, got " + frame);
        }
        double time = frame / rate;
        HeadFactors head = HeadFactors.of(identitySeed, seed);
        int factor = 0;
        for (Map.Entry<String, Band> moving : BANDS.entrySet()) {
            String name = moving.getKey();
            double still = (1 - moving.getValue().amplitude) * head.normalised(name);
            head = head.withNormalised(name, clamp(still + wave(moving.getValue(), factor++, time)));
        }
        return head.withNormalised("eye_open", eyes(time));
    }

    /** Somebody with a level, open-eyed look straight ahead and even light: a picture to take an identity from. */
    public static HeadFactors portrait(long identitySeed) {
        HeadFactors head = HeadFactors.of(identitySeed, 0).withLabel("glasses", "none");
        for (String name : HeadFactors.attributeNames()) {
            head = head.withNormalised(name, 0);
        }
        return head.with("mouth_open", 0).with("smile", 0).with("eye_open", 1);
    }

    private double wave(Band band, int factor, double time) {
        double sum = 0;
        for (int k = 0; k < WAVES; k++) {
            int counter = 2 * (WAVES * factor + k);
            double hertz = band.slow + (band.fast - band.slow) * SplitMix.uniform(seed, STREAM, counter);
            sum += Math.sin(2 * Math.PI * (hertz * time + SplitMix.uniform(seed, STREAM, counter + 1)));
        }
        return band.amplitude * sum / WAVES;
    }

    /** Open, with a blink every few seconds. */
    private double eyes(double time) {
        double phase = BLINK_EVERY * SplitMix.uniform(seed, STREAM, 1000);
        double since = (time + phase) % BLINK_EVERY;
        double closed = since < BLINK ? Math.pow(Math.sin(Math.PI * since / BLINK), 2) : 0;
        return clamp(0.45 - 1.35 * closed);
    }

    private static double clamp(double s) {
        return Math.max(-1, Math.min(1, s));
    }
}
