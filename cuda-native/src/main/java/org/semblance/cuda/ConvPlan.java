package org.semblance.cuda;

import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_BWD_DATA_ALGO_1;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CROSS_CORRELATION;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_BFLOAT16;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_FLOAT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_HALF;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DEFAULT_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_FMA_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_NCHW;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_NHWC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_OP_MATH;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBackwardData;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBackwardFilter;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionForward;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateConvolutionDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateFilterDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateTensorDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyConvolutionDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyFilterDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyTensorDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionBackwardDataWorkspaceSize;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionForwardWorkspaceSize;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolution2dDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolutionGroupCount;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolutionMathType;
import static org.bytedeco.cuda.global.cudnn.cudnnSetFilter4dDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetTensor4dDescriptor;

import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.semblance.array.Shape;
import org.semblance.backend.ConvSpec;

/**
 * One convolution as cuDNN computes it: descriptors, an algorithm that adds in the same order every time, and the
 * workspace it wants. Sums are float32.
 */
@SuppressWarnings("deprecation") // cuDNN 9 keeps these functions beside its graph interface
final class ConvPlan implements AutoCloseable {
    private static final int[] FORWARD = {
        CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM, CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM
    };
    private static final int[] DATA = {CUDNN_CONVOLUTION_BWD_DATA_ALGO_1};
    private static final int[] WEIGHTS = {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1};
    private static final int NONE = -1;

    /** Element type, order in memory, and what multiplies. */
    enum Format {
        FLOAT32(CUDNN_DATA_FLOAT, CUDNN_TENSOR_NCHW, CUDNN_FMA_MATH),
        /** Float32 elements, rounded to TF32 where they are multiplied. */
        TF32(CUDNN_DATA_FLOAT, CUDNN_TENSOR_NCHW, CUDNN_DEFAULT_MATH),
        FLOAT16(CUDNN_DATA_HALF, CUDNN_TENSOR_NHWC, CUDNN_TENSOR_OP_MATH),
        BFLOAT16(CUDNN_DATA_BFLOAT16, CUDNN_TENSOR_NHWC, CUDNN_TENSOR_OP_MATH);

        private final int type;
        private final int order;
        private final int math;

        Format(int type, int order, int math) {
            this.type = type;
            this.order = order;
            this.math = math;
        }
    }

    private final Cudnn cudnn;
    private final ConvKey key;
    private final Format format;
    private final cudnnTensorStruct x = new cudnnTensorStruct();
    private final cudnnTensorStruct y = new cudnnTensorStruct();
    private final cudnnFilterStruct w = new cudnnFilterStruct();
    private final cudnnConvolutionStruct conv = new cudnnConvolutionStruct();
    private final FloatPointer one = new FloatPointer(1f);
    private final FloatPointer zero = new FloatPointer(0f);
    private int algorithm = NONE;
    private long workspace;

    ConvPlan(Cudnn cudnn, ConvKey key, Format format) {
        this.cudnn = cudnn;
        this.key = key;
        this.format = format;
        boolean done = false;
        try {
            if (fits() && describe()) {
                choose();
            }
            done = true;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    /** Whether the arrays have no more elements than cuDNN takes. */
    private boolean fits() {
        return Math.max(key.w().count(), Math.max(key.x().count(), key.y().count())) <= Integer.MAX_VALUE;
    }

    /** Makes the descriptors and tells whether cuDNN takes what they say. */
    private boolean describe() {
        return tensor(x, key.x()) && tensor(y, key.y()) && filter(key.w()) && convolution(key.spec());
    }

    /** Whether cuDNN did as asked and did not refuse; anything else is an error. */
    private static boolean isTaken(String function, int status) {
        if (Cudnn.isRefusal(status)) {
            return false;
        }
        Cudnn.check(function, status);
        return true;
    }

    /** Whether cuDNN takes these arrays and this geometry at all. */
    boolean isSupported() {
        return algorithm != NONE;
    }

    /** Notes that cuDNN refused the geometry when it was run. */
    void refuse() {
        algorithm = NONE;
    }

    /** Bytes of device memory that {@link #run} wants. */
    long workspace() {
        return workspace;
    }

    private boolean tensor(cudnnTensorStruct desc, Shape s) {
        Cudnn.check("cudnnCreateTensorDescriptor", cudnnCreateTensorDescriptor(desc));
        return isTaken(
                "cudnnSetTensor4dDescriptor",
                cudnnSetTensor4dDescriptor(desc, format.order, format.type, s.dim(0), s.dim(1), s.dim(2), s.dim(3)));
    }

    private boolean filter(Shape s) {
        Cudnn.check("cudnnCreateFilterDescriptor", cudnnCreateFilterDescriptor(w));
        return isTaken(
                "cudnnSetFilter4dDescriptor",
                cudnnSetFilter4dDescriptor(w, format.type, format.order, s.dim(0), s.dim(1), s.dim(2), s.dim(3)));
    }

    private boolean convolution(ConvSpec s) {
        Cudnn.check("cudnnCreateConvolutionDescriptor", cudnnCreateConvolutionDescriptor(conv));
        boolean taken = isTaken(
                "cudnnSetConvolution2dDescriptor",
                cudnnSetConvolution2dDescriptor(
                        conv,
                        s.padTop(),
                        s.padLeft(),
                        s.strideY(),
                        s.strideX(),
                        s.dilationY(),
                        s.dilationX(),
                        CUDNN_CROSS_CORRELATION,
                        CUDNN_DATA_FLOAT));
        return taken
                && isTaken("cudnnSetConvolutionGroupCount", cudnnSetConvolutionGroupCount(conv, s.groups()))
                && isTaken("cudnnSetConvolutionMathType", cudnnSetConvolutionMathType(conv, format.math));
    }

    private void choose() {
        try (SizeTPointer size = new SizeTPointer(1)) {
            for (int candidate : candidates()) {
                if (workspace(candidate, size) == 0) {
                    algorithm = candidate;
                    workspace = size.get();
                    return;
                }
            }
        }
    }

    private int[] candidates() {
        return switch (key.direction()) {
            case FORWARD -> FORWARD;
            case DATA -> DATA;
            case WEIGHTS -> WEIGHTS;
        };
    }

    private int workspace(int candidate, SizeTPointer size) {
        return switch (key.direction()) {
            case FORWARD -> cudnnGetConvolutionForwardWorkspaceSize(cudnn.handle(), x, w, conv, y, candidate, size);
            case DATA -> cudnnGetConvolutionBackwardDataWorkspaceSize(cudnn.handle(), w, y, conv, x, candidate, size);
            case WEIGHTS ->
                cudnnGetConvolutionBackwardFilterWorkspaceSize(cudnn.handle(), x, y, conv, w, candidate, size);
        };
    }

    /** Queues the convolution of two device addresses into a third and returns cuDNN's status. */
    int run(long first, long second, long result, long space) {
        try (Pointer a = new Cudnn.Address(first);
                Pointer b = new Cudnn.Address(second);
                Pointer c = new Cudnn.Address(result);
                Pointer s = new Cudnn.Address(space)) {
            return run(a, b, c, s);
        }
    }

    private int run(Pointer a, Pointer b, Pointer c, Pointer space) {
        return switch (key.direction()) {
            case FORWARD ->
                cudnnConvolutionForward(cudnn.handle(), one, x, a, w, b, conv, algorithm, space, workspace, zero, y, c);
            case DATA ->
                cudnnConvolutionBackwardData(
                        cudnn.handle(), one, w, b, y, a, conv, algorithm, space, workspace, zero, x, c);
            case WEIGHTS ->
                cudnnConvolutionBackwardFilter(
                        cudnn.handle(), one, x, a, y, b, conv, algorithm, space, workspace, zero, w, c);
        };
    }

    /** What was not made is null, which cuDNN takes for nothing to destroy. */
    @Override
    public void close() {
        cudnnDestroyConvolutionDescriptor(conv);
        cudnnDestroyFilterDescriptor(w);
        cudnnDestroyTensorDescriptor(y);
        cudnnDestroyTensorDescriptor(x);
        one.close();
        zero.close();
    }
}
