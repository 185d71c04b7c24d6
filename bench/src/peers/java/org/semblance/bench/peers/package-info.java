/** The same work by other JVM libraries, each in a fork of its own: no two OpenMP runtimes meet in one process. */
@NullMarked
package org.semblance.bench.peers;

import org.jspecify.annotations.NullMarked;
