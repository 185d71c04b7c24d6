/**
 * Swap identities and keep everything else: {@link org.semblance.Disentangler} and its parts. Pictures go in and come
 * out as immutable {@link org.semblance.image.Image}s; every object here may be used from several threads at once.
 */
@NullMarked
package org.semblance;

import org.jspecify.annotations.NullMarked;
