/**
 * Import of frozen networks from ONNX files: read safely, checked whole, run and differentiated by our own operations.
 */
@NullMarked
package org.semblance.onnx;

import org.jspecify.annotations.NullMarked;
