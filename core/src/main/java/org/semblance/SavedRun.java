package org.semblance;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.array.DType;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.training.Checkpoint;
import org.semblance.training.SampleSource;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;

/**
 * A run as a file has it.
 *
 * @param file where it is
 * @param checkpoint all of it
 * @param base the model that it is said to have begun with
 * @param config its settings
 */
record SavedRun(Path file, Checkpoint checkpoint, ModelFolder base, TrainerConfig config) {
    /** Of what a checkpoint says. */
    static final int VERSION = 2;

    private static final Logger LOG = System.getLogger(Trainer.class.getName());

    /** Reads it. @throws IOException if the file is no checkpoint, damaged, or of another version */
    static SavedRun read(Path file, ModelFolder base) throws IOException {
        Checkpoint read = Checkpoint.read(file);
        Json version = read.state().get("version");
        if (version.asInt() != VERSION) {
            throw refused(file, "of version " + VERSION, "version " + version.compact());
        }
        TrainerConfig config = TrainerConfig.stable(generator(base).resolution())
                .with(read.state().get("config"));
        return new SavedRun(file, read, base, config);
    }

    static GeneratorConfig generator(ModelFolder base) {
        return NetworkLoader.generatorConfig(
                base.network(ModelNetwork.GENERATOR).config());
    }

    /** The library's version as checkpoints state it. */
    static String library() {
        String version = SavedRun.class.getPackage().getImplementationVersion();
        return version == null ? "not packed" : version;
    }

    /** Refuses another base model than the one that the run began with. */
    void requireBase() throws IOException {
        TrainedNetworks.requireTeachers(base, config);
        requireEqual(checkpoint.state().get("frozen"), TrainedNetworks.hashes(base, config));
    }

    private void requireEqual(Json then, Json now) throws IOException {
        if (!then.equals(now)) {
            throw refused(file, "of this base model", "other frozen networks: " + FrozenNetwork.differences(then, now));
        }
    }

    /** A run that goes on with other samples would not be the same run. */
    void requireSources(List<SampleSource> sources) throws IOException {
        Json before = checkpoint.state().get("sources");
        Json now = Json.of(sources.stream().map(SampleSource::description).toList());
        if (!before.equals(now)) {
            throw new IOException("resume: training data must be what the run began with, " + before.compact()
                    + ", got " + now.compact());
        }
    }

    /** Says so where the run may differ in some bits from one that was not interrupted. */
    void compare(Device device) {
        differs("device", device.toString());
        differs("library", library());
    }

    private void differs(String key, String now) {
        checkpoint
                .state()
                .find(key)
                .map(Json::asString)
                .filter(then -> !then.equals(now))
                .ifPresent(then -> LOG.log(
                        Level.WARNING,
                        "resume: the checkpoint is of the " + key + " " + then + ", this is " + now
                                + ": the run may differ in rounding from one that was not interrupted [" + file + "]"));
    }

    /** Writes a model folder; teachers are needed for nothing there. */
    void export(Path folder, String name, DType dtype) throws IOException {
        Json state = checkpoint.state();
        requireEqual(present(state.get("frozen")), present(TrainedNetworks.hashes(base, config)));
        TrainedParts parts = TrainedParts.of(checkpoint).with(checkpoint.withPrefix("average."));
        ModelExport.of(base, name, dtype, state).write(parts, folder);
    }

    /** Without the teachers that the base does not have. */
    private Json present(Json hashes) {
        Map<String, Object> some = new LinkedHashMap<>();
        for (String key : hashes.keys()) {
            if (base.has(key) || !ModelExport.TEACHERS.contains(key)) {
                some.put(key, hashes.get(key));
            }
        }
        return Json.of(some);
    }

    private static IOException refused(Path file, String rule, String got) {
        return new IOException("checkpoint: it must be " + rule + ", got " + got + " [" + file + "]");
    }
}
