package org.semblance.bench.peers;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;

/** PyTorch by the engine of the Deep Java Library. Its arrays have no transposed convolution, so it runs a module. */
final class DjlEngine implements ScriptEngine {
    @Override
    public String name() {
        return "Djl";
    }

    @Override
    public Run load(Path module, HostArray input, @Nullable HostArray upstream) throws IOException {
        Model inference = model(module, false);
        JniUtils.setNumThreads(ScriptEngine.threads());
        NDManager manager = inference.getNDManager();
        if (upstream == null) {
            return new Loaded(inference, null, array(manager, input), null);
        }
        return new Loaded(inference, model(module, true), array(manager, input), array(manager, upstream));
    }

    /** What is loaded for inference cannot be differentiated through, so there is one model for each. */
    private static Model model(Path module, boolean differentiable) throws IOException {
        Model model = Model.newInstance("generator", "PyTorch");
        try {
            model.load(module.toAbsolutePath(), null, Map.of("trainParam", Boolean.toString(differentiable)));
            return model;
        } catch (ai.djl.MalformedModelException e) {
            throw new IOException(e);
        }
    }

    private static PtNDArray array(NDManager manager, HostArray a) {
        long[] extents = new long[a.shape().rank()];
        for (int i = 0; i < extents.length; i++) {
            extents[i] = a.shape().dim(i);
        }
        return (PtNDArray) manager.create(a.data(), new Shape(extents));
    }

    private record Loaded(
            Model inference,
            @Nullable Model training,
            PtNDArray input,
            @Nullable PtNDArray upstream) implements Run {

        @Override
        public void forward() {
            JniUtils.setGradMode(false);
            try (PtNDManager scope = scope()) {
                apply(inference, input, scope, false);
            }
        }

        @Override
        public void forwardBackward() {
            try (PtNDManager scope = scope()) {
                backward(scope);
            }
        }

        @Override
        public float[] forwardOnHost() {
            JniUtils.setGradMode(false);
            try (PtNDManager scope = scope()) {
                return apply(inference, input, scope, false).toFloatArray();
            }
        }

        @Override
        public float[] gradientOnHost() {
            try (PtNDManager scope = scope()) {
                backward(scope);
                return input.getGradient().toFloatArray();
            }
        }

        private PtNDManager scope() {
            return (PtNDManager) inference.getNDManager().newSubManager();
        }

        private static PtNDArray apply(Model model, PtNDArray input, PtNDManager scope, boolean recorded) {
            NDList result = IValueUtils.forward((PtSymbolBlock) model.getBlock(), new NDList(input), recorded);
            result.attach(scope);
            return (PtNDArray) result.singletonOrThrow();
        }

        /* Gradients add up in the input; the sum is reset, as a training step does. */
        private void backward(PtNDManager scope) {
            JniUtils.setGradMode(true);
            if (!input.hasGradient()) {
                input.setRequiresGradient(true);
            } else {
                JniUtils.zeroGrad(input);
            }
            JniUtils.backward(
                    apply(Objects.requireNonNull(training), input, scope, true),
                    Objects.requireNonNull(upstream),
                    false,
                    false);
        }

        @Override
        public void close() {
            inference.close();
            if (training != null) {
                training.close();
            }
        }
    }
}
