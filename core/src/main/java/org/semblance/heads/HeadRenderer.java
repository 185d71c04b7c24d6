package org.semblance.heads;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.semblance.array.HostArray;

/**
 * Draws synthetic heads: sphere tracing of a distance field of smoothly joined ellipsoids, decals for the face, one
 * light with ambient occlusion and soft shadow, 2x2 samples per pixel. Source: {@code docs/heads.md}.
 *
 * <p>Every pixel depends on the factors and the resolution alone, so the number of threads never changes a bit of the
 * result. Safe for use by several threads. All renderers share one pool with a thread per processor, whose threads are
 * daemons that end by themselves when idle.
 */
public final class HeadRenderer {
    private static final int LEAST_RESOLUTION = 16;

    /** Made with the first renderer that draws. */
    private static final class Shared {
        static final ForkJoinPool POOL = new ForkJoinPool(Runtime.getRuntime().availableProcessors());
    }

    private final int parallelism;

    /** A renderer with as many threads as there are processors. */
    public HeadRenderer() {
        this(Runtime.getRuntime().availableProcessors());
    }

    /**
     * A renderer with a bounded number of threads.
     *
     * @param parallelism most heads and rows that are drawn at a time; more than there are processors is no faster
     * @throws IllegalArgumentException if {@code parallelism} is below 1
     */
    public HeadRenderer(int parallelism) {
        if (parallelism < 1) {
            throw new IllegalArgumentException("heads: parallelism must be at least 1, got " + parallelism);
        }
        this.parallelism = parallelism;
    }

    /**
     * Draws one head.
     *
     * @param factors what to draw
     * @param resolution height and width in pixels, even and at least 16
     * @throws IllegalArgumentException if the resolution is odd or below 16
     */
    public RenderedHead render(HeadFactors factors, int resolution) {
        return render(List.of(factors), resolution).get(0);
    }

    /**
     * Draws many heads, in parallel over heads and rows.
     *
     * @param factors what to draw; may be empty
     * @param resolution height and width in pixels, even and at least 16
     * @return one picture per element, in the same order
     * @throws IllegalArgumentException if the resolution is odd or below 16
     */
    public List<RenderedHead> render(List<HeadFactors> factors, int resolution) {
        requireResolution(resolution);
        List<Job> jobs = new ArrayList<>();
        for (HeadFactors f : factors) {
            jobs.add(new Job(f, resolution));
        }
        int bands = (resolution + HeadPicture.BAND - 1) / HeadPicture.BAND;
        inParallel(jobs.size() * bands, task -> jobs.get(task / bands).draw(task % bands * HeadPicture.BAND));
        return jobs.stream().map(Job::finished).toList();
    }

    /**
     * The landmarks alone, without drawing.
     *
     * @return {@code [68, 2]} as in {@link RenderedHead#landmarks}
     */
    public static HostArray landmarks(HeadFactors factors) {
        return HostArray.of(Landmarks.of(factors), Landmarks.COUNT, 2);
    }

    /* Each worker takes the next task until none is left, so heads that cost more do not hold up the rest. */
    private void inParallel(int tasks, IntConsumer task) {
        AtomicInteger next = new AtomicInteger();
        Runnable worker = () -> {
            for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                task.accept(i);
            }
        };
        List<ForkJoinTask<?>> workers = new ArrayList<>();
        for (int i = 0; i < Math.min(tasks, parallelism); i++) {
            workers.add(Shared.POOL.submit(worker));
        }
        workers.forEach(ForkJoinTask::join);
    }

    private static void requireResolution(int resolution) {
        if (resolution < LEAST_RESOLUTION || resolution % 2 != 0) {
            throw new IllegalArgumentException(
                    "render: resolution must be even and at least " + LEAST_RESOLUTION + ", got " + resolution);
        }
    }

    /** One head on its way. */
    private static final class Job {
        private final HeadFactors factors;
        private final int resolution;
        private final HeadPicture picture;
        private final float[] image;
        private final float[] landmarks;

        Job(HeadFactors factors, int resolution) {
            this.factors = factors;
            this.resolution = resolution;
            picture = new HeadPicture(factors, resolution);
            image = new float[3 * resolution * resolution];
            landmarks = new float[2 * Landmarks.COUNT];
        }

        void draw(int row) {
            picture.drawBand(image, row);
            if (row == 0) {
                System.arraycopy(Landmarks.of(factors), 0, landmarks, 0, landmarks.length);
            }
        }

        RenderedHead finished() {
            return new RenderedHead(
                    HostArray.of(image, 3, resolution, resolution),
                    HostArray.of(landmarks, Landmarks.COUNT, 2),
                    factors);
        }
    }
}
