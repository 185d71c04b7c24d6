/** Networks rebuilt from a list of operations. */
@NullMarked
package org.semblance.networks.oplist;

import org.jspecify.annotations.NullMarked;
