package org.semblance;

import org.jspecify.annotations.Nullable;
import org.semblance.image.Image;
import org.semblance.privacy.Certificate;

/**
 * A picture and what is certified of it.
 *
 * @param certificate as it was read
 * @param delivered the picture as it was read from its file
 * @param original the picture that it was made from, or null if it is not at hand
 */
public record CertifiedPicture(
        Certificate certificate, Image delivered, @Nullable Image original) {}
