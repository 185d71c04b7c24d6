package org.semblance.bench.peers;

import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;

/** PyTorch by the Bytedeco preset. */
final class BytedecoEngine implements ScriptEngine {
    @Override
    public String name() {
        return "Bytedeco";
    }

    @Override
    public Run load(Path module, HostArray input, @Nullable HostArray upstream) {
        torch.set_num_threads(ScriptEngine.threads());
        JitModule loaded = torch.load(module.toString());
        loaded.eval();
        return new Loaded(loaded, tensor(input), upstream == null ? null : tensor(upstream));
    }

    private static Tensor tensor(HostArray a) {
        long[] extents = new long[a.shape().rank()];
        for (int i = 0; i < extents.length; i++) {
            extents[i] = a.shape().dim(i);
        }
        return Tensor.create(a.data(), extents);
    }

    private record Loaded(
            JitModule module, Tensor input, @Nullable Tensor upstream) implements Run {
        @Override
        public void forward() {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                apply();
            }
        }

        @Override
        public void forwardBackward() {
            try (PointerScope scope = new PointerScope()) {
                gradient();
            }
        }

        @Override
        public float[] forwardOnHost() {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                return host(apply());
            }
        }

        @Override
        public float[] gradientOnHost() {
            try (PointerScope scope = new PointerScope()) {
                return host(gradient());
            }
        }

        private Tensor apply() {
            return module.forward(new IValueVector(new IValue(input))).toTensor();
        }

        private Tensor gradient() {
            input.requires_grad_(true);
            TensorVector result = new TensorVector(apply());
            TensorVector seed = new TensorVector(Objects.requireNonNull(upstream));
            return torch.grad(result, new TensorVector(input), seed, new BoolOptional(), false, false)
                    .get(0);
        }

        private static float[] host(Tensor t) {
            Tensor plain = t.detach().contiguous();
            float[] data = new float[Math.toIntExact(plain.numel())];
            new FloatPointer(plain.data_ptr_float()).get(data);
            return data;
        }

        @Override
        public void close() {
            module.close();
        }
    }
}
