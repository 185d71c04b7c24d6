package org.semblance.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.semblance.backend.BackendException;

class HostPoolTest {
    @Test
    void countsWhatIsHeld() {
        HostPool pool = new HostPool(1 << 20);
        HostMemory a = pool.allocate(1000);
        HostMemory b = pool.allocate(3000);
        assertThat(pool.live()).isEqualTo(4000);
        a.release();
        HostMemory c = pool.allocate(500);
        assertThat(pool.live()).isEqualTo(3500);
        assertThat(pool.peak()).isEqualTo(4000);
        assertThat(pool.allocations()).isEqualTo(3);
        pool.resetPeak();
        assertThat(pool.peak()).isEqualTo(3500);
        b.release();
        c.release();
        assertThat(pool.live()).isZero();
    }

    @Test
    void freedBlocksServeTheNextOfTheirSize() {
        HostPool pool = new HostPool(1 << 20);
        HostMemory first = pool.allocate(70_000);
        long address = first.address();
        assertThat(address % 64).isZero();
        first.release();
        HostMemory second = pool.allocate(69_999);
        assertThat(second.address()).isEqualTo(address);
        assertThat(second.bytes()).isEqualTo(69_999);
        second.release();
    }

    /** Counts what it lends. */
    private static final class Lender extends HostPool.Heap {
        private final Map<Long, Long> lent = new HashMap<>();

        @Override
        Pointer malloc(long bytes) {
            Pointer block = super.malloc(bytes);
            lent.put(block.address(), bytes);
            return block;
        }

        @Override
        void free(Pointer block) {
            assertThat(lent.remove(block.address())).isNotNull();
            super.free(block);
        }
    }

    @Test
    void whatLiesIdleIsBounded() {
        assertThat(lentAfterRelease(1 << 20, 1 << 19)).isEmpty();
        assertThat(lentAfterRelease(1 << 20, 1 << 21)).hasSize(1);
    }

    private static Map<Long, Long> lentAfterRelease(long block, long maxIdle) {
        Lender lender = new Lender();
        HostPool pool = new HostPool(maxIdle, lender);
        HostMemory memory = pool.allocate(block);
        assertThat(lender.lent).hasSize(1).allSatisfy((address, bytes) -> assertThat(bytes)
                .isGreaterThanOrEqualTo(block));
        memory.release();
        return lender.lent;
    }

    /** Above the bound the largest blocks go first. */
    @Test
    void smallBlocksStay() {
        HostPool pool = new HostPool(100_000);
        List<HostMemory> blocks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            blocks.add(pool.allocate(65_536));
            blocks.add(pool.allocate(1_024));
        }
        long[] small = IntStream.range(0, 10)
                .mapToLong(i -> blocks.get(2 * i + 1).address())
                .toArray();
        blocks.forEach(HostMemory::release);
        List<HostMemory> again =
                IntStream.range(0, 10).mapToObj(i -> pool.allocate(1_024)).toList();
        assertThat(again.stream().mapToLong(HostMemory::address)).containsExactlyInAnyOrder(box(small));
        again.forEach(HostMemory::release);
    }

    private static Long[] box(long[] values) {
        return java.util.Arrays.stream(values).boxed().toArray(Long[]::new);
    }

    @Test
    void everyByteIsUsable() {
        HostPool pool = new HostPool(0);
        for (int floats : new int[] {1, 63, 64, 65, 1000, 4097}) {
            HostMemory memory = pool.allocate(4L * floats);
            memory.floats().put(0, 1).put(floats - 1, 2);
            assertThat(memory.floats().get(floats - 1)).isEqualTo(2);
            memory.release();
        }
        assertThat(pool.live()).isZero();
    }

    /** Pages that nobody touches cost nothing. */
    @Test
    void blocksGoUpToTwoGibibytes() {
        HostPool pool = new HostPool(0);
        int floats = (Integer.MAX_VALUE - 128) / 4;
        HostMemory large = pool.allocate(4L * floats);
        large.floats().put(floats - 1, 3);
        assertThat(large.floats().get(floats - 1)).isEqualTo(3);
        large.release();
        assertThatExceptionOfType(BackendException.class)
                .isThrownBy(() -> pool.allocate(1L << 31))
                .withMessage("cpu: one array may take up to 2 GiB, got 2147483648 bytes; use smaller batches");
        assertThat(pool.live()).isZero();
        assertThat(pool.allocations()).isEqualTo(1);
    }

    @Test
    void memoryIsReleasedOnce() {
        HostPool pool = new HostPool(0);
        HostMemory memory = pool.allocate(100);
        memory.retain();
        memory.release();
        assertThat(pool.live()).isEqualTo(100);
        memory.release();
        assertThat(pool.live()).isZero();
        assertThatIllegalStateException()
                .isThrownBy(memory::release)
                .withMessage("memory: block of 100 bytes was released twice");
        assertThatIllegalStateException()
                .isThrownBy(memory::retain)
                .withMessage("memory: block of 100 bytes was retained after it was freed");
    }

    /** What was made of sealed contents goes with them, or with the seal. */
    @Test
    void derivedFormsLiveAsLongAsTheirSource() {
        HostPool pool = new HostPool(0);
        HostMemory source = pool.allocate(100);
        source.seal();
        HostMemory form = source.derived("a", k -> pool.allocate(50));
        assertThat(source.derived("a", k -> pool.allocate(50))).isSameAs(form);
        source.derived("b", k -> pool.allocate(7));
        assertThat(pool.live()).isEqualTo(157);
        source.unseal();
        assertThat(pool.live()).isEqualTo(100);
        source.seal();
        source.derived("a", k -> pool.allocate(50));
        source.release();
        assertThat(pool.live()).isZero();
    }
}
