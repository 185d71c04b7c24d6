package org.semblance.training;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;

/**
 * What one step needs from the host.
 *
 * @param step its number
 * @param same samples of rows with one source, in parts
 * @param cross samples of rows with two sources, in parts: identity pictures, then attribute pictures if these are
 *     drawn for themselves
 * @param crossRows rows with two sources whose swap is not known
 * @param swaps samples of rows whose swap is known, in parts
 * @param realZ random codes of which the generator makes style codes for the discriminator, or null
 * @param positions number of the next sample of every source after this batch
 */
record HostBatch(
        long step,
        List<Samples> same,
        List<Samples> cross,
        int crossRows,
        List<Samples> swaps,
        @Nullable HostArray realZ,
        List<Long> positions) {
    HostBatch {
        same = List.copyOf(same);
        cross = List.copyOf(cross);
        swaps = List.copyOf(swaps);
        positions = List.copyOf(positions);
    }
}
