package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.semblance.array.HostArray;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.json.Json;
import org.semblance.networks.FeatureNetwork;
import org.semblance.networks.latent.LatentMlp;
import org.semblance.networks.oplist.OpListNetwork;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGenerator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.tensor.Closing;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.training.ClassPath;
import org.semblance.training.DirectionUnits;
import org.semblance.training.HostParameters;
import org.semblance.training.LossConfig;
import org.semblance.training.StepNetworks;
import org.semblance.training.TeacherNetwork;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.Weights;

/** The networks of a run: frozen ones from the base model, trained ones with the values that the run begins with. */
final class TrainedNetworks implements AutoCloseable {
    private static final String ATTRIBUTE = ModelNetwork.ATTRIBUTE_TEACHER;

    private final List<AutoCloseable> made = new ArrayList<>();
    private final StyleGenerator generator;
    private final StepNetworks functions;
    private final OpListNetwork attributes;
    private final LatentMlp mapper;
    private final LatentMlp discriminator;

    /**
     * @param losses decide which teachers are needed
     * @param precision what the generator runs in
     */
    TrainedNetworks(ModelFolder base, TrainedParts parts, LossConfig losses, Device device, Precision precision)
            throws IOException {
        try {
            Generator frozen = keep(Generator.load(base, device));
            generator = frozen.network();
            requirePrecision(generator, precision, device);
            IdEncoder identity = keep(IdEncoder.load(base, device));
            LandmarkDetector landmarks = keep(LandmarkDetector.load(base, device));
            attributes = keep(OpListNetwork.load(
                    NetworkLoader.opList(ModelNetwork.ATTRIBUTES, parts.encoder()),
                    new HostParameters(ModelNetwork.ATTRIBUTES, parts.attributes()),
                    device,
                    true));
            mapper = keep(mlp(ModelNetwork.MAPPER, parts.mapper(), device, true));
            discriminator = keep(mlp(ModelNetwork.LATENT_DISCRIMINATOR, parts.discriminator(), device, true));
            functions = new StepNetworks(
                    identity.network()::staged,
                    landmarks.network()::apply,
                    w -> generator.synthesise(generator.broadcast(w, Truncation.none()), Noise.constant(), precision),
                    inRange(EncoderLoader.range(base, ModelNetwork.ATTRIBUTES), attributes),
                    mapper::apply,
                    discriminator::apply,
                    losses.asksAttributeTeacher() ? teacher(base, ATTRIBUTE, device) : null,
                    losses.identityTeacher() > 0 ? teacher(base, ModelNetwork.IDENTITY_TEACHER, device) : null,
                    parts.rareClasses().isEmpty() ? null : classPath(base, parts, identity.size(), device));
        } catch (IOException | RuntimeException | Error e) {
            made.forEach(part -> Closing.close(part, e));
            throw e;
        }
    }

    static void requirePrecision(StyleGenerator generator, Precision precision, Device device) {
        generator.refusal(precision).ifPresent(reason -> {
            throw new UnsupportedOperationException(
                    "trainer: run.precision " + precision + " cannot be had on " + device.name() + ": " + reason);
        });
    }

    /** From the model's mapper, as it is in the base. */
    private ClassPath classPath(ModelFolder base, TrainedParts parts, int identity, Device device) throws IOException {
        TrainedParts.Mlp given = TrainedParts.Mlp.of(base, ModelNetwork.MAPPER);
        LatentMlp start = keep(mlp("start", given, device, false));
        HostArray mean = NetworkLoader.mean(base);
        DirectionUnits.Logits logits = new DirectionUnits.Logits(identity, ClassSteps.logits(base));
        ClassPath[] path = new ClassPath[1];
        Scope scope = device.call(() -> Scope.owned(
                "class path",
                () -> path[0] =
                        ClassPath.of(device, start::apply, mean, given.widths().get(0), logits, parts.rareClasses())));
        keep(() -> device.run(scope::close));
        return path[0];
    }

    private <T extends AutoCloseable> T keep(T part) {
        made.add(part);
        return part;
    }

    /** A frozen network that only training asks. */
    private TeacherNetwork teacher(ModelFolder base, String role, Device device) throws IOException {
        FeatureNetwork network = keep(EncoderLoader.load(base, role, device));
        requireResolution(base, role, network, generator);
        return new TeacherNetwork(network::apply, logits(base, role, network.size()));
    }

    static void requireResolution(ModelFolder base, String role, FeatureNetwork network, StyleGenerator generator) {
        if (network.resolution() != generator.resolution()) {
            throw new IllegalArgumentException("trainer: " + role + " must take pictures of " + generator.resolution()
                    + " pixels, got one for " + network.resolution() + " [" + base.source() + "]");
        }
    }

    /** How many of a teacher's readings are logits, the last ones. */
    static int logits(ModelFolder base, String role, int readings) {
        Json logits = base.network(role).description().find("logits").orElse(Json.of(0));
        if (logits.asInt() < 0 || logits.asInt() > readings) {
            throw logits.wrong("0 to " + readings + ", the number of its outputs", logits.compact());
        }
        return logits.asInt();
    }

    private static LatentMlp mlp(String name, TrainedParts.Mlp mlp, Device device, boolean trainable) {
        return LatentMlp.load(
                name, mlp.widths(), mlp.slope(), new HostParameters(name, mlp.values()), device, trainable);
    }

    /** A network that takes pictures in a range, as a function of pictures in [-1, 1]. */
    private static UnaryOperator<Tensor> inRange(double[] range, OpListNetwork network) {
        float scale = (float) (range[1] - range[0]) / 2;
        float shift = (float) (range[1] + range[0]) / 2;
        return x -> network.apply(scale == 1 && shift == 0 ? x : Elementwise.affine(x, scale, shift));
    }

    StyleGenerator generator() {
        return generator;
    }

    StepNetworks functions() {
        return functions;
    }

    /** The model's trained tensors by name. */
    Map<String, Tensor> model() {
        Map<String, Tensor> all = named("attributes.", attributes.parameters());
        all.putAll(named("mapper.", mapper.parameters()));
        return all;
    }

    /** The discriminator's trained tensors by name. */
    Map<String, Tensor> discriminator() {
        return named("discriminator.", discriminator.parameters());
    }

    private static Map<String, Tensor> named(String prefix, Parameters parameters) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        parameters.all().forEach((name, t) -> {
            if (t.isTracked()) {
                named.put(prefix + name, t);
            }
        });
        return named;
    }

    /** Says plainly which teacher was forgotten. */
    static void requireTeachers(ModelFolder base, TrainerConfig config) {
        LossConfig losses = config.losses();
        requireIfAbove(base, ATTRIBUTE, "losses.attributeTeacher", losses.attributeTeacher());
        requireIfAbove(base, ATTRIBUTE, "losses.teacherClasses", losses.teacherClasses());
        requireIfAbove(base, ATTRIBUTE, "losses.codeClasses", losses.codeClasses());
        requireIfAbove(base, ATTRIBUTE, "schedule.classPath", config.schedule().classPath());
        requireIfAbove(base, ModelNetwork.IDENTITY_TEACHER, "losses.identityTeacher", losses.identityTeacher());
    }

    private static void requireIfAbove(ModelFolder base, String role, String setting, Number value) {
        if (value.doubleValue() > 0) {
            requireTeacher(base, role, setting, value);
        }
    }

    static void requireTeacher(ModelFolder base, String role, String setting, Object value) {
        if (!base.has(role)) {
            throw new IllegalArgumentException("trainer: " + setting + " is " + value
                    + ", so a teacher is needed: name the folder that 'train-teacher' wrote with --teacher; the base"
                    + " model must have the network " + role + ", got " + base.roles() + " [" + base.source() + "]");
        }
    }

    /** What a run reads of its base model and never changes, by role. */
    static Json hashes(ModelFolder base, TrainerConfig config) {
        LossConfig losses = config.losses();
        boolean path = config.schedule().classPath() > 0;
        List<String> roles =
                new ArrayList<>(List.of(ModelNetwork.GENERATOR, ModelNetwork.IDENTITY, ModelNetwork.LANDMARKS));
        if (losses.asksAttributeTeacher() || path) {
            roles.add(ATTRIBUTE);
        }
        if (losses.identityTeacher() > 0) {
            roles.add(ModelNetwork.IDENTITY_TEACHER);
        }
        if (path) {
            roles.add(ModelNetwork.MAPPER);
        }
        Map<String, Object> frozen = new LinkedHashMap<>();
        for (String role : roles) {
            frozen.put(role, base.has(role) ? FrozenNetwork.of(base.network(role)) : FrozenNetwork.NONE);
        }
        frozen.put(ModelNetwork.ATTRIBUTES + ".input_range", EncoderLoader.range(base, ModelNetwork.ATTRIBUTES));
        return Json.of(frozen);
    }

    /** All tensors of a role's file. */
    static Map<String, HostArray> values(ModelFolder folder, String role) throws IOException {
        try (Weights weights = folder.weights(role)) {
            Map<String, HostArray> values = new LinkedHashMap<>();
            for (String name : weights.names()) {
                if (!name.endsWith("num_batches_tracked")) {
                    values.put(name, weights.get(name));
                }
            }
            return values;
        }
    }

    @Override
    public void close() {
        Closing.all(made);
    }
}
