package org.semblance.bench.gpu;

import java.util.ArrayList;
import java.util.List;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.bench.RandomArrays;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** A row's work by us: style codes and an upstream gradient that lie on the device, and a frozen generator. */
final class GeneratorRun implements AutoCloseable {
    private final StyleGan2Generator generator;
    private final Device device;
    private final int batch;
    private final boolean backward;
    private final Precision precision;
    private final List<Tensor> inputs = new ArrayList<>();
    private final Scope scope;

    /** The work of a row by its generator, which stays the caller's. */
    GeneratorRun(StyleGan2Generator generator, Device device, GpuRow row) {
        this(generator, device, row.batch(), row.backward(), row.precision());
    }

    /** @throws UnsupportedOperationException if the generator cannot be had in this precision here */
    GeneratorRun(StyleGan2Generator generator, Device device, int batch, boolean backward, Precision precision) {
        generator.refusal(precision).ifPresent(reason -> {
            throw new UnsupportedOperationException(reason);
        });
        this.generator = generator;
        this.device = device;
        this.batch = batch;
        this.backward = backward;
        this.precision = precision;
        scope = device.call(() -> Scope.owned("inputs", this::upload));
    }

    private void upload() {
        GeneratorConfig config = generator.config();
        inputs.add(Tensor.of(device, layered(codes(batch, config), config.numWs())));
        if (backward) {
            int r = config.resolution();
            inputs.add(Tensor.of(device, RandomArrays.normal(2, Shape.of(batch, 3, r, r))));
        }
    }

    /** Style codes {@code [N, wDim]}. */
    static HostArray codes(int batch, GeneratorConfig config) {
        return RandomArrays.normal(1, Shape.of(batch, config.wDim()));
    }

    /** {@code [N, wDim]} to {@code [N, numWs, wDim]}, each code in all layers. */
    private static HostArray layered(HostArray codes, int numWs) {
        int n = codes.shape().dim(0);
        int wide = codes.shape().dim(1);
        float[] all = new float[n * numWs * wide];
        for (int i = 0; i < n * numWs; i++) {
            System.arraycopy(codes.data(), i / numWs * wide, all, i * wide, wide);
        }
        return HostArray.of(all, n, numWs, wide);
    }

    /** Does the work and leaves nothing behind. */
    void run() {
        device.run(() -> {
            try (Scope step = Scope.open("run")) {
                result(precision);
            }
        });
    }

    /** The 8-bit pictures, copied to the host. */
    byte[] pixels() {
        return device.call(() -> generator.pixels(inputs.get(0), Noise.constant(), precision));
    }

    /** The pictures or the gradient in a precision. */
    HostArray onHost(Precision other) {
        return device.call(() -> {
            try (Scope step = Scope.open("run")) {
                return result(other).toHost();
            }
        });
    }

    private Tensor result(Precision other) {
        Tensor ws = inputs.get(0);
        if (!backward) {
            return generator.synthesise(ws, Noise.constant(), other);
        }
        ws.track();
        return Gradients.of(generator.synthesise(ws, Noise.constant(), other))
                .seed(inputs.get(1))
                .wrt(ws);
    }

    /** Relative distance of our result from our float32 one, Euclidean. */
    double error() {
        return precision == Precision.FLOAT32 ? 0 : distance(onHost(precision), onHost(Precision.FLOAT32));
    }

    /** {@code |a - b| / |b|}. */
    static double distance(HostArray a, HostArray b) {
        if (!a.shape().equals(b.shape())) {
            throw new IllegalArgumentException("distance: shapes must be equal, got " + a.shape() + ", " + b.shape());
        }
        double apart = 0;
        double size = 0;
        for (int i = 0; i < a.data().length; i++) {
            double d = (double) a.data()[i] - b.data()[i];
            apart += d * d;
            size += (double) b.data()[i] * b.data()[i];
        }
        return Math.sqrt(apart / size);
    }

    @Override
    public void close() {
        device.run(scope::close);
    }
}
