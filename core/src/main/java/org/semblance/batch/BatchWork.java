package org.semblance.batch;

import java.nio.file.Path;
import java.util.List;
import org.semblance.files.DraftFile;

/**
 * What is done with each item of a {@link Batch}, in three stages that overlap. A stage says that an item cannot be
 * done by any exception; {@link Error}s end the run.
 *
 * @param <I> items, such as paths
 * @param <D> what decoding makes of one
 * @param <R> what computing makes of that
 */
public interface BatchWork<I, D, R> {
    /**
     * Removes what an earlier run left of an item that is about to be done, so that nothing old stands where it fails.
     * Not called for items that a journal calls finished, though they may be decoded again for the sake of their group.
     */
    default void clear(I item) throws Exception {}

    /** Reads one item. Called by several threads at once; leaves its results alone. */
    D decode(I item) throws Exception;

    /**
     * Computes some items together, in the order of the source. If it throws, the engine calls it with each of them
     * alone, so that one bad item does not take the others along. Called by several threads at
     * once where there are several {@link BatchConfig#computers}.
     *
     * @param decoded 1 to {@link BatchConfig#size} of them
     * @return as many results, in the same order
     */
    List<R> compute(List<D> decoded) throws Exception;

    /**
     * Puts one result where it belongs, whole or not at all (see {@link DraftFile}). Called by several threads at once,
     * or, with one encoder, in the order of the source.
     */
    void encode(I item, R result) throws Exception;

    /** What reports and journals call an item; items of one run need different names. */
    default String name(I item) {
        return item.toString();
    }

    /** Files that must be there for an item that a journal calls finished; without one of them it is done again. */
    default List<Path> outputs(I item) {
        return List.of();
    }
}
