package org.semblance.bench;

import java.util.List;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.image.Image;

/** Rendered heads to swap. */
final class BenchHeads {
    private BenchHeads() {}

    /** Two heads that have nothing in common. */
    static List<Image> two(int resolution) {
        return new HeadRenderer()
                .render(List.of(HeadFactors.of(1, 1), HeadFactors.of(2, 2)), resolution).stream()
                        .map(head -> Image.fromFloats(head.image()))
                        .toList();
    }
}
