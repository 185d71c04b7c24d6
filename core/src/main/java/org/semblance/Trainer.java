package org.semblance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.backend.BackendException;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.tensor.Closing;
import org.semblance.training.BatchFeed;
import org.semblance.training.Checkpoint;
import org.semblance.training.NonFiniteLossException;
import org.semblance.training.SampleSource;
import org.semblance.training.SampleSources;
import org.semblance.training.TestScores;
import org.semblance.training.TrainingListener;
import org.semblance.training.TrainingLoop;
import org.semblance.training.TrainingState;
import org.semblance.training.TrainingStep;
import org.semblance.training.Updates;
import org.semblance.weights.ModelFolder;

/**
 * Learns attribute encoder, latent mapper and latent discriminator through the frozen generator, recogniser and
 * landmark network of a base model.
 *
 * <pre>{@code
 * try (Trainer trainer = Trainer.start(Disentangler.embeddedModel(), TrainerConfig.stable(64), Device.best())) {
 *     trainer.run(Path.of("run"));
 *     trainer.export(Path.of("model"), "mine", DType.F32);
 * }
 * }</pre>
 *
 * <p>One thread trains; {@link #cancel} may be called from any. The same base model, settings and device give the same
 * run bit for bit, whether it was interrupted and resumed or not.
 */
public final class Trainer implements AutoCloseable {
    /** Name of the newest checkpoint in a run's folder. */
    public static final String LAST = "last.checkpoint";
    /** Name of the checkpoint of a run that was stopped as its losses were not finite. */
    public static final String STOPPED = "stopped.checkpoint";
    /** Name of the checkpoint whose test had the highest identity. */
    public static final String BEST_IDENTITY = "best-identity.checkpoint";
    /** Name of the checkpoint whose test had the lowest landmark error. */
    public static final String BEST_LANDMARKS = "best-landmarks.checkpoint";

    private final ModelFolder base;
    private final TrainerConfig config;
    private final Device device;
    private final TrainedParts parts;
    private final TrainedNetworks networks;
    private final TrainingStep step;
    private final TrainingLoop loop;
    private final List<SampleSource> sources;
    private final List<TrainingListener> listeners = new CopyOnWriteArrayList<>();
    private @Nullable TrainingTest test;
    private volatile boolean cancelled;

    /**
     * How a run ended.
     *
     * @param step steps done
     * @param reason in words
     * @param checkpoint the newest
     */
    public record Result(long step, String reason, Path checkpoint) {}

    private Trainer(
            ModelFolder base,
            TrainerConfig config,
            Device device,
            List<SampleSource> sources,
            TrainedParts parts,
            @Nullable Checkpoint checkpoint)
            throws IOException {
        this.base = base;
        this.config = config;
        this.device = device;
        this.sources = sources;
        this.parts = parts;
        TrainingState state = checkpoint == null
                ? TrainingState.first(sources.size())
                : TrainingState.of(checkpoint.state().get("progress"));
        networks = new TrainedNetworks(
                base, parts, config.losses(), device, config.run().precision());
        step = Closing.unlessMade(
                networks, made -> device.call(() -> new StepMaking(networks, config, device).from(checkpoint)));
        loop = new TrainingLoop(step, config.schedule(), config.run(), config.batch(), state, listeners);
    }

    /** As {@link #start(ModelFolder, TrainerConfig, Device, IntConsumer)}, unheard. */
    public static Trainer start(ModelFolder base, TrainerConfig config, Device device) throws IOException {
        return start(base, config, device, pictures -> {});
    }

    /**
     * A run from its beginning. What can be known to be wrong is refused first, since the start of a class path
     * ({@code schedule.classPath}) takes minutes on a processor.
     *
     * @param base model with generator, identity encoder and landmark detector, and whatever {@code config.start} takes
     *     from it
     * @param progress hears how many more pictures were read for the start of a class path
     * @throws IOException if training data cannot be read, or the base model is damaged
     * @throws IllegalArgumentException if base model and settings do not fit
     * @throws UnsupportedOperationException if the device lacks the run's precision
     */
    public static Trainer start(ModelFolder base, TrainerConfig config, Device device, IntConsumer progress)
            throws IOException {
        TrainedNetworks.requireTeachers(base, config);
        List<SampleSource> sources = sources(base, config);
        new StartChecks(base, config, device).run();
        IdleSettings.warn(config, sources);
        return new Trainer(base, config, device, sources, TrainedParts.start(base, config, device, progress), null);
    }

    private static List<SampleSource> sources(ModelFolder base, TrainerConfig config) throws IOException {
        return SampleSources.of(config.data(), config.seed(), SavedRun.generator(base));
    }

    /**
     * A run from a checkpoint. A warning is logged if that was written on another device or by another version of this
     * library: equal bits hold for one of both.
     *
     * @param base the model that the run began with
     * @throws IOException if the file is no checkpoint, damaged, or of another base model or other training data
     * @throws IllegalArgumentException if the base model lacks a teacher that the run asks
     * @throws UnsupportedOperationException if the device lacks the run's precision
     */
    public static Trainer resume(Path checkpoint, ModelFolder base, Device device) throws IOException {
        SavedRun saved = SavedRun.read(checkpoint, base);
        saved.requireBase();
        List<SampleSource> sources = sources(base, saved.config());
        saved.requireSources(sources);
        IdleSettings.warn(saved.config(), sources);
        saved.compare(device);
        Checkpoint read = saved.checkpoint();
        return new Trainer(base, saved.config(), device, sources, TrainedParts.of(read), read);
    }

    /**
     * Writes a checkpoint as a model folder, as {@link #export(Path, String, DType)} of the run does. Neither training
     * data nor teachers nor the run's device are needed.
     *
     * @param base the model that the run began with; a teacher that it has must be the run's
     * @throws IOException if the file is no checkpoint, damaged, or of another base model
     */
    public static void export(Path checkpoint, ModelFolder base, Path folder, String name, DType dtype)
            throws IOException {
        SavedRun.read(checkpoint, base).export(folder, name, dtype);
    }

    /** Adds somebody who hears of the run. */
    public Trainer listen(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Sets what is run every {@code testEvery} steps; without it there are no tests and no best checkpoints. */
    public Trainer test(TrainingTest measure) {
        test = measure;
        return this;
    }

    /** All settings. */
    public TrainerConfig config() {
        return config;
    }

    /** Steps done. */
    public long step() {
        return loop.state().step();
    }

    /**
     * Ends the run after the present step, or in a test that says how far it is, with a checkpoint. From any thread.
     */
    public void cancel() {
        cancelled = true;
    }

    /**
     * Refuses a folder whose {@link #LAST} is further on than this run, as {@link #run} does.
     *
     * @throws IOException naming both steps
     */
    public void requireNotBehind(Path folder) throws IOException {
        new RunFolder(folder).requireNotBehind(step());
    }

    /**
     * Trains until all steps are done, tests no longer improve, or {@link #cancel}. A checkpoint is written at the end
     * however it comes, unless a step failed half way, or the device.
     *
     * @param folder for checkpoints, made if need be; of this run alone
     * @throws IOException if samples cannot be read, a checkpoint cannot be written, or that in the folder is
     *     further on
     * @throws NonFiniteLossException if losses are not finite for too long; {@link #STOPPED} has the run as it is then
     */
    public Result run(Path folder) throws IOException {
        requireWhole();
        RunFolder place = new RunFolder(folder);
        place.requireNotBehind(step());
        place.open();
        Path last = place.file(LAST);
        try (BatchFeed feed = feed()) {
            String reason = walk(feed, place);
            save(last);
            return new Result(step(), reason, last);
        } catch (InterruptedException e) {
            save(last);
            Thread.currentThread().interrupt();
            return new Result(step(), "the thread was interrupted", last);
        } catch (NonFiniteLossException e) {
            Path stopped = place.file(STOPPED);
            throw saveInSpiteOf(e, stopped) ? e.savedAt(stopped) : e;
        } catch (BackendException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (loop.isWhole() && step() > 0) {
                saveInSpiteOf(e, last);
            }
            throw e;
        } finally {
            cancelled = false;
        }
    }

    private void requireWhole() {
        if (!loop.isWhole()) {
            throw new IllegalStateException(
                    "trainer: there is no state to save or to go on from, as step " + step() + " failed half way");
        }
    }

    private boolean saveInSpiteOf(Exception failure, Path file) {
        try {
            save(file);
            return true;
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    private BatchFeed feed() throws IOException {
        return new BatchFeed(
                new BatchFeed.Plan(
                        sources,
                        config.data(),
                        config.schedule(),
                        config.batch(),
                        config.seed(),
                        networks.generator().zDim()),
                step(),
                loop.state().positions());
    }

    private String walk(BatchFeed feed, RunFolder folder) throws IOException, InterruptedException {
        while (true) {
            testIfDue(folder);
            String end = cancelled ? "it was cancelled" : loop.end();
            if (end != null) {
                return end;
            }
            loop.advance(feed);
            int every = config.run().saveEvery();
            if (every > 0 && step() % every == 0) {
                save(folder.file(LAST));
            }
        }
    }

    private void testIfDue(RunFolder folder) throws IOException {
        int every = config.run().testEvery();
        TrainingTest measure = test;
        boolean known = loop.state().test().step() == step();
        if (measure == null || every == 0 || step() % every != 0 || known || cancelled) {
            return;
        }
        TrainingState before = loop.state();
        try {
            loop.tested(scores(measure, folder));
        } catch (CancellationException e) {
            if (cancelled) {
                return; // the test is due again where the run goes on
            }
            throw e;
        }
        if (loop.state().bestLandmarks() < before.bestLandmarks()) {
            save(folder.file(BEST_LANDMARKS));
        }
        if (loop.state().bestIdentity() > before.bestIdentity()) {
            save(folder.file(BEST_IDENTITY));
        }
    }

    private TestScores scores(TrainingTest measure, RunFolder folder) throws IOException {
        try {
            export(folder.snapshot(), base.name(), DType.F32);
            try (Disentangler snapshot = Disentangler.load(folder.snapshot(), device)) {
                heardOf(0);
                int[] done = new int[1];
                return measure.run(snapshot, step(), more -> {
                    done[0] += more;
                    heardOf(done[0]);
                });
            }
        } finally {
            folder.clearSnapshot();
        }
    }

    private void heardOf(int done) {
        if (cancelled) {
            throw new CancellationException("trainer: the run was cancelled in a test");
        }
        listeners.forEach(l -> l.testing(step(), done));
    }

    /**
     * Writes everything that the run needs to go on.
     *
     * @throws IllegalStateException if a step failed half way, which left no state of the run
     */
    public void save(Path file) throws IOException {
        requireWhole();
        checkpoint().write(file);
        listeners.forEach(l -> l.saved(step(), file));
    }

    private Checkpoint checkpoint() {
        return device.call(() -> {
            Map<String, HostArray> tensors = new LinkedHashMap<>(present(false).tensors());
            tensors.putAll(TrainingState.tensors(step.updates()));
            return new Checkpoint(state(), tensors);
        });
    }

    /** All that is no tensor. */
    private Json state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("version", SavedRun.VERSION);
        state.put("library", SavedRun.library());
        state.put("device", device.toString());
        state.put("config", config.json());
        state.put("frozen", TrainedNetworks.hashes(base, config));
        state.put("networks", parts.json());
        state.put("sources", sources.stream().map(SampleSource::description).toList());
        state.put("progress", loop.state().json(step.updates()));
        return Json.of(state);
    }

    /** The trained networks as they are now. */
    private TrainedParts present(boolean averaged) {
        Updates updates = step.updates();
        HostArray model = (averaged ? updates.averaged() : updates.model().values()).toHost();
        Map<String, HostArray> values = new LinkedHashMap<>(updates.model().named(model));
        values.putAll(
                updates.discriminator().named(updates.discriminator().values().toHost()));
        return parts.with(values);
    }

    /**
     * Writes a model folder that {@link Disentangler#load} takes: the base model with what was trained, averages where
     * there are any.
     *
     * @param name of the model
     * @param dtype element type of the trained networks' files
     */
    public void export(Path folder, String name, DType dtype) throws IOException {
        TrainedParts now = Objects.requireNonNull(device.call(() -> present(true)));
        Json state = Objects.requireNonNull(device.call(this::state));
        ModelExport.of(base, name, dtype, state).write(now, folder);
    }

    @Override
    public void close() {
        Closing.all(step, networks);
    }
}
