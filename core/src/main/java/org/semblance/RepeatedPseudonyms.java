package org.semblance;

import java.util.Optional;
import org.semblance.image.Image;

/**
 * Pseudonyms that were drawn twice, by two anonymizers. One that was refused both times says nothing and is not among
 * them; one that was refused once is not the same.
 *
 * @param drawn how many
 * @param same those of which all pixels were equal
 */
record RepeatedPseudonyms(int drawn, int same) {
    /** Before any. */
    static final RepeatedPseudonyms NONE = new RepeatedPseudonyms(0, 0);

    /** What became of one, each time. */
    static RepeatedPseudonyms of(Optional<Image> once, Optional<Image> twice) {
        return once.isEmpty() && twice.isEmpty() ? NONE : new RepeatedPseudonyms(1, twice.equals(once) ? 1 : 0);
    }

    RepeatedPseudonyms and(RepeatedPseudonyms other) {
        return new RepeatedPseudonyms(drawn + other.drawn, same + other.same);
    }
}
