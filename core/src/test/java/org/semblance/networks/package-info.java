/** What the tests of all networks share. */
@NullMarked
package org.semblance.networks;

import org.jspecify.annotations.NullMarked;
