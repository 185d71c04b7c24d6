package org.semblance.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.heads.RenderedHead;

/**
 * Rendered heads: number k has identity seed 7,000,000 + k and attribute seed 30,000,000 + k, which no evaluation uses.
 * Drawn heads are kept as 8-bit levels while they fit in memory.
 */
final class HeadSamples implements SampleSource {
    private static final long IDENTITIES = 7_000_000;
    private static final long ATTRIBUTES = 30_000_000;
    private static final long MOST = 1_000_000;
    private static final long CACHE = 2L << 30;

    private final long seed;
    private final int resolution;
    private final long distinct;
    private final HeadRenderer renderer = new HeadRenderer();
    private final PixelCache cache;

    /** @param distinct heads in all, or 0 for a million */
    HeadSamples(long seed, int resolution, long distinct) {
        Require.that(distinct <= MOST, "distinct", "at most " + MOST + " for heads", distinct);
        this.seed = seed;
        this.resolution = resolution;
        this.distinct = distinct == 0 ? MOST : distinct;
        cache = new PixelCache(resolution, Math.min(CACHE, Runtime.getRuntime().maxMemory() / 4));
    }

    @Override
    public Samples draw(long first, int count) throws IOException {
        List<Long> numbers = PixelCache.numbers(seed, first, count, distinct);
        return Samples.pictures(cache.images(numbers, this::render), null).numbered(numbers, List.of());
    }

    private List<byte[]> render(List<Long> numbers) {
        List<HeadFactors> factors = numbers.stream()
                .map(k -> HeadFactors.of(IDENTITIES + k, ATTRIBUTES + k))
                .toList();
        List<byte[]> levels = new ArrayList<>();
        for (RenderedHead head : renderer.render(factors, resolution)) {
            float[] data = head.image().data();
            levels.add(PixelCache.levels(data, 0, data.length));
        }
        return levels;
    }

    @Override
    public Optional<PictureSet> pictures() {
        return Optional.of(new PictureSet("heads, " + distinct, distinct));
    }

    @Override
    public String description() {
        return "heads, " + distinct + " of them at " + resolution + ", seed " + seed;
    }

    @Override
    public void close() {}
}
