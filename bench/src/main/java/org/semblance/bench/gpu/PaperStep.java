package org.semblance.bench.gpu;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.backend.Recorder;
import org.semblance.bench.RandomArrays;
import org.semblance.bench.RandomGenerator;
import org.semblance.networks.convnet.InceptionFeatures;
import org.semblance.networks.convnet.InceptionV3;
import org.semblance.networks.convnet.ResNet50;
import org.semblance.networks.convnet.ResNetFeatures;
import org.semblance.networks.latent.LatentMlp;
import org.semblance.networks.oplist.OpList;
import org.semblance.networks.oplist.OpListNetwork;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.networks.stylegan2.Noise;
import org.semblance.networks.stylegan2.StyleGan2Generator;
import org.semblance.networks.stylegan2.Truncation;
import org.semblance.nn.Parameters;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Resize;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.training.LossConfig;
import org.semblance.training.Objective;
import org.semblance.training.OptimiserConfig;
import org.semblance.training.ParameterSet;
import org.semblance.training.RepeatedStep;
import org.semblance.training.ScheduleConfig;
import org.semblance.training.StepInput;
import org.semblance.training.StepLosses;
import org.semblance.training.StepNetworks;
import org.semblance.training.Updates;

/**
 * The paper's step at 256x256 with random weights of its networks' sizes: ResNet-50 at 224, InceptionV3 at 299, a
 * landmark network at 160, mapper and discriminator, losses and schedule of the preset, on pictures that are on the
 * device.
 */
final class PaperStep implements AutoCloseable {
    private static final Logger LOG = System.getLogger(PaperStep.class.getName());
    private static final int RESOLUTION = 256;
    private static final int LANDMARK_INPUT = 160;
    private static final float SLOPE = 0.2f;

    private final List<AutoCloseable> made = new ArrayList<>();
    private final ScheduleConfig schedule = ScheduleConfig.paper();
    private final Updates updates;
    private final RepeatedStep steps;
    private final int batch;
    private final Tensor[] inputs = new Tensor[3];
    private long number;

    /** @param recorder what steps are recorded by */
    PaperStep(Device device, int batch, Precision precision, Recorder recorder) {
        this.batch = batch;
        boolean done = false;
        try {
            StyleGan2Generator generator = keep(StyleGan2Generator.load(
                    GeneratorConfig.standard(RESOLUTION, 16384, 512), new RandomGenerator(), device, false));
            ResNet50 identity = keep(ResNet50.load(ResNet50.Variant.VGGFACE2, StepWeights.resNet50(), device, false));
            InceptionV3 attributes = keep(InceptionV3.load(false, StepWeights.inceptionV3(), device, true));
            OpListNetwork landmarks = keep(OpListNetwork.load(landmarks(), StepWeights.resNet50(), device, false));
            LatentMlp mapper = keep(mlp("mapper", List.of(512 + attributes.size(), 2048, 1024, 512, 512), device));
            LatentMlp discriminator = keep(mlp("discriminator", List.of(512, 256, 128, 64, 1), device));
            ResNetFeatures seen = new ResNetFeatures(identity, RESOLUTION);
            InceptionFeatures described = new InceptionFeatures(attributes, RESOLUTION);
            StepNetworks networks = new StepNetworks(
                    seen::staged,
                    x -> landmarks.apply(
                            Resize.bilinear(Elementwise.affine(x, 0.5f, 0.5f), LANDMARK_INPUT, LANDMARK_INPUT)),
                    w -> generator.synthesise(generator.broadcast(w, Truncation.none()), Noise.constant(), precision),
                    described::apply,
                    mapper::apply,
                    discriminator::apply);
            Map<String, Tensor> model = trained("attributes.", attributes.parameters());
            model.putAll(trained("mapper.", mapper.parameters()));
            updates = keep(new Updates(
                    OptimiserConfig.paper(RESOLUTION),
                    new ParameterSet(device, model),
                    new ParameterSet(device, trained("discriminator.", discriminator.parameters())),
                    device));
            Objective objective = keep(new Objective(networks, LossConfig.paper(RESOLUTION), RESOLUTION, device, null));
            made.add(Scope.owned("pictures", () -> {
                Shape pictures = Shape.of(batch, 3, RESOLUTION, RESOLUTION);
                inputs[0] = Tensor.of(device, RandomArrays.normal(1, pictures, 0, 0.4f));
                inputs[1] = Tensor.of(device, RandomArrays.normal(2, pictures, 0, 0.4f));
                inputs[2] = Tensor.of(device, RandomArrays.normal(3, Shape.of(batch, 512)));
            }));
            steps = keep(new RepeatedStep(device, objective, updates, precision, recorder));
            done = true;
        } finally {
            if (!done) {
                closeAfterFailure();
            }
        }
    }

    /** The failure says more than what follows from it. */
    private void closeAfterFailure() {
        try {
            close();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "step: a part could not be closed", e);
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        made.add(part);
        return part;
    }

    private static LatentMlp mlp(String name, List<Integer> widths, Device device) {
        return LatentMlp.load(name, widths, SLOPE, StepWeights.resNet50(), device, true);
    }

    private static Map<String, Tensor> trained(String prefix, Parameters parameters) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        parameters.all().forEach((name, t) -> {
            if (t.isTracked()) {
                named.put(prefix + name, t);
            }
        });
        return named;
    }

    /** Stands in for the paper's: nine 3x3 convolutions, of widths 32 to 256, and a dense layer to 68 points. */
    static OpList landmarks() {
        List<OpList.Step> steps = new ArrayList<>();
        int in = 3;
        String x = "x";
        for (int width : new int[] {32, 64, 128, 256}) {
            x = conv(steps, x, in, width, 2);
            x = conv(steps, x, width, width, 1);
            in = width;
        }
        steps.add(step(OpList.Op.GAP, "", 0, 0, 0, 1, x, "features"));
        steps.add(step(OpList.Op.LINEAR, "points", in, 136, 0, 1, "features", "points"));
        return new OpList("landmarks", List.of(3, LANDMARK_INPUT, LANDMARK_INPUT), steps, "points");
    }

    private static String conv(List<OpList.Step> steps, String x, int in, int out, int stride) {
        String name = "conv" + steps.size();
        steps.add(step(OpList.Op.CONV, name, in, out, 3, stride, x, name));
        steps.add(step(OpList.Op.RELU, "", 0, 0, 0, 1, name, name + ".relu"));
        return name + ".relu";
    }

    private static OpList.Step step(
            OpList.Op op, String name, int in, int out, int kernel, int stride, String x, String result) {
        return new OpList.Step(op, name, in, out, kernel, stride, kernel / 2, in > 0, 0, 0, List.of(x), result);
    }

    /** Queues the next step of the schedule. */
    void run() {
        boolean cross = schedule.crossRows(number, batch) > 0;
        Tensor attributes = cross ? inputs[1] : inputs[0];
        @Nullable Tensor real = schedule.isAdversarial(number) ? inputs[2] : null;
        steps.run(new StepInput(inputs[0], attributes, cross ? batch : 0, real, null), 1, number);
        number++;
    }

    /** Waits for the last step and reads its losses. */
    StepLosses losses() {
        return steps.losses();
    }

    /** Waits for the last step; what is trained of encoder and mapper. */
    float[] parameters() {
        return updates.model().values().toHost().data();
    }

    @Override
    public void close() throws Exception {
        for (int i = made.size() - 1; i >= 0; i--) {
            made.get(i).close();
        }
    }
}
