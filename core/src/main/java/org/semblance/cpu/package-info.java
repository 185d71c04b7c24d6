/**
 * The backend that runs everywhere: convolutions and matrix products by oneDNN with cached primitives and channels-last
 * activations, everything else in Java loops over off-heap memory on a bounded pool. Only this package sees oneDNN.
 *
 * <p>Loops stage blocks of off-heap memory in arrays on the heap, since the JIT compiler turns leaf loops over arrays
 * into vector code and loops over buffers not; they avoid branches on data for the same reason.
 */
@NullMarked
package org.semblance.cpu;

import org.jspecify.annotations.NullMarked;
