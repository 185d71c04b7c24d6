package org.semblance.cli;

import java.util.Locale;
import org.semblance.image.SoftMask;

/** How much of a face goes back into a photograph, by name. */
enum MaskKind {
    /** The head alone. */
    ELLIPSE,
    /** All that was cut out. */
    SQUARE;

    SoftMask mask() {
        return this == SQUARE ? SoftMask.usual() : SoftMask.ellipse(0.8, 0.95, 0.25);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
