package org.semblance.sequence;

import org.jspecify.annotations.Nullable;

/** Who the people of a sequence become. */
public interface IdentityChoice {
    /** The identity code of somebody in all frames, of the identity encoder's size; null to leave them as they are. */
    float @Nullable [] of(Person person);

    /** Tells this choice from others, such as a check sum: a run is only resumed with the same. */
    String fingerprint();
}
