/**
 * JSON from untrusted sources and back: immutable values that know where they stand
 * ({@link org.semblance.json.Json}).
 */
@NullMarked
package org.semblance.json;

import org.jspecify.annotations.NullMarked;
