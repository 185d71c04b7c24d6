/**
 * Tensors in confined scopes, what is recorded of their making, and gradients of every order made from the recording.
 */
@NullMarked
package org.semblance.tensor;

import org.jspecify.annotations.NullMarked;
