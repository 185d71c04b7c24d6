package org.semblance.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.semblance.array.DType;
import org.semblance.array.Layout;
import org.semblance.array.Memory;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;

class WalkTest {
    @Test
    void axesCrossedInOneStrideAreMerged() {
        Walk walk = Walk.of(array(2, 3, 4), array(2, 3, 4));
        assertThat(walk.rank()).isEqualTo(1);
        assertThat(walk.packed()).containsExactly(24, 1, 1);
    }

    @Test
    void repeatedAxesHaveStrideZero() {
        Walk walk = Walk.of(array(2, 3, 4), array(2, 1, 4), array(1, 3, 1));
        assertThat(walk.rank()).isEqualTo(3);
        assertThat(walk.packed()).containsExactly(2, 3, 4, 12, 4, 1, 4, 0, 1, 0, 1, 0);
    }

    @Test
    void sumsAreTakenApartIntoKeptAndAddedAxes() {
        Reduction reduction = Reduction.of(array(2, 3, 4, 5), array(1, 3, 1, 1));
        assertThat(reduction.kept().packed()).containsExactly(3, 20);
        assertThat(reduction.reduced().packed()).containsExactly(2, 20, 60, 1);
    }

    @Test
    void scalarsAreOneElement() {
        assertThat(Walk.of(array(), array()).count()).isEqualTo(1);
        assertThat(Walk.of(array(1, 1), array(1, 1)).rank()).isZero();
    }

    private static NdArray array(int... dims) {
        Shape shape = Shape.of(dims);
        return new NdArray(shape, DType.F32, Layout.PLAIN, new Nowhere(shape.count() * 4));
    }

    private static final class Nowhere extends Memory {
        private final long bytes;

        Nowhere(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public long address() {
            return 0;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        protected void free() {
            // Owns nothing.
        }
    }
}
