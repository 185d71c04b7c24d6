/** The command line, {@code semblance VERB}: one class per verb, which reads, asks the library, writes and reports. */
@NullMarked
package org.semblance.cli;

import org.jspecify.annotations.NullMarked;
