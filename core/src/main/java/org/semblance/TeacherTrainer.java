package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ObjDoubleConsumer;
import java.util.stream.IntStream;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.networks.oplist.OpListNetwork;
import org.semblance.nn.Adam;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.training.FreshNetworks;
import org.semblance.training.HostParameters;
import org.semblance.training.LabelledSet;
import org.semblance.training.ParameterSet;
import org.semblance.training.StartConfig;
import org.semblance.training.TeacherNetwork;
import org.semblance.weights.ModelFolderWriter;

/**
 * Makes a teacher: a network that reads numbers off pictures of which they are known, which training then asks
 * ({@code losses.attributeTeacher}, {@code losses.identityTeacher}) what is to be kept. Its outputs are the numbers
 * less their means, over their deviations, times the root of the share of their variance that it explains: in squared
 * differences a number counts as much as it can be read. Of the last columns, if they are 0 or 1, it gives the logits
 * of probabilities. The same set, settings and device give the same network, bit for bit.
 *
 * <pre>{@code
 * LabelledSet heads = LabelledSet.read(Path.of("heads"), "attribute_columns");
 * TeacherTrainer.train(heads, TeacherTrainer.Settings.standard(), Device.best(), (step, loss) -> {})
 *         .write(Path.of("teacher"), ModelNetwork.ATTRIBUTE_TEACHER);
 * }</pre>
 */
public final class TeacherTrainer {
    private static final int HELD_OUT = 2048;
    private static final int LEAST = 64;
    private static final int READ = 64;
    private static final double WARM_UP = 0.05;
    private static final float CLIP = 1;
    private static final String NAME = "teacher";

    private final LabelledSet set;
    private final Settings settings;
    private final Device device;
    private final int learned;
    private final float[][] scale;

    /**
     * How a teacher is made.
     *
     * @param seed of first values, order and noise
     * @param batch pictures per step
     * @param steps of Adam, whose rate falls to 0 along half a cosine
     * @param rate the greatest learning rate
     * @param noise greatest strength of the uniform noise on pictures in [-1, 1], which keeps the teacher from reading
     *     what nobody sees
     * @param encoder the network; {@code code} is not used, its outputs are the columns of the set
     */
    public record Settings(long seed, int batch, long steps, double rate, double noise, StartConfig.Encoder encoder) {
        public Settings {
            require(batch >= 1, "batch must be at least 1", batch);
            require(steps >= 1, "steps must be at least 1", steps);
            require(rate > 0 && Double.isFinite(rate), "rate must be above 0", rate);
            require(noise >= 0 && noise <= 1, "noise must be 0 to 1", noise);
        }

        private static void require(boolean holds, String rule, Object got) {
            if (!holds) {
                throw new IllegalArgumentException("teacher: " + rule + ", got " + got);
            }
        }

        /** 6,000 steps of 64: half a minute on a GPU for pictures of 64 pixels. */
        public static Settings standard() {
            return new Settings(11, 64, 6000, 0.001, 0.1, new StartConfig.Encoder(List.of(32, 64, 128, 256), 1, true));
        }
    }

    /**
     * A finished teacher.
     *
     * @param description its list of operations
     * @param values its parameters by name
     * @param explained share of the variance of each column that it explains on pictures that it has not learned from
     * @param logits how many of its outputs, the last ones, are logits of probabilities
     * @param training what it was made of, in words
     */
    public record Teacher(
            Json description, Map<String, HostArray> values, List<Double> explained, int logits, String training) {
        /**
         * Writes a model folder that holds it alone.
         *
         * @param role {@link org.semblance.weights.ModelNetwork#ATTRIBUTE_TEACHER} or
         *     {@link org.semblance.weights.ModelNetwork#IDENTITY_TEACHER}
         */
        public void write(Path folder, String role) throws IOException {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("architecture", "ops");
            entry.put("sizes", Map.of("embedding", explained.size()));
            entry.put("purpose", "train");
            entry.put("input_range", List.of(-1, 1));
            entry.put("storage", DType.F32.name());
            entry.put("training", training);
            entry.put("licence", "see its data");
            entry.put("explained", explained);
            entry.put("logits", logits);
            entry.put("network", description);
            new ModelFolderWriter(NAME, "see its data")
                    .add(role, Json.of(entry), values, DType.F32)
                    .write(folder);
        }
    }

    private TeacherTrainer(LabelledSet set, Settings settings, Device device) {
        this.set = set;
        this.settings = settings;
        this.device = device;
        Settings.require(set.count() >= LEAST, "a set has at least " + LEAST + " pictures", set.count());
        learned = set.count() - Math.min(HELD_OUT, Math.max(1, set.count() / 16));
        scale = set.scale(learned);
    }

    /**
     * Makes a teacher. The last sixteenth of the set, at most 2,048 pictures, is kept for {@link Teacher#explained}.
     *
     * @param set of at least 64 pictures
     * @param progress hears the mean loss every 100 steps, with the steps done
     * @throws IllegalArgumentException if the set is smaller
     * @throws ArithmeticException if a loss is not finite, or nothing of what is known is learned
     */
    public static Teacher train(LabelledSet set, Settings settings, Device device, ObjDoubleConsumer<Long> progress) {
        return new TeacherTrainer(set, settings, device).train(progress);
    }

    private Teacher train(ObjDoubleConsumer<Long> progress) {
        StartConfig.Encoder encoder = new StartConfig.Encoder(
                settings.encoder().widths(), set.width(), settings.encoder().spatial());
        FreshNetworks.Described fresh = FreshNetworks.encoder(encoder, set.resolution(), settings.seed());
        Json description = fresh.description().with("name", NAME);
        return device.call(() -> {
            try (OpListNetwork network = OpListNetwork.load(
                            NetworkLoader.opList(NAME, description),
                            new HostParameters(NAME, fresh.values()),
                            device,
                            true);
                    ParameterSet parameters =
                            new ParameterSet(device, network.parameters().all())) {
                learn(network, parameters, progress);
                List<Double> explained = explained(network);
                requireLearned(explained);
                Map<String, HostArray> values =
                        parameters.named(parameters.values().toHost());
                weigh(values, explained);
                return new Teacher(description, values, explained, set.chances(), training());
            }
        });
    }

    /** Outputs that explain nothing are 0 from here on. */
    private void weigh(Map<String, HostArray> values, List<Double> explained) {
        for (String name : List.of("code.weight", "code.bias")) {
            float[] data = Objects.requireNonNull(values.get(name), name).data();
            int perOutput = data.length / explained.size();
            for (int i = 0; i < data.length - set.chances() * perOutput; i++) {
                data[i] *= (float) Math.sqrt(Math.max(0, explained.get(i / perOutput)));
            }
        }
    }

    private String training() {
        return "Semblance teacher, " + settings.steps() + " steps of " + settings.batch() + ", seed " + settings.seed()
                + ", on " + set.description() + ".";
    }

    private void learn(OpListNetwork network, ParameterSet parameters, ObjDoubleConsumer<Long> progress) {
        try (Adam adam = new Adam(List.of(parameters.values()), settings.rate(), 0.9, 0.99, 1e-7)) {
            for (long step = 0; step < settings.steps(); step++) {
                adam.setRate(settings.rate() * share(step));
                boolean due = (step + 1) % 100 == 0 || step + 1 == settings.steps();
                double loss = step(network, parameters, adam, step, due);
                if (due) {
                    requireFinite(loss, step);
                    progress.accept(step + 1, loss);
                }
            }
        }
    }

    private static void requireFinite(double loss, long step) {
        if (!Double.isFinite(loss)) {
            throw new ArithmeticException("teacher: the loss of step " + step + " must be finite, got " + loss);
        }
    }

    private static void requireLearned(List<Double> explained) {
        if (explained.stream().noneMatch(share -> share > 0)) {
            throw new ArithmeticException("teacher: of no column any variance is explained on pictures that were kept"
                    + " back, got " + explained + "; take more pictures or steps");
        }
    }

    /** A straight way up, then half a cosine down. */
    private double share(long step) {
        double done = (step + 1.0) / (settings.steps() + 1.0);
        return done < WARM_UP ? done / WARM_UP : 0.5 + 0.5 * Math.cos(Math.PI * (done - WARM_UP) / (1 - WARM_UP));
    }

    private double step(OpListNetwork network, ParameterSet parameters, Adam adam, long step, boolean read) {
        List<Integer> numbers = LabelledSet.numbers(settings.seed(), step, settings.batch(), learned);
        try (Scope scope = Scope.open("teacher step")) {
            Tensor pictures = Tensor.of(device, set.pictures(numbers, settings.noise(), settings.seed() + step));
            Tensor known = Tensor.of(device, set.known(numbers, scale));
            Tensor loss = new TeacherNetwork(network::apply, set.chances()).mistakes(network.apply(pictures), known);
            Tensor gradient = parameters.joined(Gradients.of(loss).wrt(parameters.tensors()));
            Tensor norm =
                    Elementwise.rsqrt(Elementwise.shift(Reduce.sum(Elementwise.square(gradient), 0), Float.MIN_NORMAL));
            adam.step(List.of(gradient), Elementwise.clamp(Elementwise.scale(norm, CLIP), 0, 1));
            parameters.publish();
            return read ? loss.item() : 0;
        }
    }

    private List<Double> explained(OpListNetwork network) {
        double[] squares = new double[set.width()];
        double[] sums = new double[set.width()];
        double[] spread = new double[set.width()];
        int count = set.count() - learned;
        for (int from = learned; from < set.count(); from += READ) {
            List<Integer> numbers = IntStream.range(from, Math.min(from + READ, set.count()))
                    .boxed()
                    .toList();
            float[] known = set.known(numbers, scale).data();
            float[] read = read(network, numbers);
            for (int i = 0; i < known.length; i++) {
                int c = i % set.width();
                double said = c < set.width() - set.chances() ? read[i] : 1 / (1 + Math.exp(-read[i]));
                squares[c] += (known[i] - said) * (known[i] - said);
                sums[c] += known[i];
                spread[c] += (double) known[i] * known[i];
            }
        }
        List<Double> shares = new ArrayList<>();
        for (int c = 0; c < set.width(); c++) {
            double variance = spread[c] - sums[c] * sums[c] / count;
            shares.add(variance > 0 ? Math.round(1e4 * (1 - squares[c] / variance)) / 1e4 : 0.0);
        }
        return shares;
    }

    private float[] read(OpListNetwork network, List<Integer> numbers) {
        try (Scope scope = Scope.open("teacher reads")) {
            return network.apply(Tensor.of(device, set.pictures(numbers, 0, 0)))
                    .toHost()
                    .data();
        }
    }
}
