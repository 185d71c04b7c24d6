/**
 * The CUDA backend: kernels of our own, cuBLAS for matrix products and cuDNN for convolutions, behind the same
 * interface as
 * the CPU's. Only this package sees JavaCPP's CUDA preset and JCuda.
 */
@NullMarked
package org.semblance.cuda;

import org.jspecify.annotations.NullMarked;
