package org.semblance.networks;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.nn.Initialisers;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Runs networks on host data, and compares what they give. */
public final class Networks {
    private Networks() {}

    /** Normal numbers that depend on the seed alone. */
    public static HostArray normal(long seed, int... dims) {
        return Initialisers.normal(Shape.of(dims), 1, Initialisers.random(seed));
    }

    /** The result for this input. */
    public static HostArray run(Device device, HostArray x, UnaryOperator<Tensor> network) {
        return device.call(() -> {
            try (Scope scope = Scope.open("test")) {
                return network.apply(Tensor.of(device, x)).toHost();
            }
        });
    }

    /** The gradient of {@code sum(weights * network(x))}. */
    public static HostArray gradient(Device device, HostArray x, HostArray weights, UnaryOperator<Tensor> network) {
        return device.call(() -> {
            try (Scope scope = Scope.open("test")) {
                Tensor leaf = Tensor.of(device, x).track();
                Tensor y = network.apply(leaf);
                return Gradients.of(y)
                        .seed(Tensor.of(device, weights))
                        .wrt(leaf)
                        .toHost();
            }
        });
    }

    /**
     * How far the gradient in a direction is from the central difference in it, relative to the gradient's length. The
     * scalar is {@code sum(weights * f(x))}, summed in double precision; the direction has elements about one. Of
     * several steps the best counts: long ones cross kinks, short ones drown in rounding.
     */
    public static double deviation(
            HostArray x, HostArray direction, HostArray weights, HostArray gradient, Function<HostArray, HostArray> f) {
        double least = Double.POSITIVE_INFINITY;
        double length = Math.sqrt(dot(gradient, gradient));
        for (float step : new float[] {1e-2f, 2e-3f, 4e-4f}) {
            double up = dot(f.apply(moved(x, direction, step)), weights);
            double down = dot(f.apply(moved(x, direction, -step)), weights);
            double numeric = (up - down) / (2 * (double) step);
            least = Math.min(least, Math.abs(numeric - dot(gradient, direction)) / length);
        }
        return least;
    }

    public static HostArray moved(HostArray x, HostArray direction, float step) {
        float[] data = x.data().clone();
        for (int i = 0; i < data.length; i++) {
            data[i] += step * direction.data()[i];
        }
        return new HostArray(x.shape(), data);
    }

    public static double dot(HostArray a, HostArray b) {
        double sum = 0;
        for (int i = 0; i < a.data().length; i++) {
            sum += (double) a.data()[i] * b.data()[i];
        }
        return sum;
    }

    /** {@code |a - b| / |b|}. */
    public static double relativeL2(HostArray a, HostArray b) {
        if (!a.shape().equals(b.shape())) {
            throw new AssertionError("shapes differ: " + a.shape() + " and " + b.shape());
        }
        HostArray difference = moved(a, b, -1);
        return Math.sqrt(dot(difference, difference) / dot(b, b));
    }

    /** One row of the first axis. */
    public static HostArray row(HostArray all, int index) {
        int size = all.data().length / all.shape().dim(0);
        return new HostArray(
                all.shape().with(0, 1), java.util.Arrays.copyOfRange(all.data(), index * size, (index + 1) * size));
    }
}
