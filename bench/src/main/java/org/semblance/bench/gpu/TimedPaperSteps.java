package org.semblance.bench.gpu;

import java.util.Locale;
import org.semblance.backend.Counters;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.backend.Recorder;
import org.semblance.bench.Clock;

/** The paper's step, whole schedules of it. */
final class TimedPaperSteps implements TimedSteps {
    private static final int SCHEDULE = 6;

    private final Device device;
    private final Clock clock;
    private final PaperStep step;

    /** @param anew whether steps are done anew each time instead of being recorded */
    TimedPaperSteps(Device device, int batch, Precision precision, boolean anew) {
        this.device = device;
        clock = Clock.of(device);
        Recorder recorder = anew ? work -> work : device.backend().recorder();
        step = new PaperStep(device, batch, precision, recorder);
        schedules(0, 3);
    }

    @Override
    public Figure measure(double seconds) {
        schedules(seconds / 4, 1);
        Counters before = device.backend().counters();
        Clock.Running running = clock.start();
        double[] counted = schedules(seconds, 2);
        double steps = counted[0];
        double millis = running.stop() / steps;
        Counters since = device.backend().counters().since(before);
        return new Figure(
                millis,
                String.format(
                        Locale.ROOT,
                        "host ms %.2f, native calls %d, allocations %d, loss %s",
                        counted[1] / steps,
                        Math.round(since.nativeCalls() / steps),
                        Math.round(since.allocations() / steps),
                        step.losses().total()));
    }

    /** Steps for some time, at least so many schedules; their number and the milliseconds that queueing took. */
    private double[] schedules(double seconds, int least) {
        long end = System.nanoTime() + (long) (1e9 * seconds);
        double host = 0;
        int done = 0;
        while (done < least || System.nanoTime() < end) {
            long queued = System.nanoTime();
            for (int i = 0; i < SCHEDULE; i++) {
                step.run();
            }
            host += (System.nanoTime() - queued) / 1e6;
            done++;
            if (done % 4 == 0) {
                clock.await();
            }
        }
        clock.await();
        return new double[] {done * SCHEDULE, host};
    }

    @Override
    public void close() throws Exception {
        step.close();
    }
}
