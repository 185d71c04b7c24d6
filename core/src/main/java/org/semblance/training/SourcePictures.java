package org.semblance.training;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;

/**
 * The source pictures of a batch's last rows, as far as they have numbers, in the order of {@link StepInput}.
 *
 * @param rows of the whole batch
 * @param identities of the last ones
 * @param attributes of the same
 */
record SourcePictures(int rows, List<Place> identities, List<Place> attributes) {
    private static final long NONE = -1;

    /** A picture in an array of some. @param number over all sources */
    record Place(long number, @Nullable HostArray pictures, int row) {}

    static SourcePictures of(HostBatch batch) {
        List<Place> who = places(batch.same());
        List<Place> how = places(batch.same());
        List<Place> drawn = places(batch.cross());
        int cross = batch.crossRows();
        who.addAll(drawn.subList(0, cross));
        for (int i = 0; i < cross; i++) {
            how.add(drawn.get(drawn.size() == cross ? (i + 1) % cross : cross + i));
        }
        who.addAll(places(batch.swaps()));
        batch.swaps().forEach(part -> {
            Samples.Swaps swaps = part.swaps();
            if (swaps != null) {
                how.addAll(places(swaps.attributes(), swaps.numbers(), part.count()));
            }
        });
        int from = who.size();
        while (from > 0
                && who.get(from - 1).number() != NONE
                && how.get(from - 1).number() != NONE) {
            from--;
        }
        return new SourcePictures(
                who.size(), List.copyOf(who.subList(from, who.size())), List.copyOf(how.subList(from, who.size())));
    }

    private static List<Place> places(List<Samples> parts) {
        List<Place> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(places(part.images(), part.numbers(), part.count())));
        return all;
    }

    private static List<Place> places(@Nullable HostArray pictures, List<Long> numbers, int count) {
        List<Place> all = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            all.add(new Place(numbers.isEmpty() ? NONE : numbers.get(row), pictures, row));
        }
        return all;
    }
}
