/**
 * What a picture without its identity comes with: modes of anonymity, operating points of recognisers, certificates and
 * their summary. {@code org.semblance.Anonymizer} makes such pictures; {@code docs/anonymisation.md} explains it.
 */
@NullMarked
package org.semblance.privacy;

import org.jspecify.annotations.NullMarked;
