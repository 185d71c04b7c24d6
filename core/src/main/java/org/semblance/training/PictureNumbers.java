package org.semblance.training;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.semblance.training.DataConfig.Kind;

/**
 * One numbering of the pictures of all sources, for those of which something is to be kept. Which these are follows
 * from settings and sources alone, so every step of a run has the same rows of that kind.
 */
final class PictureNumbers {
    private static final Logger LOG = System.getLogger(PictureNumbers.class.getName());
    private static final long NONE = -1;

    private final DataConfig data;
    private final List<SampleSource> sources;
    private final Map<String, Long> first = new HashMap<>();
    private final Set<Integer> kept = new HashSet<>();
    private final List<String> reasons = new ArrayList<>();
    private long end;

    private PictureNumbers(DataConfig data, List<SampleSource> sources) {
        this.data = data;
        this.sources = sources;
    }

    /**
     * Numbers the pictures of known swaps if there is room for all of them, and then those of all other sources; logs
     * which these are.
     */
    static PictureNumbers of(DataConfig data, List<SampleSource> sources) {
        PictureNumbers numbers = new PictureNumbers(data, sources);
        if (numbers.admits(true)) {
            numbers.admits(false);
        } else {
            numbers.reasons.add("nothing is kept for other sources where nothing is for known swaps");
        }
        if (data.cachedPictures() > 0) {
            LOG.log(Level.INFO, numbers.summary());
        }
        return numbers;
    }

    /** Of which sources it is kept what networks say of their pictures, and why not of the others. */
    String summary() {
        String words = kept.isEmpty()
                ? "readings of source pictures are kept for no source"
                : "readings of " + end + " source pictures are kept for the sources " + new TreeSet<>(kept);
        return reasons.isEmpty() ? words : words + ": " + String.join("; ", reasons);
    }

    /** Takes all sources of known swaps, or all others, if they show finitely many pictures for which there is room. */
    private boolean admits(boolean swaps) {
        Map<String, Long> more = new HashMap<>(first);
        Set<Integer> chosen = new HashSet<>();
        long to = end;
        for (int i = 0; i < sources.size(); i++) {
            if ((data.sources().get(i).kind() == Kind.SWAPS) != swaps) {
                continue;
            }
            @Nullable PictureSet set = sources.get(i).pictures().orElse(null);
            if (set == null) {
                reasons.add("source " + i + " (" + sources.get(i).description() + ") shows new pictures all the time");
                return false;
            }
            chosen.add(i);
            if (more.putIfAbsent(set.name(), to) == null) {
                to = Math.addExact(to, set.count());
            }
        }
        if (to > data.cachedPictures()) {
            reasons.add("there would be " + to + " pictures with those of "
                    + (swaps ? "known swaps" : "all sources") + ", and data.cachedPictures has room for "
                    + data.cachedPictures());
            return false;
        }
        first.putAll(more);
        kept.addAll(chosen);
        end = to;
        return true;
    }

    /** What a source drew, with the numbers of this numbering, or none where nothing is to be kept. */
    Samples of(int source, Samples drawn) {
        long shift = kept.contains(source)
                ? sources.get(source)
                        .pictures()
                        .map(set -> first.getOrDefault(set.name(), NONE))
                        .orElse(NONE)
                : NONE;
        Samples.Swaps swaps = drawn.swaps();
        return drawn.numbered(
                shifted(drawn.numbers(), shift), swaps == null ? List.of() : shifted(swaps.numbers(), shift));
    }

    private static List<Long> shifted(List<Long> numbers, long by) {
        return by == NONE ? List.of() : numbers.stream().map(n -> n + by).toList();
    }
}
