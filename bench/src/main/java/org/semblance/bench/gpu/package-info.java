/** Measures the CUDA backend by the device's own clock, beside PyTorch on the same device, and over long runs. */
@NullMarked
package org.semblance.bench.gpu;

import org.jspecify.annotations.NullMarked;
