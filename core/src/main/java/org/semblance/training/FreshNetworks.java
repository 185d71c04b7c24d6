package org.semblance.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.json.Json;
import org.semblance.nn.Initialisers;

/** First values of networks that are trained from the beginning. The same seed gives the same values everywhere. */
public final class FreshNetworks {
    /** Deviation of a normal distribution cut off at two deviations, in units of the one it was cut from. */
    private static final double CUT = 0.87962566103423978;

    /** Keras' VarianceScaling for a leaky ReLU of slope 0.2, {@code 2 / (1 + 0.2^2)}. */
    private static final double LEAKY = 2 / (1 + 0.2 * 0.2);

    private FreshNetworks() {}

    /**
     * A network with the values it begins with.
     *
     * @param description list of operations as in {@code model.json}
     * @param values parameters by name
     */
    public record Described(Json description, Map<String, HostArray> values) {}

    // --- dense layers -----------------------------------------------------------------------------------------------

    /**
     * The paper's mapper: Glorot's uniform values in the first two layers, variance scaling for leaky ReLU in the rest,
     * biases 0.
     *
     * @param widths features in, of each hidden layer, and out
     */
    public static Map<String, HostArray> mapper(List<Integer> widths, long seed) {
        RandomGenerator random = Initialisers.random(seed);
        Map<String, HostArray> values = new LinkedHashMap<>();
        for (int i = 1; i < widths.size(); i++) {
            Shape shape = Shape.of(widths.get(i), widths.get(i - 1));
            putDense(values, i, i <= 2 ? Initialisers.glorot(shape, random) : scaled(shape, random));
        }
        return values;
    }

    /**
     * A mapper whose first outputs lie around the generator's mean style code, and whose first layer hears an identity
     * of norm 1 as loudly as attributes of variance 1.
     *
     * @param identitySize features of the identity, which come first
     * @param mean the mean style code, {@code [wDim]}
     */
    public static Map<String, HostArray> centredMapper(
            List<Integer> widths, int identitySize, HostArray mean, long seed) {
        Map<String, HostArray> values = mapper(widths, seed);
        float[] first = value(values, "linear1.weight").data();
        float loud = (float) Math.sqrt(identitySize);
        for (int i = 0; i < first.length; i++) {
            first[i] *= i % widths.get(0) < identitySize ? loud : 1;
        }
        int last = widths.size() - 1;
        float[] weights = value(values, "linear" + last + ".weight").data();
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= 0.3f;
        }
        values.put("linear" + last + ".bias", mean);
        return values;
    }

    private static HostArray value(Map<String, HostArray> values, String name) {
        HostArray found = values.get(name);
        if (found == null) {
            throw new IllegalStateException("fresh network: no " + name);
        }
        return found;
    }

    /** The paper's discriminator: variance scaling in all layers, biases 0. */
    public static Map<String, HostArray> discriminator(List<Integer> widths, long seed) {
        RandomGenerator random = Initialisers.random(seed);
        Map<String, HostArray> values = new LinkedHashMap<>();
        for (int i = 1; i < widths.size(); i++) {
            putDense(values, i, scaled(Shape.of(widths.get(i), widths.get(i - 1)), random));
        }
        return values;
    }

    private static void putDense(Map<String, HostArray> values, int i, HostArray weight) {
        values.put("linear" + i + ".weight", weight);
        values.put("linear" + i + ".bias", zeros(weight.shape().dim(0)));
    }

    /** Normal values cut off at two deviations, of variance {@code LEAKY / fanIn}. */
    private static HostArray scaled(Shape shape, RandomGenerator random) {
        double deviation = Math.sqrt(LEAKY / shape.dim(1)) / CUT;
        float[] data = new float[shape.intCount()];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) (deviation * cut(random));
        }
        return new HostArray(shape, data);
    }

    private static double cut(RandomGenerator random) {
        while (true) {
            float x = Initialisers.normal(Shape.of(1), 1, random).data()[0];
            if (Math.abs(x) <= 2) {
                return x;
            }
        }
    }

    // --- the attribute encoder
    // ----------------------------------------------------------------------------------------

    /**
     * A residual network without normalisation: the second convolution of each block begins at 0, so that blocks begin
     * as the identity and activations keep their size (Zhang et al., Fixup Initialization, 2019).
     *
     * @param resolution pixels per side of the pictures
     */
    public static Described encoder(StartConfig.Encoder config, int resolution, long seed) {
        EncoderList list = new EncoderList(Initialisers.random(seed));
        int channels = config.widths().get(0);
        String x = list.conv("stem", "x", 3, channels, 3, 1, Math.sqrt(2.0 / 27), true);
        int side = resolution;
        for (int i = 0; i < config.widths().size(); i++) {
            int width = config.widths().get(i);
            x = list.block("stage" + (i + 1) + ".0", x, channels, width, 2);
            x = list.block("stage" + (i + 1) + ".1", x, width, width, 1);
            channels = width;
            side = (side + 1) / 2;
        }
        int features = config.spatial() ? channels * side * side : channels;
        String flat = list.step(config.spatial() ? "flatten" : "gap", List.of(x), Map.of());
        String code = list.linear("code", flat, features, config.code());
        return list.described(resolution, config.code(), code);
    }

    private static HostArray zeros(int count) {
        return new HostArray(Shape.of(count), new float[count]);
    }

    /** Operations of an encoder under construction, and their values. */
    private static final class EncoderList {
        private final RandomGenerator random;
        private final List<Map<String, Object>> steps = new ArrayList<>();
        private final Map<String, HostArray> values = new LinkedHashMap<>();

        EncoderList(RandomGenerator random) {
            this.random = random;
        }

        String step(String op, List<String> inputs, Map<String, Object> rest) {
            String result = "v" + (steps.size() + 1);
            Map<String, Object> step = new LinkedHashMap<>();
            step.put("op", op);
            step.putAll(rest);
            step.put("in", inputs);
            step.put("out", result);
            steps.add(step);
            return result;
        }

        String conv(
                String name, String x, int in, int out, int kernel, int stride, double deviation, boolean rectified) {
            Map<String, Object> rest = new LinkedHashMap<>();
            rest.put("name", name);
            rest.put("cin", in);
            rest.put("cout", out);
            rest.put("kernel", kernel);
            rest.put("stride", stride);
            rest.put("padding", kernel / 2);
            rest.put("bias", true);
            String y = step("conv", List.of(x), rest);
            values.put(name + ".weight", Initialisers.normal(Shape.of(out, in, kernel, kernel), deviation, random));
            values.put(name + ".bias", zeros(out));
            return rectified ? step("relu", List.of(y), Map.of()) : y;
        }

        String block(String name, String x, int in, int out, int stride) {
            String y = conv(name + ".conv1", x, in, out, 3, stride, Math.sqrt(2.0 / (9 * in)), true);
            y = conv(name + ".conv2", y, out, out, 3, 1, 0, false);
            boolean same = in == out && stride == 1;
            String past = same ? x : conv(name + ".skip", x, in, out, 1, stride, Math.sqrt(1.0 / in), false);
            return step("relu", List.of(step("add", List.of(y, past), Map.of())), Map.of());
        }

        String linear(String name, String x, int in, int out) {
            String y = step("linear", List.of(x), Map.of("name", name, "cin", in, "cout", out, "bias", true));
            values.put(name + ".weight", Initialisers.normal(Shape.of(out, in), Math.sqrt(1.0 / in), random));
            values.put(name + ".bias", zeros(out));
            return y;
        }

        Described described(int resolution, int code, String output) {
            Map<String, @Nullable Object> network = new LinkedHashMap<>();
            network.put("name", "e_attr");
            network.put("input", List.of(3, resolution, resolution));
            network.put("ops", steps);
            network.put("output", output);
            network.put("out_dim", code);
            return new Described(Json.of(network), values);
        }
    }
}
