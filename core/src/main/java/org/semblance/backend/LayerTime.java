package org.semblance.backend;

/**
 * What one layer of a {@link SynthesisPlan} took, and what it had to do.
 *
 * @param layer such as {@code up256} or {@code conv256}: what it is and the side of its output; {@code styles} for what
 *     comes before the first
 * @param way what computed it, in words
 * @param milliseconds by how much it lengthens the pass on the device
 * @param operations multiplications and additions that the convolution takes at least
 * @param bytes bytes that it reads and writes at least, everything once
 */
public record LayerTime(String layer, String way, double milliseconds, double operations, double bytes) {
    /**
     * Milliseconds that it takes at least.
     *
     * @param operationRate operations per second that the device reaches
     * @param byteRate bytes per second that the device reaches
     */
    public double floor(double operationRate, double byteRate) {
        return 1e3 * Math.max(operations / operationRate, bytes / byteRate);
    }
}
