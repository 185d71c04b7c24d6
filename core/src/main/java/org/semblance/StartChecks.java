package org.semblance;

import java.io.IOException;
import java.util.function.ToIntFunction;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.networks.FeatureNetwork;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;
import org.semblance.training.LossChecks;
import org.semblance.training.LossConfig;
import org.semblance.training.StartConfig;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;

/** What can be known to be wrong with a run before any of it is computed. */
record StartChecks(ModelFolder base, TrainerConfig config, Device device) {
    /**
     * Asks the base model's networks.
     *
     * @throws IllegalArgumentException if they have not what a loss asks
     * @throws UnsupportedOperationException if the generator cannot be run in the run's precision
     */
    void run() throws IOException {
        LossConfig losses = config.losses();
        if (losses.landmarks() > 0) {
            LossChecks.landmarks(losses, asked(ModelNetwork.LANDMARKS, FeatureNetwork::size));
        }
        if (losses.perceptual() > 0) {
            LossChecks.stages(losses, asked(ModelNetwork.IDENTITY, StartChecks::stages));
        }
        if (losses.asksAttributeTeacher()) {
            int readings = EncoderLoader.size(base, ModelNetwork.ATTRIBUTE_TEACHER);
            int classes = TrainedNetworks.logits(base, ModelNetwork.ATTRIBUTE_TEACHER, readings);
            LossChecks.classes(losses, readings - classes, classes, code());
        }
        if (config.schedule().classPath() > 0) { // else the run's own networks come next
            try (Generator generator = Generator.load(base, device)) {
                TrainedNetworks.requirePrecision(
                        generator.network(), config.run().precision(), device);
            }
        }
    }

    private int asked(String role, ToIntFunction<FeatureNetwork> question) throws IOException {
        try (FeatureNetwork network = EncoderLoader.load(base, role, device)) {
            return question.applyAsInt(network);
        }
    }

    /** Of a grey picture. */
    private static int stages(FeatureNetwork identity) {
        int side = identity.resolution();
        return identity.device().call(() -> {
            try (Scope scope = Scope.open("stages")) {
                Tensor grey = Tensor.zeros(identity.device(), Shape.of(1, 3, side, side));
                return identity.staged(grey).stages().size();
            }
        });
    }

    /** Entries of the attribute code. */
    private int code() {
        StartConfig start = config.start();
        return start.attributes() == StartConfig.From.MODEL
                ? EncoderLoader.size(base, ModelNetwork.ATTRIBUTES)
                : start.encoder().code();
    }
}
