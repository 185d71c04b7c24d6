package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.semblance.array.Memory;
import org.semblance.array.Shape;
import org.semblance.backend.Precision;

/** When forms go, and under whose lock; none of it needs a device. */
class RoundingTest {
    private static final Shape SHAPE = Shape.of(1, 8, 1, 1);

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Boolean> whole = new ArrayList<>();

    /** Memory of a form, which must not be given back without the lock. */
    private final class FormMemory extends Memory {
        private boolean freed;

        @Override
        public long address() {
            return 0;
        }

        @Override
        public long bytes() {
            return 16;
        }

        @Override
        protected void free() {
            assertThat(lock.isHeldByCurrentThread()).isTrue();
            freed = true;
        }
    }

    private static DeviceMemory image() {
        return new DeviceMemory(new DevicePointer(), 32) {
            @Override
            protected void free() {
                drop();
            }
        };
    }

    private FormMemory keptBy(DeviceMemory image) {
        FormMemory memory = new FormMemory();
        image.keep(new HalfForm(memory, SHAPE, true, Rounding.current()));
        Rounding.current().formed(image);
        return memory;
    }

    private void end(Rounding work, boolean done) {
        lock.lock();
        try {
            whole.add(done);
            work.drop();
        } finally {
            lock.unlock();
        }
    }

    @Test
    void formsGoWithTheirWorkAndUnderTheLock() {
        DeviceMemory image = image();
        FormMemory aside = new FormMemory();
        FormMemory kept = Rounding.in(
                Precision.BFLOAT16,
                () -> {
                    Rounding.current().aside(aside);
                    return keptBy(image);
                },
                this::end);
        assertThat(whole).containsExactly(true);
        assertThat(image.half()).isNull();
        assertThat(kept.freed).isTrue();
        assertThat(aside.freed).isTrue();
        assertThat(Rounding.isAllowed()).isFalse();
    }

    @Test
    void formsOfWorkThatFailsGoToo() {
        DeviceMemory image = image();
        List<FormMemory> kept = new ArrayList<>();
        assertThatIllegalStateException()
                .isThrownBy(() -> Rounding.in(
                        Precision.BFLOAT16,
                        () -> {
                            kept.add(keptBy(image));
                            throw new IllegalStateException("in the midst");
                        },
                        this::end))
                .withMessage("in the midst");
        assertThat(whole).containsExactly(false);
        assertThat(kept.get(0).freed).isTrue();
        assertThat(Rounding.isAllowed()).isFalse();
    }

    @Test
    void whatFailsAtTheEndDoesNotHideWhatFailedBefore() {
        assertThatThrownBy(() -> Rounding.in(
                        Precision.BFLOAT16,
                        () -> {
                            Rounding.current().formed(image());
                            throw new IllegalStateException("first");
                        },
                        (work, done) -> {
                            throw new IllegalArgumentException("second");
                        }))
                .hasMessage("first")
                .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("second"));
    }

    /** Another thread's work may have put a form of its own in its place, and still needs it. */
    @Test
    void formsOfOtherWorkStay() {
        DeviceMemory image = image();
        FormMemory first = Rounding.in(
                Precision.BFLOAT16,
                () -> {
                    FormMemory mine = keptBy(image);
                    lock.lock();
                    FormMemory others = new FormMemory();
                    image.keep(new HalfForm(others, SHAPE, true, null));
                    lock.unlock();
                    return mine;
                },
                this::end);
        assertThat(first.freed).isTrue();
        assertThat(image.hasLasting()).isTrue();
    }

    @Test
    void workWithoutFormsNeedsNoLock() {
        Rounding.in(Precision.BFLOAT16, () -> true, this::end);
        assertThat(whole).isEmpty();
    }
}
