/** The whole pipeline with the embedded model: its outputs, its errors, its threads and its memory. */
@NullMarked
package org.semblance.pipeline;

import org.jspecify.annotations.NullMarked;
