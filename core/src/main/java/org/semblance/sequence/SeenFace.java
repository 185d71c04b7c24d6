package org.semblance.sequence;

/**
 * A face of a frame and who it looks like.
 *
 * @param sighting where it is
 * @param embedding of the identity encoder, not normalised
 */
record SeenFace(Sighting sighting, float[] embedding) {}
