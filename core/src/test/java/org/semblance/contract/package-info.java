/**
 * What every backend must fulfil, derived from cases: gradients of every order against finite differences, and the
 * inner-product identity of linear operations. The system property {@code semblance.backend} chooses the backend.
 */
@NullMarked
package org.semblance.contract;

import org.jspecify.annotations.NullMarked;
