package org.semblance.nn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.NdArray;
import org.semblance.array.Shape;
import org.semblance.backend.AdamSpec;
import org.semblance.ops.Layouts;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * The Adam optimiser in Keras' form, epsilon after the bias correction: with {@code a = lr sqrt(1 - b2^t) / (1 -
 * b1^t)}, {@code m += (g - m)(1 - b1)}, {@code v += (g^2 - v)(1 - b2)}, {@code p -= a m / (sqrt(v) + eps)}. It changes
 * the parameters in place and owns their moments until it is closed. For one thread at a time.
 *
 * <p>Source: Kingma and Ba, Adam, 2015, end of section 2 ("epsilon hat").
 */
public final class Adam implements AutoCloseable {
    private final List<Tensor> parameters;
    private final List<Tensor> first = new ArrayList<>();
    private final List<Tensor> second = new ArrayList<>();
    /** The rate of the step on the device, one element; none without parameters. */
    private final List<Tensor> deviceRate = new ArrayList<>();

    private final Scope state;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private double rate;
    private long steps;

    /** With beta1 0.9, beta2 0.999 and epsilon 1e-7, Keras' defaults. */
    public Adam(List<Tensor> parameters, double rate) {
        this(parameters, rate, 0.9, 0.999, 1e-7);
    }

    /**
     * An optimiser whose moments are zero.
     *
     * @param parameters plain tensors, changed in place by {@link #step}
     * @param rate learning rate
     * @param beta1 decay of the first moment, in [0, 1)
     * @param beta2 decay of the second moment, in [0, 1)
     * @param epsilon added to the root
     */
    public Adam(List<Tensor> parameters, double rate, double beta1, double beta2, double epsilon) {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
            throw new IllegalArgumentException("adam: betas must lie in [0, 1), got " + beta1 + " and " + beta2);
        }
        for (Tensor p : parameters) {
            if (!p.array().isPlain()) {
                throw new IllegalArgumentException("adam: parameters must be plain, got " + p);
            }
        }
        this.parameters = List.copyOf(parameters);
        this.rate = rate;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.state = Scope.owned("adam", () -> {
            for (Tensor p : parameters) {
                first.add(Tensor.zeros(p.device(), p.shape()));
                second.add(Tensor.zeros(p.device(), p.shape()));
            }
            parameters.stream().limit(1).forEach(p -> deviceRate.add(Tensor.zeros(p.device(), Shape.of(1))));
        });
    }

    /**
     * One update.
     *
     * @param gradients one per parameter, of its shape, in the constructor's order
     */
    public void step(List<Tensor> gradients) {
        requireFit(gradients);
        steps++;
        AdamSpec spec = spec();
        try (Scope scratch = Scope.open("adam")) {
            for (int i = 0; i < parameters.size(); i++) {
                update(spec, null, i, gradients.get(i));
            }
        }
    }

    /**
     * One update with gradients times a number that is on the device; nothing changes if that is not finite, though the
     * step counts.
     *
     * @param scale one element
     */
    public void step(List<Tensor> gradients, Tensor scale) {
        requireFit(gradients);
        begin();
        update(gradients, scale);
    }

    /** The host's part of {@link #step(List, Tensor)}: counts the step and brings its rate to the device. */
    public void begin() {
        steps++;
        float[] now = {spec().rate()};
        deviceRate.forEach(t -> t.backend().upload(now, t.array()));
    }

    /**
     * The device's part of {@link #step(List, Tensor)}, after {@link #begin}. It queues the same work every time and
     * waits
     * for nothing, so that a backend can record it.
     */
    public void update(List<Tensor> gradients, Tensor scale) {
        requireFit(gradients);
        if (scale.shape().count() != 1) {
            throw new IllegalArgumentException("adam: scale must have one element, got " + scale);
        }
        AdamSpec spec = spec();
        try (Scope scratch = Scope.open("adam")) {
            for (int i = 0; i < parameters.size(); i++) {
                update(spec, scale, i, gradients.get(i));
            }
        }
    }

    private AdamSpec spec() {
        return AdamSpec.keras(rate, beta1, beta2, epsilon, steps);
    }

    private void update(AdamSpec spec, @Nullable Tensor scale, int i, Tensor gradient) {
        Tensor p = parameters.get(i);
        NdArray g = Layouts.plain(gradient).array();
        NdArray m = first.get(i).array();
        NdArray v = second.get(i).array();
        if (scale == null) {
            p.backend().adam(spec, g, p.array(), m, v);
        } else {
            p.backend().adamScaled(spec, deviceRate.get(0).array(), scale.array(), g, p.array(), m, v);
        }
    }

    private void requireFit(List<Tensor> gradients) {
        if (gradients.size() != parameters.size()) {
            throw new IllegalArgumentException("adam: there must be one gradient per parameter, got " + gradients.size()
                    + " for " + parameters.size());
        }
        for (int i = 0; i < parameters.size(); i++) {
            if (!gradients.get(i).shape().equals(parameters.get(i).shape())) {
                throw new IllegalArgumentException("adam: gradient " + i + " must have its parameter's shape, got "
                        + gradients.get(i).shape() + " for " + parameters.get(i).shape());
            }
        }
    }

    /** The learning rate. */
    public double rate() {
        return rate;
    }

    /** Sets the learning rate of the steps to come. */
    public void setRate(double value) {
        rate = value;
    }

    /** Number of updates so far. */
    public long steps() {
        return steps;
    }

    /** First moments, one per parameter; this optimiser's own, to be read. */
    public List<Tensor> firstMoments() {
        return List.copyOf(first);
    }

    /** Second moments, one per parameter; this optimiser's own, to be read. */
    public List<Tensor> secondMoments() {
        return List.copyOf(second);
    }

    /** Goes on from a saved state. The moments are one per parameter, of its shape. */
    public void restore(long stepsDone, List<HostArray> firstMoments, List<HostArray> secondMoments) {
        upload(first, firstMoments);
        upload(second, secondMoments);
        steps = stepsDone;
    }

    private static void upload(List<Tensor> targets, List<HostArray> values) {
        if (targets.size() != values.size()) {
            throw new IllegalArgumentException(
                    "adam: there must be one moment per parameter, got " + values.size() + " for " + targets.size());
        }
        for (int i = 0; i < targets.size(); i++) {
            Tensor target = targets.get(i);
            HostArray value = values.get(i);
            if (!value.shape().equals(target.shape())) {
                throw new IllegalArgumentException("adam: moment " + i + " must have its parameter's shape, got "
                        + value.shape() + " for " + target.shape());
            }
            target.backend().upload(value.data(), target.array());
        }
    }

    /** Frees the moments. */
    @Override
    public void close() {
        state.close();
    }
}
