/** Networks from files of weights: configurations read off names and shapes, and weights bound to them. */
@NullMarked
package org.semblance.pretrained;

import org.jspecify.annotations.NullMarked;
