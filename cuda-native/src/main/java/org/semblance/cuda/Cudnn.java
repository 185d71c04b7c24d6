package org.semblance.cuda;

import static org.bytedeco.cuda.global.cudnn.cudnnCreate;
import static org.bytedeco.cuda.global.cudnn.cudnnGetErrorString;
import static org.bytedeco.cuda.global.cudnn.cudnnGetVersion;
import static org.bytedeco.cuda.global.cudnn.cudnnSetStream;

import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.javacpp.Pointer;
import org.semblance.backend.BackendException;

/** cuDNN on one stream. Its statuses from 3000 to 3999 say that an algorithm does not take a geometry. */
final class Cudnn {
    private final cudnnContext handle = new cudnnContext();

    Cudnn(Stream queue) {
        check("cudnnCreate", cudnnCreate(handle));
        try (Address stream = new Address(queue.handle())) {
            check("cudnnSetStream", cudnnSetStream(handle, new CUstream_st(stream)));
        }
    }

    cudnnContext handle() {
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
