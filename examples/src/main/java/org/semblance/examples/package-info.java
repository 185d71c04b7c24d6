/** Small programs that show the library in use. */
@NullMarked
package org.semblance.examples;

import org.jspecify.annotations.NullMarked;
