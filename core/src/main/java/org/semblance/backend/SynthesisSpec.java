package org.semblance.backend;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.array.NdArray;

/**
 * A frozen StyleGAN2 synthesis network of the skip architecture: what a backend needs to prepare a {@link
 * SynthesisPlan}.
 * All arrays are plain float32 constants that outlive the plan. Layers come in the order in which they run; the picture
 * of a resolution is made after its last layer.
 *
 * @param wDim size of a style code
 * @param numWs style codes per picture
 * @param start learned input {@code [C, 4, 4]}
 * @param layers the 3x3 layers: one at 4x4, an enlarging and a plain one at every further resolution
 * @param pictures the conversions to RGB, one per resolution
 * @param filter 2-D low-pass filter of all enlargements, without gain
 * @param act activation of the layers, with gain and clamp
 * @param rgbClamp bound on what a conversion to RGB adds, or {@link Activation#NO_CLAMP}
 */
public record SynthesisSpec(
        int wDim,
        int numWs,
        NdArray start,
        List<Layer> layers,
        List<ToRgb> pictures,
        Fir filter,
        Activation act,
        float rgbClamp) {

    public SynthesisSpec {
        layers = List.copyOf(layers);
        pictures = List.copyOf(pictures);
    }

    /** Pixels per side of the pictures. */
    public int resolution() {
        return layers.get(layers.size() - 1).resolution();
    }

    /** Channels of the pictures. */
    public int imageChannels() {
        return pictures.get(0).weight().shape().dim(0);
    }

    /**
     * A style's affine map: {@code s = gain (A w / sqrt(wDim) + b)}.
     *
     * @param row which style code it reads
     * @param weight {@code [C, wDim]}
     * @param bias {@code [C]}
     * @param gain 1, or {@code 1 / sqrt(C)} before a picture
     */
    public record Style(int row, NdArray weight, NdArray bias, float gain) {}

    /**
     * A layer {@code y = act(d * conv(s * x, w) + noise + b)}.
     *
     * @param resolution pixels per side of its output
     * @param up 1 or 2
     * @param style of its input channels
     * @param weight {@code [O, I, 3, 3]}
     * @param bias {@code [O]}
     * @param noiseKey tells the layers' random noise apart
     * @param noiseStrength factor of its noise, 0 for none
     * @param noise stored map {@code [R, R]}, null if there is none
     */
    public record Layer(
            int resolution,
            int up,
            Style style,
            NdArray weight,
            NdArray bias,
            int noiseKey,
            float noiseStrength,
            @Nullable NdArray noise) {

        /** Channels read. */
        public int in() {
            return weight.shape().dim(1);
        }

        /** Channels made. */
        public int out() {
            return weight.shape().dim(0);
        }
    }

    /**
     * A 1x1 layer without demodulation that adds to the picture.
     *
     * @param style of its input channels
     * @param weight {@code [K, I, 1, 1]}
     * @param bias {@code [K]}
     */
    public record ToRgb(Style style, NdArray weight, NdArray bias) {}
}
