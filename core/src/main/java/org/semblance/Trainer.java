package org.semblance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.semblance.array.DType;
import org.semblance.array.HostArray;
import org.semblance.backend.BackendException;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.training.BatchFeed;
import org.semblance.training.Checkpoint;
import org.semblance.training.NonFiniteLossException;
import org.semblance.training.ParameterSet;
import org.semblance.training.SampleSource;
import org.semblance.training.SampleSources;
import org.semblance.training.TestScores;
import org.semblance.training.TrainingListener;
import org.semblance.training.TrainingLoop;
import org.semblance.training.TrainingState;
import org.semblance.training.TrainingStep;
import org.semblance.training.Updates;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;

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
    /** Name of the checkpoint whose test had the highest identity. */
    public static final String BEST_IDENTITY = "best-identity.checkpoint";
    /** Name of the checkpoint whose test had the lowest landmark error. */
    public static final String BEST_LANDMARKS = "best-landmarks.checkpoint";

    private static final int VERSION = 2;

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
            ModelFolder base, TrainerConfig config, Device device, TrainedParts parts, @Nullable Checkpoint checkpoint)
            throws IOException {
        this.base = base;
        this.config = config;
        this.device = device;
        this.parts = parts;
        sources = SampleSources.of(config.data(), config.seed(), generator(base));
        requireSources(checkpoint);
        IdleSettings.warn(config, sources);
        TrainingState state = checkpoint == null
                ? TrainingState.first(config.data().sources().size())
                : TrainingState.of(checkpoint.state().get("progress"));
        networks = new TrainedNetworks(
                base, parts, config.losses(), device, config.run().precision());
        step = Closing.unlessMade(networks, made -> device.call(() -> step(checkpoint)));
        loop = new TrainingLoop(step, config.schedule(), config.run(), config.batch(), state, listeners);
    }

    private static GeneratorConfig generator(ModelFolder base) {
        return NetworkLoader.generatorConfig(
                base.network(ModelNetwork.GENERATOR).config());
    }

    /** A run that goes on with other samples would not be the same run. */
    private void requireSources(@Nullable Checkpoint checkpoint) throws IOException {
        if (checkpoint == null) {
            return;
        }
        Json before = checkpoint.state().get("sources");
        Json now = Json.of(sources.stream().map(SampleSource::description).toList());
        if (!before.equals(now)) {
            throw new IOException("resume: training data must be what the run began with, " + before.compact()
                    + ", got " + now.compact());
        }
    }

    private TrainingStep step(@Nullable Checkpoint checkpoint) {
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

    /**
     * A run from its beginning.
     *
     * @param base model with generator, identity encoder and landmark detector, and whatever {@code config.start} takes
     *     from it
     */
    public static Trainer start(ModelFolder base, TrainerConfig config, Device device) throws IOException {
        TrainedNetworks.requireTeachers(base, config);
        return new Trainer(base, config, device, TrainedParts.start(base, config, device), null);
    }

    /**
     * A run from a checkpoint.
     *
     * @param base the model that the run began with
     * @throws IOException if the file is no checkpoint, damaged, or of another base model
     * @throws IllegalArgumentException if the base model lacks a teacher that the run asks
     */
    public static Trainer resume(Path checkpoint, ModelFolder base, Device device) throws IOException {
        Checkpoint read = Checkpoint.read(checkpoint);
        Json state = read.state();
        if (state.get("version").asInt() != VERSION) {
            throw refused(
                    checkpoint,
                    "of version " + VERSION,
                    "version " + state.get("version").compact());
        }
        TrainerConfig config = TrainerConfig.stable(resolution(base)).with(state.get("config"));
        TrainedNetworks.requireTeachers(base, config);
        Json frozen = TrainedNetworks.hashes(base, config);
        if (!state.get("frozen").equals(frozen)) {
            throw refused(
                    checkpoint,
                    "of this base model",
                    "other frozen networks: " + FrozenNetwork.differences(state.get("frozen"), frozen));
        }
        return new Trainer(base, config, device, TrainedParts.of(read), read);
    }

    private static int resolution(ModelFolder base) {
        return generator(base).resolution();
    }

    private static IOException refused(Path file, String rule, String got) {
        return new IOException("resume: the checkpoint must be " + rule + ", got " + got + " [" + file + "]");
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

    /** Ends the run after the present step, with a checkpoint. From any thread. */
    public void cancel() {
        cancelled = true;
    }

    /**
     * Trains until all steps are done, tests no longer improve, or {@link #cancel}. A checkpoint is written at the end
     * however it comes, unless parameters may be wrong.
     *
     * @param folder for checkpoints, made if need be
     * @throws IOException if samples cannot be read or a checkpoint cannot be written
     * @throws org.semblance.training.NonFiniteLossException if losses are not finite for too long
     */
    public Result run(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path last = folder.resolve(LAST);
        try (BatchFeed feed = feed()) {
            String reason = walk(feed, folder);
            save(last);
            return new Result(step(), reason, last);
        } catch (InterruptedException e) {
            save(last);
            Thread.currentThread().interrupt();
            return new Result(step(), "the thread was interrupted", last);
        } catch (NonFiniteLossException | BackendException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            saveInSpiteOf(e, last);
            throw e;
        } finally {
            cancelled = false;
        }
    }

    private void saveInSpiteOf(Exception failure, Path last) {
        try {
            save(last);
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
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

    private String walk(BatchFeed feed, Path folder) throws IOException, InterruptedException {
        while (true) {
            testIfDue(folder);
            String end = cancelled ? "it was cancelled" : loop.end();
            if (end != null) {
                return end;
            }
            loop.advance(feed);
            int every = config.run().saveEvery();
            if (every > 0 && step() % every == 0) {
                save(folder.resolve(LAST));
            }
        }
    }

    private void testIfDue(Path folder) throws IOException {
        int every = config.run().testEvery();
        TrainingTest measure = test;
        boolean known = loop.state().test().step() == step();
        if (measure == null || every == 0 || step() % every != 0 || known) {
            return;
        }
        TrainingState before = loop.state();
        loop.tested(scores(measure));
        if (loop.state().bestLandmarks() < before.bestLandmarks()) {
            save(folder.resolve(BEST_LANDMARKS));
        }
        if (loop.state().bestIdentity() > before.bestIdentity()) {
            save(folder.resolve(BEST_IDENTITY));
        }
    }

    private TestScores scores(TrainingTest measure) throws IOException {
        Path folder = Files.createTempDirectory("semblance-test");
        try {
            export(folder, base.name(), DType.F32);
            try (Disentangler snapshot = Disentangler.load(folder, device)) {
                return measure.run(snapshot, step());
            }
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** Writes everything that the run needs to go on. */
    public void save(Path file) throws IOException {
        checkpoint().write(file);
        listeners.forEach(l -> l.saved(step(), file));
    }

    private Checkpoint checkpoint() {
        return device.call(() -> {
            Map<String, Object> state = new LinkedHashMap<>();
            state.put("version", VERSION);
            state.put("device", device.toString());
            state.put("config", config.json());
            state.put("frozen", TrainedNetworks.hashes(base, config));
            state.put("networks", parts.json());
            state.put("sources", sources.stream().map(SampleSource::description).toList());
            state.put("progress", loop.state().json(step.updates()));
            Map<String, HostArray> tensors = new LinkedHashMap<>(present(false).tensors());
            tensors.putAll(TrainingState.tensors(step.updates()));
            return new Checkpoint(Json.of(state), tensors);
        });
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
        String training = "Semblance " + step() + " steps of " + config.batch() + ", seed " + config.seed() + ".";
        new ModelExport(base, name, training, dtype, card(), loop.state().test()).write(now, folder);
    }

    /** What a reader of the model wants to know of the run, and of those that its base model came from. */
    private Map<String, Object> card() {
        Map<String, Object> card = new LinkedHashMap<>();
        card.put("steps", step());
        card.put("seed", config.seed());
        card.put("device", device.toString());
        card.put("base", base.name());
        card.put("frozen", TrainedNetworks.hashes(base, config));
        card.put("data", sources.stream().map(SampleSource::description).toList());
        card.put("config", config.json());
        base.description().find("run").ifPresent(before -> card.put("base_run", before));
        return card;
    }

    @Override
    public void close() {
        step.close();
        networks.close();
    }
}
