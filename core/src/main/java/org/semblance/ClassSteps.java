package org.semblance;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.image.Image;
import org.semblance.networks.FeatureNetwork;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGenerator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.nn.Initialisers;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.training.ClassDirection;
import org.semblance.training.ClassDirections;
import org.semblance.training.DirectionUnits;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;

/**
 * What a run with {@code schedule.classPath} begins with: the model's mapper and in it a step to each class that the
 * attribute teacher reads off the generator's pictures and the attribute code says ({@code losses.codeClasses}).
 */
final class ClassSteps {
    /** Pictures that the teacher is asked about. */
    private static final int CODES = 8192;

    /** Swaps that lengths are tried on. */
    private static final int SWAPS = 256;

    private static final String TEACHER = ModelNetwork.ATTRIBUTE_TEACHER;

    private final ModelFolder base;
    private final Device device;
    private final IntConsumer progress;
    private final int readings;
    private final int logits;

    /**
     * A mapper with steps.
     *
     * @param network the mapper itself
     * @param classes that it has steps to, by number
     */
    record Mapper(TrainedParts.Mlp network, List<Integer> classes) {}

    /**
     * @param base model with an attribute teacher
     * @param progress hears how many more pictures the teacher has read
     */
    ClassSteps(ModelFolder base, Device device, IntConsumer progress) {
        this.base = base;
        this.device = device;
        this.progress = progress;
        readings = EncoderLoader.size(base, TEACHER);
        logits = logits(base);
        if (logits < 2) {
            throw new IllegalArgumentException("schedule.classPath: " + TEACHER
                    + " must have at least 2 logits, one for each class, got " + logits + " [" + base.source() + "]");
        }
    }

    /** How many of the teacher's readings are logits of classes, the last ones. */
    static int logits(ModelFolder base) {
        return TrainedNetworks.logits(base, TEACHER, EncoderLoader.size(base, TEACHER));
    }

    /**
     * The model's mapper with steps that are as long as its codes of swaps of generated pictures need, drawn towards
     * the mean as far as the path begins.
     *
     * @param identity features that come before the attribute code
     * @param from how much of the way from the mean lies behind the codes
     * @throws IllegalArgumentException if the attribute code does not say the classes, none has a step, or the mapper
     *     has no room
     */
    Mapper in(TrainedParts.Mlp mapper, int identity, double from, long seed) throws IOException {
        DirectionUnits.Logits code = new DirectionUnits.Logits(identity, logits);
        code.requireIn(mapper.widths().get(0));
        HostArray swaps = drawn(swaps(seed + 1), (float) from);
        List<ClassDirection> found = directions(swaps, seed);
        return new Mapper(
                mapper.with(DirectionUnits.in(mapper.values(), mapper.widths(), mapper.slope(), code, found)),
                found.stream().map(ClassDirection::logit).toList());
    }

    /** Towards the mean. */
    private HostArray drawn(HostArray codes, float from) throws IOException {
        float[] mean = NetworkLoader.mean(base).data();
        float[] drawn = new float[codes.data().length];
        for (int i = 0; i < drawn.length; i++) {
            float middle = mean[i % mean.length];
            drawn[i] = middle + from * (codes.data()[i] - middle);
        }
        return new HostArray(codes.shape(), drawn);
    }

    private HostArray swaps(long seed) throws IOException {
        try (Disentangler model = Disentangler.load(base, device);
                FeatureNetwork teacher = EncoderLoader.load(base, TEACHER, device)) {
            TrainedNetworks.requireResolution(
                    base, TEACHER, teacher, model.generator().network());
            Generator generator = model.generator();
            Shape shape = Shape.of(SWAPS + 1, generator.zDim());
            HostArray z = Initialisers.normal(shape, 1, Initialisers.random(seed));
            List<Image> pictures = generator.synthesise(generator.map(z));
            List<Image> attributes = pictures.subList(1, SWAPS + 1);
            requireSaid(
                    model.attributes().encode(attributes),
                    Batches.images(TEACHER, device, attributes, teacher.resolution(), teacher::apply));
            return model.codes(pictures.subList(0, SWAPS), attributes);
        }
    }

    /** Who knows nothing of classes says the most frequent one every time. */
    private void requireSaid(HostArray codes, HostArray read) {
        int[] counts = new int[logits];
        int right = 0;
        for (int i = 0; i < SWAPS; i++) {
            int known = largest(read, i, readings - logits);
            counts[known]++;
            right += largest(codes, i, 0) == known ? 1 : 0;
        }
        int frequent = Arrays.stream(counts).max().orElse(0);
        if (right <= frequent && right < SWAPS) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "schedule.classPath: the first %d numbers of the attribute code must say the classes that %s reads"
                            + " (losses.codeClasses) better than its most frequent one would, which is right in %.3f of"
                            + " %d pictures; their largest is in %.3f [%s]",
                    logits,
                    TEACHER,
                    frequent / (double) SWAPS,
                    SWAPS,
                    right / (double) SWAPS,
                    base.source()));
        }
    }

    /** Which of a row's logits is the largest. @param first column of them */
    private int largest(HostArray rows, int row, int first) {
        int at = row * rows.shape().dim(1) + first;
        int largest = 0;
        for (int k = 1; k < logits; k++) {
            largest = rows.data()[at + k] > rows.data()[at + largest] ? k : largest;
        }
        return largest;
    }

    /** Steps that the teacher reads off pictures of random codes, tried on others. */
    private List<ClassDirection> directions(HostArray from, long seed) throws IOException {
        try (Generator generator = Generator.load(base, device);
                FeatureNetwork teacher = EncoderLoader.load(base, TEACHER, device)) {
            StyleGenerator network = generator.network();
            Shape shape = Shape.of(CODES, network.zDim());
            HostArray z = Initialisers.normal(shape, 1, Initialisers.random(seed));
            HostArray codes = Batches.rows(device, z, rows -> network.map(rows, null));
            return ClassDirections.find(
                    codes,
                    from,
                    w -> Batches.rows(device, w, network.resolution(), (rows, number) -> read(network, teacher, rows)));
        }
    }

    private Tensor read(StyleGenerator generator, FeatureNetwork teacher, Tensor w) {
        progress.accept(w.dim(0));
        return Scope.in("classes", () -> {
            Tensor picture = generator.synthesise(generator.broadcast(w, Truncation.none()), Noise.constant());
            return Shapes.narrow(teacher.apply(picture), 1, readings - logits, readings);
        });
    }
}
