/** Reads Python pickles without Python: data only, nothing is ever called. */
@NullMarked
package org.semblance.weights.pickle;

import org.jspecify.annotations.NullMarked;
