package org.semblance.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.heads.RenderedHead;
import org.semblance.image.Image;

/**
 * Pairs of synthetic heads of different people, with ground truth. Pair i of n takes its identity picture from seeds
 * (8e6 + i, 8e7 + i) and its attribute picture from (8e6 + n + i, 8e7 + n + i), plus {@code seed << 32}: with seed 0
 * the heads on which the published figures of heads64 were taken.
 */
public final class RenderedPairs implements PairSource {
    private static final long IDENTITIES = 8_000_000;
    private static final long ATTRIBUTES = 80_000_000;

    private final int count;
    private final int resolution;
    private final long seed;
    private final HeadRenderer renderer;

    /**
     * Pairs of heads.
     *
     * @param count how many, at least 1
     * @param resolution pixels per side, even and at least 16
     * @param seed which heads
     */
    public RenderedPairs(int count, int resolution, long seed) {
        if (count < 1) {
            throw new IllegalArgumentException("pairs: at least one is needed, got " + count);
        }
        this.count = count;
        this.resolution = resolution;
        this.seed = seed;
        renderer = new HeadRenderer();
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public String description() {
        return count + " pairs of rendered heads at " + resolution + "x" + resolution + ", seed " + seed;
    }

    @Override
    public Pairs draw(int first, int some) {
        List<HeadFactors> identities = heads(first, some);
        List<HeadFactors> attributes = heads(count + first, some);
        List<HeadFactors> all = new ArrayList<>(identities);
        all.addAll(attributes);
        for (int i = 0; i < some; i++) {
            all.add(identities.get(i).withAttributesOf(attributes.get(i)));
        }
        List<Image> drawn = renderer.render(all, resolution).stream()
                .map(RenderedHead::image)
                .map(Image::fromFloats)
                .toList();
        return new Pairs(
                drawn.subList(0, some),
                drawn.subList(some, 2 * some),
                IntStream.range(first, first + some).toArray(),
                IntStream.range(count + first, count + first + some).toArray(),
                new Pairs.Truth(identities, attributes, drawn.subList(2 * some, 3 * some)),
                null);
    }

    private List<HeadFactors> heads(int first, int some) {
        long offset = seed << 32;
        return IntStream.range(first, first + some)
                .mapToObj(i -> HeadFactors.of(offset + IDENTITIES + i, offset + ATTRIBUTES + i))
                .toList();
    }
}
