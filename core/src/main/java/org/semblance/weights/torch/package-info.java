/** Containers of PyTorch: zip and legacy checkpoints, and pickled networks of StyleGAN2-ADA. */
@NullMarked
package org.semblance.weights.torch;

import org.jspecify.annotations.NullMarked;
