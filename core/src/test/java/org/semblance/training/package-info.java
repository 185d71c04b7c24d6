@NullMarked
package org.semblance.training;

import org.jspecify.annotations.NullMarked;
