/** Multilayer perceptrons on codes: the latent mapper and the latent discriminator. */
@NullMarked
package org.semblance.networks.latent;

import org.jspecify.annotations.NullMarked;
