package org.semblance.bench;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.semblance.backend.Device;

/** Where a benchmark computes, and what its time covers. */
@State(Scope.Benchmark)
public abstract class OnDevice {
    /** {@code cpu} or {@code cuda}. */
    @Param("cpu")
    public String device = "cpu";

    /**
     * Whether a time ends when the work is {@code done}, or when it is {@code queued} on a device that computes aside.
     */
    @Param("done")
    public String until = "done";

    private @Nullable Clock clock;
    private Clock.@Nullable Running running;

    /** The device, from the first use of which on times are taken by its clock. */
    protected final Device use() {
        if (!until.equals("done") && !until.equals("queued")) {
            throw new IllegalArgumentException("until: must be done or queued, got " + until);
        }
        Device used = Device.named(device);
        clock = Clock.of(used);
        return used;
    }

    /** The end of an invocation: waits for its work, if that is to be measured. */
    protected final void settle() {
        if (until.equals("done")) {
            requireNonNull(clock).await();
        }
    }

    /** Outside the host's time of an invocation. */
    @Setup(Level.Invocation)
    public void begin() {
        running = DeviceTimes.isOn() ? requireNonNull(clock).start() : null;
    }

    /** Waits for what is still queued, outside the host's time of an invocation. */
    @TearDown(Level.Invocation)
    public void end() {
        if (running == null) {
            requireNonNull(clock).await();
        } else {
            DeviceTimes.add(running.stop());
        }
    }
}
