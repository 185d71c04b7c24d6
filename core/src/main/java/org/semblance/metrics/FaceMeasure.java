package org.semblance.metrics;

import org.semblance.array.HostArray;

/**
 * Pose and expression as far as 68 landmarks tell them, for pictures without ground truth. Lengths are ratios to the
 * distance of the eyes' middles, so that size and place do not matter.
 */
public enum FaceMeasure {
    /** Turn to the side: how far the tip of the nose lies off the middle of the jaw's ends, in widths of the jaw. */
    YAW("yaw proxy") {
        @Override
        double of(Points p) {
            double t = p.along(0, 16, 30);
            return t - 0.5;
        }
    },
    /** Nod: place of the tip of the nose between the eyes (0) and the chin (1). */
    PITCH("pitch proxy") {
        @Override
        double of(Points p) {
            double eyesY = (p.y(36, 41) + p.y(42, 47)) / 2;
            return (p.y(30, 30) - eyesY) / (p.y(8, 8) - eyesY);
        }
    },
    /** Tilt of the line through the eyes, in degrees, clockwise. */
    ROLL("roll (degrees)") {
        @Override
        double of(Points p) {
            return Math.toDegrees(Math.atan2(p.y(42, 47) - p.y(36, 41), p.x(42, 47) - p.x(36, 41)));
        }
    },
    /** Height of the opening of the mouth. */
    MOUTH_OPEN("mouth opening") {
        @Override
        double of(Points p) {
            return p.distance(62, 66) / p.eyes();
        }
    },
    /** Width of the mouth. */
    MOUTH_WIDTH("mouth width") {
        @Override
        double of(Points p) {
            return p.distance(48, 54) / p.eyes();
        }
    },
    /** How far the corners of the mouth stand above its middle. */
    SMILE("smile") {
        @Override
        double of(Points p) {
            return ((p.y(51, 51) + p.y(57, 57)) / 2 - (p.y(48, 48) + p.y(54, 54)) / 2) / p.eyes();
        }
    },
    /** Height of the openings of the eyes. */
    EYE_OPEN("eye opening") {
        @Override
        double of(Points p) {
            double left = p.distance(37, 41) + p.distance(38, 40);
            double right = p.distance(43, 47) + p.distance(44, 46);
            return (left + right) / 4 / p.eyes();
        }
    },
    /** Height of the brows above the eyes. */
    BROW_RAISE("brow height") {
        @Override
        double of(Points p) {
            return ((p.y(36, 41) + p.y(42, 47)) / 2 - (p.y(17, 21) + p.y(22, 26)) / 2) / p.eyes();
        }
    };

    private final String title;

    FaceMeasure(String title) {
        this.title = title;
    }

    abstract double of(Points points);

    /** What it is called in a table. */
    public String title() {
        return title;
    }

    /** The measure of each row of landmarks {@code [N, 136]}. */
    public double[] of(HostArray landmarks) {
        Landmarks.requireIbug(landmarks);
        double[] values = new double[landmarks.shape().dim(0)];
        for (int i = 0; i < values.length; i++) {
            values[i] = of(new Points(landmarks.data(), i * 2 * Landmarks.IBUG));
        }
        return values;
    }

    /** The landmarks of one picture. */
    record Points(float[] data, int start) {
        /** Mean x of points {@code from} to {@code to}. */
        double x(int from, int to) {
            return mean(from, to, 0);
        }

        double y(int from, int to) {
            return mean(from, to, 1);
        }

        private double mean(int from, int to, int axis) {
            double sum = 0;
            for (int k = from; k <= to; k++) {
                sum += data[start + 2 * k + axis];
            }
            return sum / (to - from + 1);
        }

        double distance(int a, int b) {
            return Math.hypot(x(a, a) - x(b, b), y(a, a) - y(b, b));
        }

        double eyes() {
            return Math.hypot(x(42, 47) - x(36, 41), y(42, 47) - y(36, 41));
        }

        /** Where the foot of point c lies between points a (0) and b (1). */
        double along(int a, int b, int c) {
            double dx = x(b, b) - x(a, a);
            double dy = y(b, b) - y(a, a);
            return ((x(c, c) - x(a, a)) * dx + (y(c, c) - y(a, a)) * dy) / (dx * dx + dy * dy);
        }
    }
}
