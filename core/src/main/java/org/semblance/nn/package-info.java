/** What training is made of beside operations: losses, the optimiser, initial values and dense layers. */
@NullMarked
package org.semblance.nn;

import org.jspecify.annotations.NullMarked;
