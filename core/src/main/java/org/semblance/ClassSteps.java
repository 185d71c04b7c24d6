package org.semblance;

import java.io.IOException;
import java.util.List;
import java.util.Map;
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
    private final int readings;
    private final int logits;

    /**
     * A mapper with steps.
     *
     * @param values its parameters by name
     * @param classes that it has steps to, by number
     */
    record Mapper(Map<String, HostArray> values, List<Integer> classes) {}

    /** @param base model with an attribute teacher */
    ClassSteps(ModelFolder base, Device device) {
        this.base = base;
        this.device = device;
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
     * @param widths features in, hidden and out
     * @param identity features that come before the attribute code
     * @param from how much of the way from the mean lies behind the codes
     */
    Mapper in(Map<String, HostArray> mapper, List<Integer> widths, int identity, double from, long seed)
            throws IOException {
        HostArray swaps = drawn(swaps(seed + 1), (float) from);
        List<ClassDirection> found = directions(swaps, seed);
        return new Mapper(
                DirectionUnits.in(mapper, widths, new DirectionUnits.Logits(identity, logits), found),
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
        try (Disentangler model = Disentangler.load(base, device)) {
            Generator generator = model.generator();
            Shape shape = Shape.of(SWAPS + 1, generator.zDim());
            HostArray z = Initialisers.normal(shape, 1, Initialisers.random(seed));
            List<Image> pictures = generator.synthesise(generator.map(z));
            return model.codes(pictures.subList(0, SWAPS), pictures.subList(1, SWAPS + 1));
        }
    }

    /** Steps that the teacher reads off pictures of random codes, tried on others. */
    private List<ClassDirection> directions(HostArray from, long seed) throws IOException {
        try (Generator generator = Generator.load(base, device);
                FeatureNetwork teacher = EncoderLoader.load(base, TEACHER, device)) {
            StyleGenerator network = generator.network();
            TrainedNetworks.requireResolution(base, TEACHER, teacher, network);
            Shape shape = Shape.of(CODES, network.zDim());
            HostArray z = Initialisers.normal(shape, 1, Initialisers.random(seed));
            HostArray codes = Batches.rows(device, z, rows -> network.map(rows, null));
            return ClassDirections.find(
                    codes, from, w -> Batches.rows(device, w, rows -> read(network, teacher, rows)));
        }
    }

    private Tensor read(StyleGenerator generator, FeatureNetwork teacher, Tensor w) {
        return Scope.in("classes", () -> {
            Tensor picture = generator.synthesise(generator.broadcast(w, Truncation.none()), Noise.constant());
            return Shapes.narrow(teacher.apply(picture), 1, readings - logits, readings);
        });
    }
}
