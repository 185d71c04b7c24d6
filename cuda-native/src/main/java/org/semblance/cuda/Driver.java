package org.semblance.cuda;

import static jcuda.driver.CUresult.CUDA_SUCCESS;

import java.nio.charset.StandardCharsets;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.semblance.backend.BackendException;

/**
 * One device through CUDA's driver interface: its primary context, which the kernels' runtime, cuBLAS and cuDNN share,
 * and
 * the stream that all work is queued on. {@link #enter} makes the context current before each use on any thread.
 */
final class Driver {
    private final int index;
    private final CUcontext context = new CUcontext();
    private final Stream stream = new Stream();
    private final String description;

    Driver(int index) {
        this.index = index;
        check("cuInit", JCudaDriver.cuInit(0));
        CUdevice device = new CUdevice();
        check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, index));
        check("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
        enter();
        check("cuStreamCreate", JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
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

    Stream stream() {
        return stream;
    }

    /** Makes the context current on this thread. */
    void enter() {
        check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
    }

    /** Waits until all work queued so far is done; failures of kernels show here. */
    void await() {
        check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream));
    }

    /** @throws BackendException with the driver's name and text of the code, unless it is success */
    static void check(String function, int code) {
        if (code != CUDA_SUCCESS) {
            throw new BackendException("cuda: driver: " + function + " failed with " + code + " (" + text(code) + ")");
        }
    }

    private static String text(int code) {
        String[] text = new String[1];
        JCudaDriver.cuGetErrorString(code, text);
        return jcuda.driver.CUresult.stringFor(code) + ": " + text[0];
    }
}
