/** Images on the host: 8-bit RGB, PNG and JPEG files in and out, resizing, contact sheets. */
@NullMarked
package org.semblance.image;

import org.jspecify.annotations.NullMarked;
