/** Shapes, element types, memory layouts and arrays: the vocabulary that every other package shares. */
@NullMarked
package org.semblance.array;

import org.jspecify.annotations.NullMarked;
