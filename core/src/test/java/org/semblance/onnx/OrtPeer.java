package org.semblance.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;

/** What ONNX Runtime makes of a file. */
final class OrtPeer {
    private OrtPeer() {}

    static HostArray run(byte[] model, String output, HostArray x) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] dims = Arrays.stream(x.shape().dims()).asLongStream().toArray();
        try (OrtSession.SessionOptions options = options();
                OrtSession session = environment.createSession(model, options);
                OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(x.data()), dims);
                OrtSession.Result result =
                        session.run(Map.of(session.getInputNames().iterator().next(), input), Set.of(output))) {
            OnnxTensor y = (OnnxTensor) result.get(0);
            float[] data = new float[y.getFloatBuffer().remaining()];
            y.getFloatBuffer().get(data);
            int[] shape = Arrays.stream(y.getInfo().getShape())
                    .mapToInt(Math::toIntExact)
                    .toArray();
            return new HostArray(Shape.of(shape), data);
        }
    }

    private static OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        return options;
    }
}
