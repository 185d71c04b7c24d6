/** What a training run writes for people to watch: {@link org.semblance.training.log.TensorBoardWriter}. */
@NullMarked
package org.semblance.training.log;

import org.jspecify.annotations.NullMarked;
