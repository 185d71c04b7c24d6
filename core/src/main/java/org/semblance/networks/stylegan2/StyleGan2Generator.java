package org.semblance.networks.stylegan2;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.backend.Fir;
import org.semblance.backend.LayerTime;
import org.semblance.backend.Precision;
import org.semblance.nn.ParameterSource;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Filter;
import org.semblance.ops.Filters;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * A StyleGAN2 generator (Karras et al. 2020): z and a label to w, w to a picture. Differentiable in everything; frozen
 * unless loaded for training. Parameter names are those of stylegan2-ada-pytorch.
 */
public final class StyleGan2Generator implements StyleGenerator {
    /** Codes that a missing mean is estimated from, as many as rosinality's programs take. */
    private static final int MEAN_CODES = 4096;

    private final GeneratorConfig config;
    private final Parameters parameters;
    private final Mapping mapping;
    private final Synthesis synthesis;
    private final PlannedSynthesis planned;
    private final Tensor wAvg;

    private StyleGan2Generator(GeneratorConfig config, Parameters p) {
        this.config = config;
        parameters = p;
        mapping = new Mapping(
                p, "mapping.", config.zDim(), config.cDim(), config.wDim(), config.mappingLayers(), config.mappingLr());
        Tensor stored = p.bufferIfPresent("mapping.w_avg", config.wDim());
        wAvg = stored == null ? p.derived(() -> estimatedMean(p.device())) : stored;
        synthesis = new Synthesis(p, config, filter(p, "synthesis.b4.resample_filter"));
        planned = new PlannedSynthesis(synthesis, config, p.device(), p.isTrainable());
    }

    /** The mean style code of {@link #MEAN_CODES} random codes, for files that do not store one. */
    private Tensor estimatedMean(Device device) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(0);
        float[] z = new float[MEAN_CODES * config.zDim()];
        for (int i = 0; i < z.length; i++) {
            z[i] = (float) random.nextGaussian();
        }
        Tensor label = config.cDim() == 0 ? null : Tensor.zeros(device, Shape.of(MEAN_CODES, config.cDim()));
        Tensor w = mapping.apply(Tensor.of(device, z, MEAN_CODES, config.zDim()), label);
        return Tensor.of(
                device, Shapes.reshape(Reduce.mean(w, 0), config.wDim()).toHost());
    }

    /**
     * Takes the weights from a source; names left over or missing are the source's to report. A source that has no
     * {@code mapping.w_avg} to give gets one that is estimated from random codes.
     */
    public static StyleGan2Generator load(
            GeneratorConfig config, ParameterSource source, Device device, boolean trainable) {
        return Parameters.load("generator", device, source, trainable, p -> new StyleGan2Generator(config, p));
    }

    /** The stored filter, a matrix or a row that stands for its outer product; else [1, 3, 3, 1] normalised. */
    static Filter filter(Parameters p, String name) {
        HostArray stored = p.hostIfPresent(name);
        if (stored == null) {
            return Filters.of(1, 3, 3, 1);
        }
        Shape shape = stored.shape();
        return shape.rank() == 1
                ? Filter.separable(stored.data())
                : Filter.of(new Fir(shape.dim(0), shape.dim(1), stored.data()));
    }

    /** What determines it but its weights. */
    public GeneratorConfig config() {
        return config;
    }

    @Override
    public int zDim() {
        return config.zDim();
    }

    @Override
    public int cDim() {
        return config.cDim();
    }

    @Override
    public int wDim() {
        return config.wDim();
    }

    @Override
    public int numWs() {
        return config.numWs();
    }

    @Override
    public int resolution() {
        return config.resolution();
    }

    /** Its parameters, in names of stylegan2-ada-pytorch. */
    @Override
    public Parameters parameters() {
        return parameters;
    }

    /** The mean style code, {@code [wDim]}. */
    @Override
    public Tensor wAvg() {
        parameters.requireOpen();
        return wAvg;
    }

    /** {@code [N, zDim]} and a label {@code [N, cDim]} (null if there is none) to {@code [N, wDim]}. */
    @Override
    public Tensor map(Tensor z, @Nullable Tensor label) {
        parameters.requireOpen();
        return mapping.apply(z, label);
    }

    /** {@code [N, wDim]} to {@code [N, numWs, wDim]}, truncated. */
    @Override
    public Tensor broadcast(Tensor w, Truncation truncation) {
        parameters.requireOpen();
        if (w.rank() != 2 || w.dim(1) != config.wDim()) {
            throw new IllegalArgumentException("generator: w must be [N, " + config.wDim() + "], got " + w.shape());
        }
        Shape rows = Shape.of(w.dim(0), config.numWs(), config.wDim());
        return Scope.in("broadcast", () -> {
            Tensor plain = Shapes.broadcastTo(Shapes.reshape(w, w.dim(0), 1, w.dim(1)), rows);
            return truncated(plain, truncation);
        });
    }

    /** {@code mean + psi (ws - mean)} in the leading rows of {@code [N, numWs, wDim]}. */
    public Tensor truncated(Tensor ws, Truncation truncation) {
        if (truncation.psi() == 1 || truncation.cutoff() == 0) {
            return ws;
        }
        int cut = Math.min(truncation.cutoff(), config.numWs());
        return Scope.in("truncation", () -> {
            Tensor mean = Shapes.reshape(wAvg, 1, 1, config.wDim());
            Tensor head = Shapes.narrow(ws, 1, 0, cut);
            Tensor drawn = Elementwise.add(mean, Elementwise.scale(Elementwise.sub(head, mean), truncation.psi()));
            return cut == config.numWs()
                    ? drawn
                    : Shapes.concat(1, List.of(drawn, Shapes.narrow(ws, 1, cut, config.numWs())));
        });
    }

    /** {@code [N, numWs, wDim]} to pictures {@code [N, C, R, R]}, about [-1, 1]. */
    @Override
    public Tensor synthesise(Tensor ws, Noise noise) {
        return synthesise(ws, noise, Precision.FLOAT32);
    }

    /** As above; the spy sees the feature map and picture of every block, {@code b4.x}, {@code b4.img}, ... */
    public Tensor synthesise(Tensor ws, Noise noise, @Nullable BiConsumer<String, Tensor> spy) {
        parameters.requireOpen();
        return synthesis.apply(ws, noise, spy);
    }

    /**
     * As {@link #synthesise(Tensor, Noise)} in a precision. Below float32 the network runs as one operation of the
     * backend; its gradients of first order come from it too, those of higher orders from float32.
     *
     * @throws UnsupportedOperationException with the reason, see {@link #refusal}
     */
    @Override
    public Tensor synthesise(Tensor ws, Noise noise, Precision precision) {
        parameters.requireOpen();
        return precision == Precision.FLOAT32 ? synthesis.apply(ws, noise, null) : inPlan(ws, noise, precision);
    }

    private Tensor inPlan(Tensor ws, Noise noise, Precision precision) {
        return Scope.in("synthesis", () -> planned.apply(ws, noise, precision));
    }

    /**
     * {@code [N, numWs, wDim]} to 8-bit pixels on the host, {@code [N, R, R, 3]}: {@code floor(127.5 x + 128)} within
     * [0, 255]. Backends that can convert on the device and copy a quarter of the bytes.
     *
     * @throws IllegalArgumentException if a value is not finite, or pictures have other than three channels
     * @throws UnsupportedOperationException with the reason, see {@link #refusal}
     */
    @Override
    public byte[] pixels(Tensor ws, Noise noise, Precision precision) {
        parameters.requireOpen();
        try (Scope scope = Scope.open("pixels")) {
            return planned.pixels(ws, noise, precision);
        }
    }

    /**
     * What each layer takes below float32 for a batch of codes {@code [N, numWs, wDim]}, in the order in which they
     * run: medians of so many passes. Backends that plan a synthesis measure it on the device.
     *
     * @throws UnsupportedOperationException with the reason, see {@link #refusal}; for float32, which is not planned
     */
    public List<LayerTime> profile(Tensor ws, Noise noise, Precision precision, int passes) {
        parameters.requireOpen();
        if (precision == Precision.FLOAT32) {
            throw new UnsupportedOperationException("profile: FLOAT32 runs operation by operation, without layers");
        }
        if (passes < 1) {
            throw new IllegalArgumentException("profile: passes must be positive, got " + passes);
        }
        try (Scope scope = Scope.open("profile")) {
            return planned.profile(ws, noise, precision, passes);
        }
    }

    /** Why this network cannot be run in a precision here, in words; empty if it can. Never for float32. */
    @Override
    public Optional<String> refusal(Precision precision) {
        parameters.requireOpen();
        return planned.refusal(precision);
    }

    /** Copies of all weights, by name. */
    public Map<String, HostArray> weights() {
        return parameters.toHost();
    }

    @Override
    public void close() {
        planned.close();
        parameters.close();
    }
}
