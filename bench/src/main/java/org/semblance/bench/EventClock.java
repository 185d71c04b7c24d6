package org.semblance.bench;

import java.util.ArrayList;
import java.util.List;
import org.semblance.backend.Device;
import org.semblance.cuda.DeviceProbe;

/**
 * Events in the stream of a CUDA device. Apart from {@link Clock}, so that a CPU needs no class of the CUDA backend.
 */
final class EventClock implements Clock {
    private final DeviceProbe probe;

    EventClock(Device device) {
        probe = DeviceProbe.of(device);
    }

    @Override
    public void await() {
        probe.await();
    }

    @Override
    public Running start() {
        DeviceProbe.Mark start = probe.mark();
        return () -> {
            try (start;
                    DeviceProbe.Mark end = probe.mark()) {
                return end.millisSince(start);
            }
        };
    }

    /* Between two marks lies one call: at most so many calls are queued at once, so that none waits for a free place. */
    @Override
    public List<Double> deviceMillis(Runnable work, int times) {
        List<DeviceProbe.Mark> marks = new ArrayList<>();
        try {
            marks.add(probe.mark());
            for (int i = 0; i < times; i++) {
                work.run();
                marks.add(probe.mark());
            }
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                millis.add(marks.get(i + 1).millisSince(marks.get(i)));
            }
            return millis;
        } finally {
            marks.forEach(DeviceProbe.Mark::close);
        }
    }

    @Override
    public Memory memory() {
        DeviceProbe.Memory now = probe.memory();
        return new Memory(now.used(), now.reserved(), now.graphs(), now.taken());
    }
}
