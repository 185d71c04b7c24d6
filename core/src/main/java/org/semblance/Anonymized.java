package org.semblance;

import java.util.Optional;
import org.semblance.image.Image;
import org.semblance.privacy.Certificate;

/**
 * A picture without its identities, or the refusal to deliver one.
 *
 * @param picture what may be given away, exactly as it was measured; empty if no candidate held the bound
 * @param certificate what was measured
 */
public record Anonymized(Optional<Image> picture, Certificate certificate) {
    /** Whether there is a picture. */
    public boolean isDelivered() {
        return picture.isPresent();
    }
}
