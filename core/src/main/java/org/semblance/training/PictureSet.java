package org.semblance.training;

/**
 * Finitely many pictures that never change, so that what frozen networks say of them need not be computed twice.
 *
 * @param name sources with sets of one name show the same pictures under the same numbers
 * @param count numbers of pictures are below this
 */
public record PictureSet(String name, long count) {
    public PictureSet {
        Require.that(count >= 1, "count", "at least 1", count);
    }
}
