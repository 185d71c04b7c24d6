package org.semblance.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.semblance.bench.GeneratorPreset;
import org.semblance.bench.ReferenceMain;

/**
 * Our own result, computed in another process so that no natives of ours are loaded beside a peer's.
 *
 * <p>Pictures must agree to 1e-3 (they do to 2e-6). Gradients may differ more: where an activation lies within rounding
 * of zero, the leaky ReLU's slope differs between any two float32 implementations. Against float64, PyTorch's gradient
 * and ours are each off by up to 1e-3 in such rows and by 1e-6 in the others.
 */
final class Reference {
    private static final double PICTURES = 1e-3;
    private static final double GRADIENT = 1e-2;

    private Reference() {}

    /** @throws IllegalStateException if a peer does not compute what we compute */
    static void require(GeneratorPreset preset, int batch, ScriptEngine.Run peer) throws IOException {
        Path directory = Files.createTempDirectory("semblance-bench");
        Path pictures = directory.resolve("pictures");
        Path gradient = directory.resolve("gradient");
        try {
            compute(preset, batch, pictures, gradient);
            check("pictures", peer.forwardOnHost(), ReferenceMain.read(pictures), PICTURES);
            check("gradient", peer.gradientOnHost(), ReferenceMain.read(gradient), GRADIENT);
        } finally {
            Files.deleteIfExists(pictures);
            Files.deleteIfExists(gradient);
            Files.delete(directory);
        }
    }

    private static void compute(GeneratorPreset preset, int batch, Path pictures, Path gradient) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReferenceMain.class.getName(),
                        preset.name(),
                        Integer.toString(batch),
                        pictures.toString(),
                        gradient.toString())
                .inheritIO()
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("reference: the process ended with " + process.exitValue());
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("reference: interrupted", e);
        }
    }

    private static void check(String what, float[] got, float[] wanted, double tolerance) {
        double error = relative(got, wanted);
        if (!(error <= tolerance)) {
            throw new IllegalStateException("reference: the peer's " + what + " differ from ours by relative L2 "
                    + error + ", allowed " + tolerance);
        }
        System.out.printf("# %s agree to relative L2 %.1e%n", what, error);
    }

    private static double relative(float[] got, float[] wanted) {
        if (got.length != wanted.length) {
            throw new IllegalStateException("reference: expected " + wanted.length + " elements, got " + got.length);
        }
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < got.length; i++) {
            difference += Math.pow(got[i] - wanted[i], 2);
            norm += Math.pow(wanted[i], 2);
        }
        return Math.sqrt(difference / norm);
    }
}
