/**
 * Checks this library against golden data: a folder with {@code manifest.json} and one safetensors file per case. Cases
 * are matched to implementations by operation, attributes and shapes, never by name.
 */
@NullMarked
package org.semblance.verify;

import org.jspecify.annotations.NullMarked;
