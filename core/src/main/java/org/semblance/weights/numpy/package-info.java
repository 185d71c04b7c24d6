/** NumPy's .npy and .npz. */
@NullMarked
package org.semblance.weights.numpy;

import org.jspecify.annotations.NullMarked;
