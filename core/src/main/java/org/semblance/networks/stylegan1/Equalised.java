package org.semblance.networks.stylegan1;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.tensor.Tensor;

/** A kernel in Keras' layout with equalised learning rate, in the layout and scale that the operation takes. */
final class Equalised {
    private final Tensor kernel;
    private final float gain;
    private final UnaryOperator<Tensor> layout;
    private final @Nullable Tensor ready;

    /** @param layout from Keras' to the operation's */
    Equalised(Parameters p, Tensor kernel, double gain, UnaryOperator<Tensor> layout) {
        this.kernel = kernel;
        this.gain = (float) gain;
        this.layout = layout;
        ready = p.isTrainable() ? null : p.derived(this::computed);
    }

    private Tensor computed() {
        return layout.apply(Elementwise.scale(kernel, gain));
    }

    /** The kernel to compute with. */
    Tensor get() {
        return ready == null ? computed() : ready;
    }
}
