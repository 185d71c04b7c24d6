/** Networks: what they take, what they compute, and the names of their parameters. */
@NullMarked
package org.semblance.networks;

import org.jspecify.annotations.NullMarked;
