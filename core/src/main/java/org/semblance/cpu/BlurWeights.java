package org.semblance.cpu;

import java.nio.FloatBuffer;
import java.util.function.LongConsumer;
import org.semblance.array.NdArray;

/** Filters as weights of convolutions that treat every channel alike. They are kept beside the layer's own weights. */
final class BlurWeights {
    private final HostPool pool;
    private final Convolutions convolutions;

    BlurWeights(HostPool pool, Convolutions convolutions) {
        this.pool = pool;
        this.convolutions = convolutions;
    }

    /** What a derived form of a layer's weights is known by. */
    private record Key(FloatBuffer taps, boolean back, WeightOrder order) {}

    /** Runs the body on the weights of the filter of an enlarging layer, or of its transpose, in a plan's order. */
    void with(LayerGeometry g, boolean back, ConvPlan plan, NdArray layerWeights, LongConsumer body) {
        float[] taps = g.blurTaps(back);
        HostMemory layer = HostMemory.of(layerWeights);
        if (layer.isSealed()) {
            Key key = new Key(FloatBuffer.wrap(taps), back, plan.weightOrder());
            body.accept(layer.derived(key, k -> make(taps, g.out(), plan)).address());
            return;
        }
        try (Scratch made = new Scratch(make(taps, g.out(), plan))) {
            body.accept(made.address());
        }
    }

    private HostMemory make(float[] taps, int channels, ConvPlan plan) {
        try (Scratch plain = Scratch.of(pool, taps.length * channels)) {
            for (int c = 0; c < channels; c++) {
                plain.floats().put(c * taps.length, taps);
            }
            return convolutions.reordered(plan, plain.address());
        }
    }
}
