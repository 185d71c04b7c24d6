/**
 * Swap identities and keep everything else: {@link org.semblance.Disentangler} and its parts. Pictures go in and come
 * out as immutable {@link org.semblance.image.Image}s; networks, the pipeline and what measures or
 * anonymises with them may be used from several threads at once; one thread trains.
 */
@NullMarked
package org.semblance;

import org.jspecify.annotations.NullMarked;
