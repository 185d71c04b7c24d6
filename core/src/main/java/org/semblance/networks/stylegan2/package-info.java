/** StyleGAN2: mapping, synthesis and discriminator, with the parameter names of stylegan2-ada-pytorch. */
@NullMarked
package org.semblance.networks.stylegan2;

import org.jspecify.annotations.NullMarked;
