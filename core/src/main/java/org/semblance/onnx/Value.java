package org.semblance.onnx;

import org.semblance.tensor.Tensor;

/** What a node reads or makes: a tensor, or a few numbers known on the host. */
sealed interface Value permits HostValue, Value.Of {
    /** Number of axes. */
    int rank();

    /** A tensor. */
    record Of(Tensor tensor) implements Value {
        @Override
        public int rank() {
            return tensor.rank();
        }
    }
}
