package org.semblance.training;

import java.util.List;

/**
 * What training sees.
 *
 * @param sources where samples come from, at least one
 * @param psi truncation of the generator's codes, alike for all rows of a code, so that a picture comes from one code
 * @param independentPairs whether the attribute pictures of rows with two sources are drawn for themselves; otherwise
 *     each such row takes the identity picture of the next one, and half as many pictures are needed
 * @param prefetch batches that are prepared ahead, at least 1
 * @param cachedPictures of how many source pictures at most it is kept what the frozen networks say of them (embedding,
 *     landmarks, teachers' readings: about 2 KB of heap each), so that it is computed once in a run and not in every
 *     step; 0 for none. It holds for pictures that do not change: of folders, sets and known swaps, and of heads with
 *     {@code distinct}. Rows of known swaps have it if all such pictures of theirs fit; all other rows have it too if
 *     all their sources are of this kind and fit beside them. Steps then differ by rounding from those without, and
 *     as little from each other as ever: a resumed run is still the uninterrupted one, bit for bit
 */
public record DataConfig(
        List<Source> sources, double psi, boolean independentPairs, int prefetch, long cachedPictures) {

    /** Kinds of sources. */
    public enum Kind {
        /** The generator's own samples, made on the device; each knows its style code. */
        GENERATOR,
        /** Heads drawn by the renderer. */
        HEADS,
        /** A folder of aligned pictures, with style codes beside them or without. */
        FOLDER,
        /** A set made by {@code semblance make-dataset}. */
        SET,
        /**
         * Swaps whose result is known, from a set made with {@code --grid}: every identity of a block in it was drawn
         * with all attributes of the block. Identity and attribute picture are two others that share one of the two
         * with the result. Rows of such sources are apart from all others and have two sources.
         */
        SWAPS
    }

    /**
     * One source.
     *
     * @param kind what it is
     * @param share its share of each batch in proportion to the others'
     * @param path of the folder or the set; empty for the other kinds
     * @param distinct how many different samples there are to be of a kind that has no end (generator, heads), 0 for no
     *     limit; for folder and set how many of its first pictures are used, for swaps how many of them as results,
     *     0 for all
     * @param rare for swaps alone: whether only results of another class than the set's most frequent one are used, as
     *     its {@code attribute_classes} say; heads that wear glasses, for one
     */
    public record Source(Kind kind, double share, String path, long distinct, boolean rare) {
        public Source {
            Require.positive(share, "share");
            boolean named = kind == Kind.FOLDER || kind == Kind.SET || kind == Kind.SWAPS;
            Require.that(named != path.isEmpty(), "path", named ? "given for " + kind : "empty for " + kind, path);
            Require.that(distinct >= 0, "distinct", "at least 0", distinct);
            Require.that(!rare || kind == Kind.SWAPS, "rare", "false for " + kind, rare);
        }

        /** Samples of all classes. */
        public Source(Kind kind, double share, String path, long distinct) {
            this(kind, share, path, distinct, false);
        }
    }

    public DataConfig {
        sources = List.copyOf(sources);
        Require.that(
                sources.stream().anyMatch(s -> s.kind() != Kind.SWAPS),
                "sources",
                "at least one that is not of known swaps",
                sources);
        Require.share(psi, "psi");
        Require.that(prefetch >= 1, "prefetch", "at least 1", prefetch);
        Require.that(cachedPictures >= 0, "cachedPictures", "at least 0", cachedPictures);
    }

    /** Settings that keep nothing of source pictures. */
    public DataConfig(List<Source> sources, double psi, boolean independentPairs, int prefetch) {
        this(sources, psi, independentPairs, prefetch, 0);
    }

    /** How many rows of a batch are known swaps: their share, rounded, at least one if there are any, never all. */
    int swapRows(int batch) {
        double all = sources.stream().mapToDouble(Source::share).sum();
        double swaps = sources.stream()
                .filter(s -> s.kind() == Kind.SWAPS)
                .mapToDouble(Source::share)
                .sum();
        long least = swaps > 0 ? 1 : 0;
        return (int) Math.min(batch - 1, Math.max(least, Math.round(batch * swaps / all)));
    }

    /** The paper's: generated pictures at psi 0.7. */
    public static DataConfig paper() {
        return new DataConfig(List.of(new Source(Kind.GENERATOR, 1, "", 0)), 0.7, true, 2);
    }

    /** Generated pictures without truncation. */
    public static DataConfig stable() {
        return new DataConfig(List.of(new Source(Kind.GENERATOR, 1, "", 0)), 1, false, 4);
    }
}
