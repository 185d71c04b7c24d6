package org.semblance.cuda;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import jcuda.driver.CUdeviceptr;
import org.semblance.array.NdArray;

/**
 * Page-locked memory that the host arrays of one stream pass through in pieces, which the device copies at full speed.
 * Blocks take turns, and while all are in use there are more of them, up to a limit: an upload returns once its last
 * piece is queued, and hardly ever waits for work that was queued before it. No lock of the driver's is held while
 * something is waited for or copied on the host.
 */
final class Staging {
    private static final int PIECE = 1 << 18;
    private static final int MOST = 32;

    private final Driver driver;
    private final DevicePool pool;
    private final Deque<PinnedBlock> blocks = new ArrayDeque<>();

    Staging(Driver driver, DevicePool pool) {
        this.driver = driver;
        this.pool = pool;
    }

    /** The block that was used longest ago, or a new one while that is in use; free for use. */
    private PinnedBlock next() {
        PinnedBlock oldest = blocks.peekFirst();
        PinnedBlock block = oldest == null || (blocks.size() < MOST && !oldest.isFree())
                ? new PinnedBlock((long) PIECE * Float.BYTES)
                : blocks.removeFirst();
        blocks.addLast(block);
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
