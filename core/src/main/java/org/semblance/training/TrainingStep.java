package org.semblance.training;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.image.Image;
import org.semblance.networks.stylegan2.StyleGenerator;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Closing;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/** Steps on a device: a batch comes in, parameters change, and losses leave when they are asked for. */
public final class TrainingStep implements AutoCloseable {
    private static final int STATISTICS = 4096;
    private static final long STATISTICS_STREAM = 3;

    private final Device device;
    private final ScheduleConfig schedule;
    private final Precision precision;
    private final BatchTensors batches;
    private final Objective objective;
    private final Updates updates;
    private final RepeatedStep steps;
    private final @Nullable ReadingsCache readings;
    private final Scope scope;

    /** What training needs to know of a model. */
    public record Model(StyleGenerator generator, StepNetworks networks) {}

    /**
     * @param precision what products and convolutions may be rounded to
     * @param updates of the networks' trained tensors; closed with this
     */
    public TrainingStep(
            Device device,
            Model model,
            LossConfig losses,
            ScheduleConfig schedule,
            DataConfig data,
            Precision precision,
            long seed,
            Updates updates) {
        this.device = device;
        this.schedule = schedule;
        this.precision = precision;
        this.updates = updates;
        batches = new BatchTensors(device, model.generator(), data.psi(), precision);
        readings = data.cachedPictures() == 0 ? null : new ReadingsCache(device, model.networks(), losses, precision);
        HostArray z = GeneratorSamples.codes(
                seed, STATISTICS_STREAM, model.generator().zDim(), 0, STATISTICS);
        LatentStatistics[] known = new LatentStatistics[1];
        scope = Scope.owned("latent statistics", () -> known[0] = batches.statistics(z));
        int side = model.generator().resolution();
        objective = Closing.unlessMade(scope, made -> new Objective(model.networks(), losses, side, device, known[0]));
        steps = Closing.unlessMade(
                () -> Closing.all(objective, scope),
                made -> new RepeatedStep(
                        device, objective, updates, precision, device.backend().recorder()));
    }

    /**
     * One step.
     *
     * @param read whether to wait for the device and report the losses
     * @return the losses, or null if they were not to be read
     */
    @Nullable
    StepLosses run(HostBatch batch, boolean read) {
        return device.call(() -> {
            try (Scope step = Scope.open("batch")) {
                StepInput in = batches.of(batch);
                StepInput known = readings == null ? in : in.with(readings.of(batch));
                double left = schedule.classPathLeft(batch.step());
                StepInput ready = left == 0 ? known : known.before(Tensor.full(device, Shape.of(1, 1), (float) left));
                steps.run(ready, schedule.rate(batch.step()), batch.step());
                return read ? steps.losses() : null;
            }
        });
    }

    /**
     * Pictures of what the model makes of a batch, the last few rows; nothing is updated. They are of the mapper's own
     * codes, while a step on a class path sees pictures of codes on their way there.
     */
    TrainingPreview preview(HostBatch batch, int rows) {
        return device.call(() -> {
            try (Scope scope = Scope.open("preview")) {
                StepInput in = batches.of(batch);
                Objective.Pass pass = device.backend().rounding(precision, () -> objective.evaluate(in));
                int from = Math.max(0, in.rows() - rows);
                return new TrainingPreview(
                        batch.step(),
                        images(in.identities(), from),
                        images(in.attributes(), from),
                        images(pass.output(), from));
            }
        });
    }

    private static List<Image> images(Tensor all, int from) {
        return Image.unstack(Shapes.narrow(all, 0, from, all.dim(0)).toHost());
    }

    /** What is updated. */
    public Updates updates() {
        return updates;
    }

    @Override
    public void close() {
        device.run(() -> Closing.all(steps, readings, objective, scope, updates));
    }
}
