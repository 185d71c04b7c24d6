/** One identity for every person of a sequence of frames: tracking, smoothing without lag, and runs that resume. */
@NullMarked
package org.semblance.sequence;

import org.jspecify.annotations.NullMarked;
