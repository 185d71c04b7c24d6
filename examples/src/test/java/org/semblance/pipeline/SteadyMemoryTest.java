package org.semblance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.semblance.backend.Backend;
import org.semblance.backend.Counters;

/** Swaps leave nothing behind; {@link SwapLoop} shows the same over 10,000 of them. */
class SteadyMemoryTest {
    private static final int WARM_UP = 40;
    private static final int SWAPS = 200;
    /** What the virtual machine itself may take meanwhile: compiled code, the heap up to what it was using before. */
    private static final long ALLOWED_KIB = 96 << 10;

    @RegisterExtension
    static final Heads64 HEADS = new Heads64();

    private final Backend backend = HEADS.device().backend();

    @Test
    void swapsLeaveNothingBehind() throws IOException {
        SwapLoop loop = new SwapLoop(HEADS.model(), HEADS.heads(), 1);
        loop.run(WARM_UP);
        System.gc();
        Counters before = backend.counters();
        long resident = SwapLoop.residentKiB();
        loop.run(SWAPS);
        System.gc();
        Counters after = backend.counters().since(before);
        assertThat(after.liveBytes()).isEqualTo(before.liveBytes());
        assertThat(after.primitivesCreated())
                .as("new primitives for known shapes")
                .isZero();
        assertThat(after.allocations() % SWAPS)
                .as("allocations that not every swap makes")
                .isZero();
        assertThat(after.nativeCalls() % SWAPS)
                .as("native calls that not every swap makes")
                .isZero();
        assumeTrue(resident > 0, "resident memory cannot be read here");
        assertThat(SwapLoop.residentKiB() - resident).as("growth in KiB").isLessThan(ALLOWED_KIB);
    }

    /** The most that is held at once does not depend on how many pictures go through. */
    @Test
    void peakIsThatOfOneBatch() {
        SwapLoop batches = new SwapLoop(HEADS.model(), HEADS.heads(), 8);
        batches.run(8);
        backend.resetPeak();
        batches.run(8);
        long one = backend.counters().peakBytes();
        backend.resetPeak();
        new SwapLoop(HEADS.model(), HEADS.heads(), 24).run(24);
        assertThat(backend.counters().peakBytes()).isEqualTo(one);
    }
}
