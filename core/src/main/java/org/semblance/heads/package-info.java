/**
 * Synthetic heads: a procedural renderer with exact ground truth. Two seeds give the factors of a head
 * ({@link org.semblance.heads.HeadFactors}), closed formulas give its picture and its 68 landmarks
 * ({@link org.semblance.heads.HeadRenderer}). Nothing here derives from photographs, scans or other people's data.
 *
 * <p>The formulas stand in {@code docs/heads.md}, the tables in the resource {@code heads.json}.
 */
@NullMarked
package org.semblance.heads;

import org.jspecify.annotations.NullMarked;
