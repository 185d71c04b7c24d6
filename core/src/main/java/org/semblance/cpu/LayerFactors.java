package org.semblance.cpu;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import org.semblance.array.NdArray;
import org.semblance.backend.Activation;

/**
 * The numbers per channel of one image in a fused layer. The activation's gain is multiplied in, which a leaky ReLU
 * allows: {@code g lrelu(v) = lrelu(g v)}.
 *
 * @param style factor of each input channel
 * @param demodulation factor of each output channel without the gain, or null
 * @param factor demodulation times gain; the gain alone if there is no demodulation
 * @param bias summand of each output channel without the gain
 * @param shift bias times gain
 * @param act the activation
 */
record LayerFactors(
        float[] style, float @Nullable [] demodulation, float[] factor, float[] bias, float[] shift, Activation act) {

    /** The numbers of image n. */
    static LayerFactors of(Activation act, int n, NdArray styles, @Nullable NdArray demodulation, NdArray bias) {
        float[] style = row(styles, n);
        float[] b = row(bias, 0);
        float[] d = demodulation == null ? null : row(demodulation, n);
        float[] factor = new float[b.length];
        float[] shift = new float[b.length];
        for (int o = 0; o < b.length; o++) {
            factor[o] = (d == null ? 1 : d[o]) * act.gain();
            shift[o] = b[o] * act.gain();
        }
        return new LayerFactors(style, d, factor, b, shift, act);
    }

    private static float[] row(NdArray matrix, int n) {
        FloatBuffer floats = HostMemory.floats(matrix);
        float[] row = new float[matrix.shape().dim(-1)];
        floats.get(n * row.length, row);
        return row;
    }

    /** Whether outputs are multiplied by anything. */
    boolean hasFactor() {
        return demodulation != null || act.gain() != 1;
    }
}
