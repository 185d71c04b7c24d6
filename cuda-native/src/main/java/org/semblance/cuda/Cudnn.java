package org.semblance.cuda;

import static org.bytedeco.cuda.global.cudnn.cudnnCreate;
import static org.bytedeco.cuda.global.cudnn.cudnnGetErrorString;
import static org.bytedeco.cuda.global.cudnn.cudnnGetVersion;
import static org.bytedeco.cuda.global.cudnn.cudnnSetStream;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.javacpp.Pointer;
import org.semblance.backend.BackendException;

/**
 * cuDNN, with a handle for each stream that it is used on. Its statuses from 3000 to 3999 say that an algorithm does not
 * take a geometry.
 */
final class Cudnn {
    private final Supplier<Stream> stream;
    private final Map<Stream, cudnnContext> handles = new HashMap<>();

    /** @param stream tells what the calling thread queues on */
    Cudnn(Supplier<Stream> stream) {
        this.stream = stream;
        handle();
    }

    /** The handle of the calling thread's stream. */
    cudnnContext handle() {
        return handles.computeIfAbsent(stream.get(), Cudnn::open);
    }

    private static cudnnContext open(Stream queue) {
        cudnnContext handle = new cudnnContext();
        check("cudnnCreate", cudnnCreate(handle));
        try (Address stream = new Address(queue.handle())) {
            check("cudnnSetStream", cudnnSetStream(handle, new CUstream_st(stream)));
        }
        return handle;
    }

    static String version() {
        long version = cudnnGetVersion();
        return version / 10000 + "." + version / 100 % 100 + "." + version % 100;
    }

    static boolean isRefusal(int code) {
        return code / 1000 == 3;
    }

    static void check(String function, int code) {
        if (code != 0) {
            throw new BackendException("cuda: cuDNN: " + function + " failed with " + code + " ("
                    + cudnnGetErrorString(code).getString() + ")");
        }
    }

    /** A raw address in the form that the binding takes; owns nothing. */
    static final class Address extends Pointer {
        Address(long value) {
            address = value;
        }
    }
}
