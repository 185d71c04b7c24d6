package org.semblance.cpu;

import java.nio.FloatBuffer;
import org.semblance.array.NdArray;
import org.semblance.backend.View;

/** Strided copies between a whole array and a view of another. */
final class Copies {
    private Copies() {}

    /** {@code y[i] = x[view(i)]}. */
    static void gather(NdArray x, View view, NdArray y) {
        Walk walk = Walk.inMemoryOrder(y.shape(), y.layout(), y.layout().strides(y.shape()), view.strides());
        move(walk, HostMemory.floats(x), view.offset(), 1, HostMemory.floats(y), 0, 0);
    }

    /** {@code y[view(i)] = x[i]}. */
    static void scatter(NdArray x, View view, NdArray y) {
        Walk walk = Walk.inMemoryOrder(x.shape(), x.layout(), x.layout().strides(x.shape()), view.strides());
        move(walk, HostMemory.floats(x), 0, 0, HostMemory.floats(y), view.offset(), 1);
    }

    /** Copies operand {@code source} of the walk to operand {@code target}. */
    private static void move(
            Walk walk, FloatBuffer from, long fromOffset, int source, FloatBuffer to, long toOffset, int target) {
        if (walk.count() == 0) {
            return;
        }
        int middle = walk.middle();
        int rowsPerPart = Math.max(1, Math.min(middle, 4 * Staging.BLOCK / Math.max(1, walk.inner())));
        int partsPerOuter = (middle + rowsPerPart - 1) / rowsPerPart;
        Workers.run(Math.multiplyExact(walk.outerCount(), partsPerOuter), walk.count(), part -> {
            int outer = part / partsPerOuter;
            int first = part % partsPerOuter * rowsPerPart;
            long in = fromOffset + walk.outerOffset(source, outer);
            long out = toOffset + walk.outerOffset(target, outer);
            for (int row = first; row < Math.min(middle, first + rowsPerPart); row++) {
                row(
                        from,
                        in + row * walk.middleStride(source),
                        walk.innerStride(source),
                        to,
                        out + row * walk.middleStride(target),
                        walk.innerStride(target),
                        walk.inner());
            }
        });
    }

    private static void row(FloatBuffer from, long in, long inStep, FloatBuffer to, long out, long outStep, int n) {
        if (inStep == 1 && outStep == 1) {
            to.put((int) out, from, (int) in, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            to.put((int) (out + i * outStep), from.get((int) (in + i * inStep)));
        }
    }
}
