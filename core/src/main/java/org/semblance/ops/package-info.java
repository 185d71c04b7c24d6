/**
 * Operations on tensors, one class per family. Each checks its arguments, computes on the backend and records its
 * derivative as further operations, so that gradients of every order exist. Images are {@code [N, C, H, W]} in logical
 * order whatever their layout in memory.
 */
@NullMarked
package org.semblance.ops;

import org.jspecify.annotations.NullMarked;
