/**
 * Training of the attribute encoder, the latent mapper and the latent discriminator through frozen networks: settings,
 * samples, losses, updates, checkpoints.
 */
@NullMarked
package org.semblance.training;

import org.jspecify.annotations.NullMarked;
