package org.semblance.heads;

import static org.semblance.heads.Smooth.clamp01;
import static org.semblance.heads.Smooth.square;

/** The picture of one head, drawn row by row: rows depend on nothing else, so threads may share one picture. */
final class HeadPicture {
    /** Sub-samples per pixel side. */
    private static final int SAMPLES = 2;

    /** Rows that are drawn together. */
    static final int BAND = 8;

    private static final int LEAST_BLOCK = 2;

    private final int resolution;
    private final HeadLight light;
    private final RayTracer tracer;
    private final Shading shading;

    HeadPicture(HeadFactors factors, int resolution) {
        this.resolution = resolution;
        HeadShape shape = new HeadShape(factors);
        HeadScene scene = new HeadScene(shape, new Pose(factors));
        light = new HeadLight(factors);
        tracer = new RayTracer(scene, light.direction);
        shading = new Shading(light, new SkinPaint(factors, shape, scene, light), shape);
    }

    /** Draws rows [from, from + BAND), or as many as there are, into a [3, R, R] picture. */
    void drawBand(float[] image, int from) {
        Surface scratch = new Surface();
        for (int column = 0; column < resolution; column += BAND) {
            block(image, from, column, BAND, scratch);
        }
    }

    /* Squares of pixels that surely show background need no rays; the others are split, down to LEAST_BLOCK. */
    private void block(float[] image, int row, int column, int size, Surface scratch) {
        if (row >= resolution || column >= resolution) {
            return;
        }
        boolean empty = isEmpty(row, column, size);
        if (empty || size == LEAST_BLOCK) {
            pixels(image, row, column, size, empty, scratch);
            return;
        }
        int half = size / 2;
        block(image, row, column, half, scratch);
        block(image, row, column + half, half, scratch);
        block(image, row + half, column, half, scratch);
        block(image, row + half, column + half, half, scratch);
    }

    private boolean isEmpty(int row, int column, int size) {
        double w = (double) size / resolution;
        return tracer.isEmpty(2.0 * column / resolution - 1 + w, 1 - 2.0 * row / resolution - w, w);
    }

    private void pixels(float[] image, int row, int column, int size, boolean empty, Surface scratch) {
        for (int y = row; y < Math.min(row + size, resolution); y++) {
            for (int x = column; x < Math.min(column + size, resolution); x++) {
                pixel(image, y, x, empty, scratch);
            }
        }
    }

    private void pixel(float[] image, int row, int column, boolean empty, Surface scratch) {
        double r = 0;
        double g = 0;
        double b = 0;
        for (int k = 0; k < SAMPLES * SAMPLES; k++) {
            double u = coordinate(SAMPLES * column + k % SAMPLES);
            double v = -coordinate(SAMPLES * row + k / SAMPLES);
            sample(scratch, u, v, empty);
            r += Palette.display(scratch.colour[0]);
            g += Palette.display(scratch.colour[1]);
            b += Palette.display(scratch.colour[2]);
        }
        int plane = resolution * resolution;
        int at = row * resolution + column;
        image[at] = (float) (r / (SAMPLES * SAMPLES));
        image[plane + at] = (float) (g / (SAMPLES * SAMPLES));
        image[2 * plane + at] = (float) (b / (SAMPLES * SAMPLES));
    }

    private double coordinate(int subPixel) {
        return (subPixel + 0.5) / (SAMPLES * resolution) * 2 - 1;
    }

    private void sample(Surface at, double u, double v, boolean empty) {
        if (!empty && tracer.trace(at, u, v)) {
            shading.shade(at);
        } else {
            background(at, u, v);
        }
    }

    private void background(Surface at, double u, double v) {
        double t = clamp01(0.5 + 0.5 * v);
        double glow = 0.80 + 0.32 * Math.exp(-1.1 * (square(u) + square(v - 0.1)));
        for (int c = 0; c < 3; c++) {
            at.colour[c] = (light.above[c] * t + light.below[c] * (1 - t)) * glow;
        }
    }
}
