package org.semblance;

import org.jspecify.annotations.Nullable;
import org.semblance.backend.Device;
import org.semblance.tensor.Closing;
import org.semblance.training.Checkpoint;
import org.semblance.training.ParameterSet;
import org.semblance.training.TrainingState;
import org.semblance.training.TrainingStep;
import org.semblance.training.Updates;

/** Makes the step of a run of its networks and settings; on the device's thread. */
record StepMaking(TrainedNetworks networks, TrainerConfig config, Device device) {
    /** @param checkpoint with averages and moments to go on from, if any */
    TrainingStep from(@Nullable Checkpoint checkpoint) {
        return Closing.unlessMade(updates(), updates -> {
            if (checkpoint != null) {
                TrainingState.restore(checkpoint, updates);
            }
            return step(updates);
        });
    }

    private Updates updates() {
        return Closing.unlessMade(
                new ParameterSet(device, networks.model()),
                model -> Closing.unlessMade(
                        new ParameterSet(device, networks.discriminator()),
                        judge -> new Updates(config.optimisers(), model, judge, device)));
    }

    private TrainingStep step(Updates updates) {
        return new TrainingStep(
                device,
                new TrainingStep.Model(networks.generator(), networks.functions()),
                config.losses(),
                config.schedule(),
                config.data(),
                config.run().precision(),
                config.seed(),
                updates);
    }
}
