package org.semblance.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.semblance.array.Shape;

class HeadRendererTest {
    private static final HeadRenderer RENDERER = new HeadRenderer();
    private static final HeadFactors HEAD = HeadFactors.of(41, 5);

    /* A pixel on a silhouette may flip, so the worst pixel is not bounded; the mean is about 3e-7. */
    private static void assertGolden(GoldenHeads golden) {
        List<RenderedHead> heads = RENDERER.render(golden.factors(), golden.resolution());
        assertThat(heads).hasSize(8);
        for (int i = 0; i < heads.size(); i++) {
            float[] image = heads.get(i).image().data();
            float[] expected = golden.image(i);
            assertThat(image).hasSameSizeAs(expected);
            assertThat(meanDifference(image, expected)).as("mean of head %d", i).isLessThan(5e-6);
            assertThat(shareAbove(0.02, image, expected))
                    .as("flips of head %d", i)
                    .isLessThan(1e-3);
            assertThat(worstDifference(heads.get(i).landmarks().data(), golden.landmarks(i)))
                    .as("landmarks of head %d", i)
                    .isLessThan(1e-6);
        }
    }

    private static double meanDifference(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / a.length;
    }

    private static double worstDifference(float[] a, float[] b) {
        double worst = 0;
        for (int i = 0; i < a.length; i++) {
            worst = Math.max(worst, Math.abs(a[i] - b[i]));
        }
        return worst;
    }

    private static double shareAbove(double bound, float[] a, float[] b) {
        int count = 0;
        for (int i = 0; i < a.length; i++) {
            count += Math.abs(a[i] - b[i]) > bound ? 1 : 0;
        }
        return (double) count / a.length;
    }

    @Test
    void picturesAndLandmarksEqualTheReference() {
        assertGolden(GoldenHeads.read("golden", 64));
    }

    @Test
    void everyClassEqualsTheSecondReference() {
        assertGolden(GoldenHeads.read("classes", 32));
    }

    @Test
    void theNumberOfThreadsChangesNoBit() {
        List<HeadFactors> factors = GoldenHeads.read("classes", 32).factors();
        List<RenderedHead> alone = new HeadRenderer(1).render(factors, 24);
        List<RenderedHead> together = new HeadRenderer(5).render(factors, 24);
        for (int i = 0; i < factors.size(); i++) {
            assertThat(together.get(i).image().data())
                    .containsExactly(alone.get(i).image().data());
            assertThat(together.get(i).landmarks().data())
                    .containsExactly(alone.get(i).landmarks().data());
            assertThat(together.get(i).factors()).isSameAs(factors.get(i));
        }
    }

    @Test
    void aPictureHasItsShapesAndRanges() {
        RenderedHead head = RENDERER.render(HEAD, 18);
        assertThat(head.resolution()).isEqualTo(18);
        assertThat(head.image().shape()).isEqualTo(Shape.of(3, 18, 18));
        assertThat(head.landmarks().shape()).isEqualTo(Shape.of(68, 2));
        for (float value : head.image().data()) {
            assertThat(value).isBetween(-1f, 1f);
        }
    }

    @Test
    void landmarksNeedNoPicture() {
        assertThat(HeadRenderer.landmarks(HEAD).data())
                .containsExactly(RENDERER.render(HEAD, 16).landmarks().data());
    }

    @Test
    void noHeadsGiveNoPictures() {
        assertThat(RENDERER.render(List.of(), 64)).isEmpty();
    }

    /* The blocks that are taken for background without a ray must be what rays would have shown. */
    @Test
    void emptyBlocksHoldNoHits() {
        for (HeadFactors factors : GoldenHeads.read("classes", 32).factors()) {
            HeadScene scene = new HeadScene(new HeadShape(factors), new Pose(factors));
            RayTracer tracer = new RayTracer(scene, new HeadLight(factors).direction);
            assertThat(emptyBlocks(tracer)).isBetween(8, 200);
        }
    }

    private static int emptyBlocks(RayTracer tracer) {
        int empty = 0;
        double w = 1.0 / 16;
        for (int block = 0; block < 256; block++) {
            double u = (block % 16 - 7.5) * 2 * w;
            double v = (block / 16 - 7.5) * 2 * w;
            if (tracer.isEmpty(u, v, w)) {
                empty++;
                assertNoHits(tracer, u, v, w);
            }
        }
        return empty;
    }

    private static void assertNoHits(RayTracer tracer, double u, double v, double w) {
        Surface scratch = new Surface();
        for (int i = 0; i < 64; i++) {
            double x = u + (i % 8 - 3.5) / 3.5 * w;
            double y = v + (i / 8 - 3.5) / 3.5 * w;
            assertThat(tracer.trace(scratch, x, y))
                    .as("ray through %f, %f", x, y)
                    .isFalse();
        }
    }

    @Test
    void badArgumentsAreRefused() {
        for (int resolution : new int[] {7, 17, 14, 0, -16}) {
            assertThatThrownBy(() -> RENDERER.render(HEAD, resolution))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("render: resolution must be even and at least 16, got " + resolution);
        }
        assertThatThrownBy(() -> new HeadRenderer(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("heads: parallelism must be at least 1, got 0");
    }
}
