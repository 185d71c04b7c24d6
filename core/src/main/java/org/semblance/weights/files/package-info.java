/** Any weights file: what it is, and what it holds. */
@NullMarked
package org.semblance.weights.files;

import org.jspecify.annotations.NullMarked;
