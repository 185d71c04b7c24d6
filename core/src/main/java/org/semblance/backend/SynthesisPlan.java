package org.semblance.backend;

import java.util.List;
import org.semblance.array.NdArray;

/**
 * A frozen synthesis network made ready on a device in one precision: weights converted, buffers and launches prepared
 * per batch size when first used and kept for the next call, a bounded number of them. Safe for use by several threads.
 * Style codes, pictures and gradients are plain float32. The same batch gives the same bits every time; a picture in a
 * batch of another size may differ in its last bits, since kernels are chosen by the size of the batch.
 */
public interface SynthesisPlan extends AutoCloseable {
    /** Style codes {@code [N, numWs, wDim]} to pictures {@code [N, K, R, R]}. */
    void image(NdArray ws, SynthesisNoise noise, NdArray image);

    /**
     * Style codes to 8-bit pictures on the host, {@code [N, R, R, 3]} with {@code floor(127.5 x + 128)} kept within
     * [0, 255]; waits for them.
     *
     * @throws IllegalArgumentException if a value is not finite
     */
    void pixels(NdArray ws, SynthesisNoise noise, byte[] rgb);

    /** An opaque block, the caller's to release, for what {@link #record} saves of n pictures. */
    NdArray tape(int n);

    /** As {@link #image}, and saves for {@link #gradient} what each layer made. */
    void record(NdArray ws, SynthesisNoise noise, NdArray tape, NdArray image);

    /** The gradient {@code [N, numWs, wDim]} of the codes from that of the pictures; the tape stays as it is. */
    void gradient(NdArray tape, NdArray dImage, NdArray dWs);

    /**
     * What each layer takes, in the order in which they run: by how much the pass to its end is longer than that to its
     * beginning, medians of so many passes each, run as {@link #image} runs them. Together they take what a pass takes;
     * the first has what it takes to start one.
     *
     * @param image written as by {@link #image}
     */
    List<LayerTime> profile(NdArray ws, SynthesisNoise noise, NdArray image, int passes);

    /** Frees weights, buffers and launches; later calls throw {@link IllegalStateException}. */
    @Override
    void close();
}
