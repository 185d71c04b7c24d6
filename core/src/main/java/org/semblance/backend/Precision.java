package org.semblance.backend;

import org.semblance.array.DType;

/**
 * What a network's products are computed in. Sums are at least float32 in every case; a network's inputs and outputs
 * are float32.
 */
public enum Precision {
    /** Float32 throughout: the reference, on every backend. */
    FLOAT32(DType.F32),
    /**
     * Activations and weights in IEEE half precision: 11 bits of significand, magnitudes up to 65504. For inference.
     */
    FLOAT16(DType.F16),
    /** Activations and weights in bfloat16: 8 bits of significand, the range of float32. For gradients. */
    BFLOAT16(DType.BF16);

    private final DType dtype;

    Precision(DType dtype) {
        this.dtype = dtype;
    }

    /** Element type of activations and weights. */
    public DType dtype() {
        return dtype;
    }
}
