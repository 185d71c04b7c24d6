/** Keras' HDF5 files. */
@NullMarked
package org.semblance.weights.keras;

import org.jspecify.annotations.NullMarked;
