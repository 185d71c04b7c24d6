package org.semblance.cuda;

import java.nio.FloatBuffer;
import jcuda.driver.CUdeviceptr;
import org.jspecify.annotations.Nullable;
import org.semblance.array.NdArray;

/**
 * Page-locked memory that the host arrays of one stream pass through in pieces, which the device copies at full speed.
 * Two blocks take turns, so that the copy of one piece overlaps the filling of the next; an upload returns once its last
 * piece is queued. No lock of the driver's is held while something is waited for or copied on the host.
 */
final class Staging {
    private static final int PIECE = 1 << 20;

    private final Driver driver;
    private final DevicePool pool;
    private final @Nullable PinnedBlock[] blocks = new PinnedBlock[2];
    private int turn;

    Staging(Driver driver, DevicePool pool) {
        this.driver = driver;
        this.pool = pool;
    }

    /** The block whose turn it is, free for use. */
    private PinnedBlock next() {
        turn = 1 - turn;
        PinnedBlock known = blocks[turn];
        PinnedBlock block = known == null ? new PinnedBlock((long) PIECE * Float.BYTES) : known;
        blocks[turn] = block;
        block.await();
        return block;
    }

    private static FloatBuffer floats(PinnedBlock block) {
        return block.bytes().asFloatBuffer();
    }

    private static CUdeviceptr at(NdArray x, int element) {
        return DevicePool.pointer(x.memory()).withByteOffset((long) element * Float.BYTES);
    }

    synchronized void upload(float[] source, NdArray target) {
        for (int first = 0; first < source.length; first += PIECE) {
            int from = first;
            int n = Math.min(PIECE, source.length - from);
            PinnedBlock block = next();
            floats(block).put(0, source, from, n);
            driver.run(() -> {
                pool.write(target);
                block.copyTo(at(target, from), (long) n * Float.BYTES, driver.stream());
            });
        }
    }

    synchronized void download(NdArray source, float[] target) {
        for (int first = 0; first < target.length; first += PIECE) {
            int from = first;
            int n = Math.min(PIECE, target.length - from);
            PinnedBlock block = next();
            driver.run(() -> {
                pool.read(source);
                block.copyFrom(at(source, from), (long) n * Float.BYTES, driver.stream());
            });
            block.await();
            floats(block).get(0, target, from, n);
        }
    }
}
