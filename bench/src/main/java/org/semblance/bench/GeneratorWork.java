package org.semblance.bench;

import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** A frozen generator with style codes and an upstream gradient, ready to be timed. Runs on the device's own thread. */
public final class GeneratorWork implements AutoCloseable {
    private final Device device = Device.cpu();
    private final StyleGan2Generator generator;
    private final HostArray codes;
    private final HostArray upstream;

    /** Loads the weights and draws the inputs. */
    public GeneratorWork(GeneratorPreset preset, int batch) {
        generator = StyleGan2Generator.load(preset.config(), preset.weights(), device, false);
        codes = preset.codes(batch);
        upstream = preset.upstream(batch);
    }

    /** Pictures from style codes, left on the device. */
    public void forward() {
        device.run(() -> {
            try (Scope scope = Scope.open("forward")) {
                pictures(Tensor.of(device, codes));
            }
        });
    }

    /** Pictures, and the gradient with respect to the style codes, left on the device. */
    public void forwardBackward() {
        device.run(() -> {
            try (Scope scope = Scope.open("forwardBackward")) {
                gradient();
            }
        });
    }

    /** The pictures, {@code [N, 3, R, R]}. */
    public HostArray picturesOnHost() {
        return device.call(() -> {
            try (Scope scope = Scope.open("pictures")) {
                return pictures(Tensor.of(device, codes)).toHost();
            }
        });
    }

    /** The gradient, {@code [N, wDim]}. */
    public HostArray gradientOnHost() {
        return device.call(() -> {
            try (Scope scope = Scope.open("gradient")) {
                return gradient().toHost();
            }
        });
    }

    private Tensor gradient() {
        Tensor w = Tensor.of(device, codes).track();
        Tensor seed = Tensor.of(device, upstream);
        return Gradients.of(pictures(w)).seed(seed).wrt(w);
    }

    private Tensor pictures(Tensor w) {
        return generator.synthesise(generator.broadcast(w, Truncation.none()), Noise.constant());
    }

    @Override
    public void close() {
        generator.close();
    }
}
