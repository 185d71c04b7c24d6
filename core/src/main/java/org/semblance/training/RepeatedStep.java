package org.semblance.training;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.semblance.array.Shape;
import org.semblance.backend.Device;
import org.semblance.backend.Precision;
import org.semblance.backend.Recorder;
import org.semblance.backend.View;
import org.semblance.ops.Shapes;
import org.semblance.tensor.Closing;
import org.semblance.tensor.Scope;
import org.semblance.tensor.Tensor;

/**
 * Steps whose device part is recorded and repeated: a step copies its input to a place of its own for inputs of that
 * form, and forward pass, gradients and updates are one piece of work that reads from there. The first step of a form
 * runs as it stands, the second is recorded, and from then on a step is one call. Nothing here waits for the device but
 * {@link #losses}.
 *
 * <p>A repeated step computes what the same step would compute anew, bit for bit.
 */
public final class RepeatedStep implements AutoCloseable {
    /** Forms that are recorded, on a class path and behind it; steps of further ones are done anew each time. */
    private static final int RECORDED = 16;

    private final Device device;
    private final Objective objective;
    private final Updates updates;
    private final Precision precision;
    private final Recorder recorder;
    private final Map<Form, Work> works = new HashMap<>();
    private @Nullable Work last;

    /** What decides which operations a step has. */
    private record Form(
            Shape pictures,
            boolean twoSources,
            int crossRows,
            @Nullable Shape real,
            @Nullable Shape own,
            @Nullable Shape swaps,
            boolean onPath,
            int unread) {
        static Form of(StepInput in) {
            return new Form(
                    in.identities().shape(),
                    in.attributes() != in.identities(),
                    in.crossRows(),
                    shape(in.realCodes()),
                    shape(in.ownCodes()),
                    shape(in.swaps()),
                    in.pathLeft() != null,
                    in.unreadRows());
        }

        private static @Nullable Shape shape(@Nullable Tensor t) {
            return t == null ? null : t.shape();
        }
    }

    /**
     * @param objective what a step descends; it belongs to the caller
     * @param updates what a step changes; likewise
     * @param precision what products and convolutions may be rounded to
     * @param recorder records steps, closed with this; {@code work -> work} does each anew
     */
    public RepeatedStep(Device device, Objective objective, Updates updates, Precision precision, Recorder recorder) {
        this.device = device;
        this.objective = objective;
        this.updates = updates;
        this.precision = precision;
        this.recorder = recorder;
    }

    /**
     * Queues one step; on the device's thread.
     *
     * @param rate share of the learning rates
     * @param number of the step, from 0
     */
    public void run(StepInput in, double rate, long number) {
        updates.begin(in.realCodes() != null, rate, number);
        Work work = works.computeIfAbsent(Form.of(in), form -> new Work(in));
        work.run(in);
        last = work;
    }

    /** Waits for the last step and reads its losses. */
    public StepLosses losses() {
        Work done = last;
        if (done == null) {
            throw new IllegalStateException("training step: there are no losses before the first step");
        }
        return StepLosses.of(done.report.toHost().data(), updates.counters()[2]);
    }

    @Override
    public void close() {
        Closing.all(recorder, () -> Closing.all(works.values()));
    }

    /** A step on inputs of one form. */
    private final class Work implements AutoCloseable {
        private final StepInput input;
        private final Tensor report;
        private final Scope scope;
        private final boolean recorded = works.size() < RECORDED;
        private boolean done;
        private @Nullable Runnable repeat;

        Work(StepInput like) {
            @Nullable Tensor[] made = new @Nullable Tensor[7];
            @Nullable SourceReadings[] readings = new @Nullable SourceReadings[1];
            scope = Scope.owned("step input", () -> {
                made[0] = place(like.identities());
                made[1] = like.attributes() == like.identities() ? made[0] : place(like.attributes());
                made[2] = place(like.realCodes());
                made[3] = place(like.ownCodes());
                made[4] = place(like.swaps());
                made[5] = place(like.pathLeft());
                made[6] = Tensor.full(device, Shape.of(StepLosses.TERMS.size()), Float.NaN);
                readings[0] = place(like.readings());
            });
            input = new StepInput(
                    known(made[0]), known(made[1]), like.crossRows(), made[2], made[3], made[4], made[5], readings[0]);
            report = known(made[6]);
        }

        private @Nullable Tensor place(@Nullable Tensor like) {
            return like == null ? null : Tensor.empty(device, like.shape());
        }

        private @Nullable SourceReadings place(@Nullable SourceReadings like) {
            return like == null
                    ? null
                    : new SourceReadings(
                            known(place(like.identity())),
                            place(like.landmarks()),
                            place(like.attributeTeacher()),
                            place(like.identityTeacher()));
        }

        private static Tensor known(@Nullable Tensor t) {
            return Objects.requireNonNull(t);
        }

        void run(StepInput in) {
            copy(in.identities(), input.identities());
            if (in.attributes() != in.identities()) {
                copy(in.attributes(), input.attributes());
            }
            copy(in.realCodes(), input.realCodes());
            copy(in.ownCodes(), input.ownCodes());
            copy(in.swaps(), input.swaps());
            copy(in.pathLeft(), input.pathLeft());
            copy(in.readings(), input.readings());
            if (done && recorded && repeat == null) {
                repeat = recorder.record(this::queue);
            }
            (repeat == null ? (Runnable) this::queue : repeat).run();
            done = true;
        }

        private static void copy(@Nullable SourceReadings from, @Nullable SourceReadings to) {
            if (from != null && to != null) {
                copy(from.identity(), to.identity());
                copy(from.landmarks(), to.landmarks());
                copy(from.attributeTeacher(), to.attributeTeacher());
                copy(from.identityTeacher(), to.identityTeacher());
            }
        }

        private static void copy(@Nullable Tensor from, @Nullable Tensor to) {
            if (from != null && to != null) {
                ParameterSet.overwrite(to, from);
            }
        }

        /** Forward pass, gradients, updates and losses, on what stands in the places. */
        private void queue() {
            device.backend().<@Nullable Void>rounding(precision, () -> {
                try (Scope step = Scope.open("training step")) {
                    Objective.Pass pass = objective.evaluate(input);
                    updates.apply(pass, updates.gradients(pass));
                    note(pass.terms());
                }
                return null;
            });
        }

        private void note(Map<String, Tensor> terms) {
            terms.forEach((name, term) -> {
                View place = View.box(report.array(), new int[] {StepLosses.TERMS.indexOf(name)}, Shape.of(1));
                device.backend().scatter(Shapes.reshape(term, Shape.of(1)).array(), place, report.array());
            });
        }

        @Override
        public void close() {
            scope.close();
        }
    }
}
