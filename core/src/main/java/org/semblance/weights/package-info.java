/**
 * Named tensors in files: reading, checking and writing them, and the model folder that holds a whole set of networks.
 *
 * <p>{@link org.semblance.weights.Weights} is a read-only set of named tensors, whatever container it came from;
 * {@link org.semblance.weights.Safetensors} is the native container; {@link org.semblance.weights.WeightBinder} hands
 * tensors to a network and fails loudly when they do not fit it; {@link org.semblance.weights.ModelFolder} is one
 * {@code model.json} with one container per network. Files are untrusted: every size is checked before anything is
 * allocated for it, and what is wrong with a file is an {@link java.io.IOException} that names the file.
 */
@NullMarked
package org.semblance.weights;

import org.jspecify.annotations.NullMarked;
