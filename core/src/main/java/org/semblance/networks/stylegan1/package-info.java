/** The paper's own generator: StyleGAN with adaptive instance normalisation. */
@NullMarked
package org.semblance.networks.stylegan1;

import org.jspecify.annotations.NullMarked;
