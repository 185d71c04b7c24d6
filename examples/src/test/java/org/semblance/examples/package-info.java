@NullMarked
package org.semblance.examples;

import org.jspecify.annotations.NullMarked;
