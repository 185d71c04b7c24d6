/** The CUDA backend: kernels of our own for everything StyleGAN-shaped, bound through JavaCPP. */
@NullMarked
package org.semblance.cuda;

import org.jspecify.annotations.NullMarked;
