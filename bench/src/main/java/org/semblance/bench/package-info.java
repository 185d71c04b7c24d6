/** JMH benchmarks: one class per question, presets as {@code @Param}. */
@NullMarked
package org.semblance.bench;

import org.jspecify.annotations.NullMarked;
