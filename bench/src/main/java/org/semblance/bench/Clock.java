package org.semblance.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.semblance.backend.Device;

/** Tells how long work takes on a device, by the device and by the host. */
public interface Clock {
    /** The clock of a device: CUDA's events on a GPU, the host's clock on a CPU, which waits for its work anyway. */
    static Clock of(Device device) {
        return device.name().startsWith("cuda") ? new EventClock(device) : new HostClock();
    }

    /** Waits until all work queued so far is done. */
    void await();

    /** Begins to measure what the device does from here on. */
    Running start();

    /** Runs work a number of times in a row; what the device took for each, in milliseconds. */
    List<Double> deviceMillis(Runnable work, int times);

    /**
     * Milliseconds on the device, on the host until the work is done, and on the host until it is queued. Warms up for
     * a
     * quarter of the time first.
     *
     * @param seconds about how long to measure
     */
    default Times measure(Runnable work, double seconds) {
        warmUp(work, seconds / 4);
        List<Double> device = new ArrayList<>();
        long end = in(seconds / 2);
        while (device.isEmpty() || (System.nanoTime() < end && device.size() < 2000)) {
            device.addAll(deviceMillis(work, 20));
        }
        List<Double> done = new ArrayList<>();
        List<Double> queued = new ArrayList<>();
        end = in(seconds / 2);
        while (done.size() < 5 || (System.nanoTime() < end && done.size() < 2000)) {
            long start = System.nanoTime();
            work.run();
            long middle = System.nanoTime();
            await();
            done.add((System.nanoTime() - start) / 1e6);
            queued.add((middle - start) / 1e6);
        }
        return new Times(Spread.of(device), Spread.of(done), Spread.of(queued));
    }

    private void warmUp(Runnable work, double seconds) {
        long end = in(seconds);
        for (int i = 0; i < 3 || System.nanoTime() < end; i++) {
            work.run();
            await();
        }
    }

    private static long in(double seconds) {
        return System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    /**
     * Milliseconds of one piece of work.
     *
     * @param device from the end of the call before to its own end, on the device
     * @param done host time until the device was done
     * @param queued host time until the call returned
     */
    record Times(Spread device, Spread done, Spread queued) {}

    /** What the device holds now. */
    Memory memory();

    /**
     * Bytes of device memory; all 0 on a CPU.
     *
     * @param used in arrays of the driver's pool
     * @param reserved by that pool, used or not
     * @param graphs reserved by captured graphs
     * @param taken on the whole device, by every process
     */
    record Memory(long used, long reserved, long graphs, long taken) {}

    /** A time that runs. */
    interface Running {
        /** Waits for the work queued since its start and gives the milliseconds that the device took. */
        double stop();
    }

    /** The host's clock, for work that is done when it returns. */
    final class HostClock implements Clock {
        @Override
        public void await() {
            // Nothing is ever queued.
        }

        @Override
        public Running start() {
            long start = System.nanoTime();
            return () -> (System.nanoTime() - start) / 1e6;
        }

        @Override
        public List<Double> deviceMillis(Runnable work, int times) {
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                Running running = start();
                work.run();
                millis.add(running.stop());
            }
            return millis;
        }

        @Override
        public Memory memory() {
            return new Memory(0, 0, 0, 0);
        }
    }
}
