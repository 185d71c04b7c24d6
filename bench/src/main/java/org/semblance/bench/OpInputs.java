package org.semblance.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.ops.Layouts;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Inputs of an operation on the device, made once. Work on them runs on the device's own thread in a scope of its own,
 * so that a measurement holds the operation and one hand-over, as a caller of the library pays it.
 */
final class OpInputs implements AutoCloseable {
    private final Device device;
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Scope> constants = new ArrayList<>();
    private final Scope scope;

    /** Uploads; arrays of four axes go into the layout of images. */
    static OpInputs images(Device device, HostArray... arrays) {
        return new OpInputs(device, List.of(arrays));
    }

    private OpInputs(Device device, List<HostArray> arrays) {
        this.device = device;
        scope = device.call(() -> Scope.owned("inputs", () -> arrays.forEach(a -> tensors.add(upload(a)))));
    }

    private Tensor upload(HostArray a) {
        return a.shape().rank() == 4
                ? Scope.in("upload", () -> Layouts.image(Tensor.of(device, a)))
                : Tensor.of(device, a);
    }

    /** Adds a constant as a network holds its weights: plain, and sealed. */
    OpInputs withConstant(HostArray a) {
        device.run(() -> tensors.add(keepSealed(a)));
        return this;
    }

    private Tensor keepSealed(HostArray a) {
        List<Tensor> made = new ArrayList<>();
        constants.add(Scope.owned("constant", () -> made.add(Tensor.of(device, a))));
        device.backend().seal(made.get(0).array());
        return made.get(0);
    }

    Tensor get(int index) {
        return tensors.get(index);
    }

    /** Runs an operation and frees its result. */
    void run(Function<OpInputs, Tensor> op) {
        device.run(() -> {
            try (Scope step = Scope.open("op")) {
                op.apply(this);
            }
        });
    }

    /** Runs an operation and its gradients to the first so many inputs, seeded with the input at an index. */
    void runWithGradients(Function<OpInputs, Tensor> op, int count, int seed) {
        device.run(() -> {
            try (Scope step = Scope.open("op")) {
                List<Tensor> leaves = tensors.subList(0, count);
                leaves.forEach(Tensor::track);
                Gradients.of(op.apply(this)).seed(get(seed)).wrt(leaves);
            }
        });
    }

    @Override
    public void close() {
        device.run(() -> {
            scope.close();
            constants.forEach(Scope::close);
        });
    }
}
