/** Naming schemes: tables that translate the names and layouts of files into those of the networks. */
@NullMarked
package org.semblance.weights.naming;

import org.jspecify.annotations.NullMarked;
