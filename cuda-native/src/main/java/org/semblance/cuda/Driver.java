package org.semblance.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_OUT_OF_MEMORY;
import static jcuda.driver.CUresult.CUDA_SUCCESS;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.BackendException;

/**
 * One device through CUDA's driver interface: its primary context, which the kernels' runtime, cuBLAS and cuDNN share,
 * and a stream for each thread of use, up to a number of them that threads then share. Work is queued under one lock,
 * by {@link #run} and {@link #locked}.
 *
 * <p>What waits for the device does so without the lock: downloads, pictures, uploads that find all their blocks in use
 * ({@link Staging}), and a caller who is far ahead ({@link Queue#pace}). With it, so that other threads wait too, only
 * what is rare: {@link #awaitAll}, when a plan is made, when a pass of it first runs in a batch size with a kind of
 * noise, when memory runs out or batch sizes are given up, when work is recorded with little memory left, and when a
 * plan or a recorder is closed; {@link Capture#rehearse} behind it; the times of a profile ({@link StreamClock}); and
 * the copy of a recorded constant.
 */
final class Driver {
    /** Streams that recorded work is spread over: {@code semblance.cuda.lanes}, or 8. */
    private static final int LANES = Math.max(1, Integer.getInteger("semblance.cuda.lanes", 8));

    private final int index;
    private final List<Stream> beside = new ArrayList<>();
    private final CUcontext context = new CUcontext();
    private final Queues<Queue> queues = new Queues<>(streams(), Queue::new);
    private final ReentrantLock lock = new ReentrantLock();
    private final String description;

    Driver(int index) {
        this.index = index;
        check("cuInit", JCudaDriver.cuInit(0));
        CUdevice device = new CUdevice();
        check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, index));
        check("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
        enter();
        description = nameOf(device) + ", CUDA " + version();
    }

    private static String nameOf(CUdevice device) {
        byte[] name = new byte[256];
        check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, name.length, device));
        return new String(name, StandardCharsets.UTF_8).split("\0", 2)[0];
    }

    private static String version() {
        int[] version = new int[1];
        check("cuDriverGetVersion", JCudaDriver.cuDriverGetVersion(version));
        return version[0] / 1000 + "." + version[0] % 1000 / 10;
    }

    int index() {
        return index;
    }

    String description() {
        return description;
    }

    /** Most streams: {@code semblance.cuda.streams}, or 8; more threads than that share. */
    private static int streams() {
        return Math.max(1, Integer.getInteger("semblance.cuda.streams", 8));
    }

    /** What the calling thread queues its work on; the context is current. */
    Queue queue() {
        return queues.mine();
    }

    /**
     * What records the calling thread's work, or null.
     *
     * @throws IllegalStateException if that is work on another device
     */
    @Nullable
    Recording recording() {
        Recording recording = Recording.current();
        if (recording != null) {
            recording.requireOn(this);
        }
        return recording;
    }

    /**
     * The calling thread's stream, or the lane of the operation that it records; the context is current.
     */
    Stream stream() {
        Recording recording = recording();
        Stream lane = recording == null ? null : recording.stream();
        return lane == null ? queue().stream() : lane;
    }

    /** The calling thread's stream and those beside it that recorded work is spread over; with the lock held. */
    List<Stream> lanes() {
        while (beside.size() < LANES - 1) {
            beside.add(Stream.open());
        }
        List<Stream> lanes = new ArrayList<>(beside);
        lanes.add(0, queue().stream());
        return lanes;
    }

    /** Bytes of device memory that nobody has, and all there are. */
    record Memory(long free, long total) {
        /** By whatever process. */
        long taken() {
            return total - free;
        }
    }

    /** Memory of the device; the context is current. */
    Memory memory() {
        long[] free = new long[1];
        long[] total = new long[1];
        check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, total));
        return new Memory(free[0], total[0]);
    }

    /** Runs work that queues something: with the lock held, the context current and one more piece of work counted. */
    <T extends @Nullable Object> T locked(Supplier<T> work) {
        Recording recording = recording();
        enter();
        Queue queue = queue();
        if (lock.isHeldByCurrentThread()) {
            queue.next();
            return recording == null ? work.get() : recording.operation(work);
        }
        queue.pace();
        lock.lock();
        try {
            queue.mark();
            queue.next();
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** {@link #locked} for work that returns nothing. */
    void run(Runnable work) {
        this.<@Nullable Object>locked(() -> {
            work.run();
            return null;
        });
    }

    /** Makes the context current on this thread. */
    void enter() {
        check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
    }

    /** Waits until all work queued so far, on all streams, is done; failures of kernels show here. */
    void awaitAll() {
        check("cuCtxSynchronize", JCudaDriver.cuCtxSynchronize());
    }

    /**
     * @throws BackendException with the driver's name and text of the code, unless it is success
     * @throws OutOfMemory if it says that there is no device memory left
     */
    static void check(String function, int code) {
        if (code == CUDA_ERROR_OUT_OF_MEMORY) {
            throw new OutOfMemory(failed(function, code));
        }
        if (code != CUDA_SUCCESS) {
            throw new BackendException(failed(function, code));
        }
    }

    /** What happened, with the driver's name and text of the code. */
    static String failed(String function, int code) {
        return "cuda: driver: " + function + " failed with " + code + " (" + text(code) + ")";
    }

    private static String text(int code) {
        String[] text = new String[1];
        JCudaDriver.cuGetErrorString(code, text);
        return jcuda.driver.CUresult.stringFor(code) + ": " + text[0];
    }
}
