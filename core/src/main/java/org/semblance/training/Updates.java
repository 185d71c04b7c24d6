package org.semblance.training;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.array.HostArray;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.nn.Adam;
import org.semblance.ops.Elementwise;
import org.semblance.ops.Reduce;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Closing;
import org.semblance.tensor.Gradients;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Gradients and updates of a step: those of the model, those of the adversarial loss on the same parameters, and those
 * of the latent discriminator, in this order, all from the parameters before the step. A step whose losses or gradients
 * are not finite updates nothing; whether it did stays on the device until it is read.
 */
public final class Updates implements AutoCloseable {
    private final OptimiserConfig config;
    private final ParameterSet model;
    private final ParameterSet discriminator;
    private final Adam modelAdam;
    private final Adam adversarialAdam;
    private final Adam discriminatorAdam;
    private final Scope scope;
    /**
     * Moving average of the model, steps skipped in all, steps skipped in a row, norm of the last gradient, and how far
     * the average moves.
     */
    private final Tensor[] state = new Tensor[5];

    /** @param model attribute encoder and mapper; both sets are closed with this, and the caller's if this throws */
    public Updates(OptimiserConfig config, ParameterSet model, ParameterSet discriminator, Device device) {
        this.config = config;
        this.model = model;
        this.discriminator = discriminator;
        List<Adam> made = new ArrayList<>();
        try {
            modelAdam = adam(config.model(), model, made);
            adversarialAdam = adam(config.adversarial(), model, made);
            discriminatorAdam = adam(config.discriminator(), discriminator, made);
            scope = Scope.owned("updates", () -> allocate(device));
        } catch (RuntimeException | Error e) {
            made.forEach(adam -> Closing.close(adam, e));
            throw e;
        }
    }

    private static Adam adam(OptimiserConfig.Adam settings, ParameterSet set, List<Adam> made) {
        Adam adam = new Adam(
                List.of(set.values()), settings.rate(), settings.beta1(), settings.beta2(), settings.epsilon());
        made.add(adam);
        return adam;
    }

    private void allocate(Device device) {
        state[0] = Tensor.zeros(device, Shape.of(config.average() > 0 ? model.size() : 1));
        for (int i = 1; i < state.length; i++) {
            state[i] = Tensor.zeros(device, Shape.of(1));
        }
        if (config.average() > 0) {
            ParameterSet.overwrite(state[0], model.values());
        }
    }

    /** All gradients that a pass has. */
    public StepGradients gradients(Objective.Pass pass) {
        Tensor charged = pass.adversarial();
        Tensor judged = pass.discriminator();
        if (charged == null || judged == null) {
            return new StepGradients(Gradients.of(pass.total()).wrt(model.tensors()), null, null);
        }
        Tensor descended = config.joint() ? Elementwise.add(pass.total(), charged) : pass.total();
        List<Tensor> own = Gradients.of(descended).wrt(model.tensors());
        List<Tensor> adversarial = config.joint() ? null : Gradients.of(charged).wrt(model.tensors());
        Tensor penalty = pass.penalty();
        Tensor judgement = penalty == null ? judged : Elementwise.add(judged, penalty);
        return new StepGradients(own, adversarial, Gradients.of(judgement).wrt(discriminator.tensors()));
    }

    /**
     * Updates parameters and averages.
     *
     * @param rate share of the learning rates
     * @param step number of the step, for the averages' first steps
     */
    public void apply(Objective.Pass pass, StepGradients gradients, double rate, long step) {
        begin(gradients.discriminator() != null, rate, step);
        apply(pass, gradients);
    }

    /**
     * What the host does for a step: learning rates and the average's share go to the device.
     *
     * @param judged whether the discriminator takes part
     * @param rate share of the learning rates
     * @param step number of the step, for the averages' first steps
     */
    void begin(boolean judged, double rate, long step) {
        begin(modelAdam, config.model().rate() * rate);
        if (judged && !config.joint()) {
            begin(adversarialAdam, config.adversarial().rate() * rate);
        }
        if (judged) {
            begin(discriminatorAdam, config.discriminator().rate() * rate);
        }
        if (config.average() > 0) {
            double decay = Math.min(config.average(), (1.0 + step) / (10.0 + step));
            state[4].backend().upload(new float[] {(float) (1 - decay)}, state[4].array());
        }
    }

    private static void begin(Adam adam, double rate) {
        adam.setRate(rate);
        adam.begin();
    }

    /** What the device does for a step after {@link #begin}: the same work every time, so that it can be recorded. */
    void apply(Objective.Pass pass, StepGradients gradients) {
        try (Scope scratch = Scope.open("updates")) {
            Tensor own = model.joined(gradients.model());
            Tensor adversarial = joined(model, gradients.adversarial());
            Tensor judge = joined(discriminator, gradients.discriminator());
            Tensor square = Reduce.squares(own);
            Tensor charge = adversarial == null ? null : Reduce.squares(adversarial);
            Tensor judgement = judge == null ? null : Reduce.squares(judge);
            Tensor guard = guard(pass, square, charge, judgement);
            update(modelAdam, own, square, guard);
            if (adversarial != null && charge != null) {
                update(adversarialAdam, adversarial, charge, guard);
            }
            if (judge != null && judgement != null) {
                update(discriminatorAdam, judge, judgement, guard);
                discriminator.publish();
            }
            model.publish();
            if (config.average() > 0) {
                model.average(state[0], Elementwise.mul(finite(guard), state[4]));
            }
            ParameterSet.overwrite(state[3], Elementwise.sqrt(square));
        }
    }

    private static @Nullable Tensor joined(ParameterSet set, @Nullable List<Tensor> gradients) {
        return gradients == null ? null : set.joined(gradients);
    }

    /** 0 if squares of all gradients and all losses are finite, else NaN; notes which. */
    private Tensor guard(Objective.Pass pass, Tensor square, @Nullable Tensor charge, @Nullable Tensor judgement) {
        Tensor sum = Elementwise.add(square, one(pass.total()));
        for (Tensor squares : new @Nullable Tensor[] {charge, judgement}) {
            sum = squares == null ? sum : Elementwise.add(sum, squares);
        }
        for (Tensor loss : new @Nullable Tensor[] {pass.adversarial(), pass.discriminator(), pass.penalty()}) {
            sum = loss == null ? sum : Elementwise.add(sum, one(loss));
        }
        Tensor guard = Elementwise.scale(sum, 0);
        Tensor bad = Elementwise.affine(finite(guard), -1, 1);
        ParameterSet.overwrite(state[1], Elementwise.add(state[1], bad));
        ParameterSet.overwrite(state[2], Elementwise.mul(Elementwise.shift(state[2], 1), bad));
        return guard;
    }

    /** 1 where the guard says that everything is finite, else 0. */
    private static Tensor finite(Tensor guard) {
        return Elementwise.inside(guard, -1, 1);
    }

    private static Tensor one(Tensor scalar) {
        return Shapes.reshape(scalar, Shape.of(1));
    }

    private void update(Adam adam, Tensor gradient, Tensor square, Tensor guard) {
        Tensor scale = Elementwise.shift(guard, 1);
        if (config.clip() > 0) {
            Tensor ratio = Elementwise.scale(
                    Elementwise.rsqrt(Elementwise.shift(square, Float.MIN_NORMAL)), (float) config.clip());
            scale = Elementwise.add(Elementwise.clamp(ratio, 0, 1), guard);
        }
        adam.update(List.of(gradient), scale);
    }

    /** What is on the device besides parameters: [steps skipped, skipped in a row, norm of the last gradient]. */
    public float[] counters() {
        return new float[] {state[1].item(), state[2].item(), state[3].item()};
    }

    /** Goes on from saved values: averages, steps skipped, skipped in a row. */
    void restore(HostArray average, float skipped, float inRow) {
        Tensor target = averaged();
        target.backend().upload(average.data(), target.array());
        state[1].backend().upload(new float[] {skipped}, state[1].array());
        state[2].backend().upload(new float[] {inRow}, state[2].array());
    }

    /** The model's parameters. */
    public ParameterSet model() {
        return model;
    }

    /** The latent discriminator's parameters. */
    public ParameterSet discriminator() {
        return discriminator;
    }

    /** The values to test and to export: the moving average where there is one. */
    public Tensor averaged() {
        return config.average() > 0 ? state[0] : model.values();
    }

    /** The three optimisers: model, adversarial, discriminator. */
    public List<Adam> optimisers() {
        return List.of(modelAdam, adversarialAdam, discriminatorAdam);
    }

    @Override
    public void close() {
        Closing.all(scope, modelAdam, adversarialAdam, discriminatorAdam, model, discriminator);
    }
}
