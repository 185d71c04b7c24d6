/** Video files as sequences of frames, by FFmpeg through Bytedeco's preset. */
@NullMarked
package org.semblance.video;

import org.jspecify.annotations.NullMarked;
