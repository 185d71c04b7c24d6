/**
 * Work on many items with decoding, computing and encoding overlapped, in bounded memory: {@link
 * org.semblance.batch.Batch}.
 */
@NullMarked
package org.semblance.batch;

import org.jspecify.annotations.NullMarked;
