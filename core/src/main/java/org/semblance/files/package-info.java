/** Files that appear whole or not at all: {@link org.semblance.files.DraftFile}. */
@NullMarked
package org.semblance.files;

import org.jspecify.annotations.NullMarked;
