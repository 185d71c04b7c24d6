package org.semblance;

import java.util.List;
import org.semblance.backend.Precision;
import org.semblance.json.Json;
import org.semblance.training.ConfigJson;
import org.semblance.training.DataConfig;
import org.semblance.training.LossConfig;
import org.semblance.training.OptimiserConfig;
import org.semblance.training.RunConfig;
import org.semblance.training.ScheduleConfig;
import org.semblance.training.StartConfig;

/**
 * All settings of a training run. What it says and the base model determine the run, on one device bit for bit.
 *
 * @param seed of first values, samples and their order
 * @param batch rows per step
 * @param losses what is descended
 * @param schedule what happens when, and how long
 * @param optimisers how parameters are updated
 * @param data what training sees
 * @param start what the trained networks begin as
 * @param run when it reports, tests, saves and stops
 */
public record TrainerConfig(
        long seed,
        int batch,
        LossConfig losses,
        ScheduleConfig schedule,
        OptimiserConfig optimisers,
        DataConfig data,
        StartConfig start,
        RunConfig run) {
    public TrainerConfig {
        boolean goesOn = start.attributes() == StartConfig.From.MODEL && start.mapper() == StartConfig.From.MODEL;
        if (schedule.classPath() > 0 && !goesOn) {
            throw new IllegalArgumentException("config: schedule.classPath must be 0 unless start.attributes and"
                    + " start.mapper are the model's, got " + schedule.classPath() + " with " + start.attributes()
                    + " and "
                    + start.mapper());
        }
        if (batch < 1) {
            throw new IllegalArgumentException("config: batch must be at least 1, got " + batch);
        }
        if (schedule.adversarialEvery() > 0 && losses.adversarial() == 0) {
            throw new IllegalArgumentException(
                    "config: losses.adversarial must be above 0 where schedule.adversarialEvery is, got 0");
        }
    }

    /**
     * The paper's settings as its authors' code has them (docs of each record say where they come from), for a
     * generator of this resolution. MS-SSIM has as many of the five scales as the resolution allows.
     */
    public static TrainerConfig paper(int resolution) {
        return new TrainerConfig(
                1,
                6,
                LossConfig.paper(resolution),
                ScheduleConfig.paper(),
                OptimiserConfig.paper(resolution),
                DataConfig.paper(),
                StartConfig.paper(),
                new RunConfig(10, 1000, 1000, 1000, 0, 20, Precision.FLOAT32));
    }

    /** Settings that do not depend on batch and embedding sizes and train fast: the default. */
    public static TrainerConfig stable(int resolution) {
        return new TrainerConfig(
                1,
                64,
                LossConfig.stable(resolution),
                ScheduleConfig.stable(20_000),
                OptimiserConfig.stable(),
                DataConfig.stable(),
                StartConfig.stable(),
                new RunConfig(20, 1000, 1000, 1000, 0, 20, Precision.FLOAT32));
    }

    /** The preset of a name, {@code paper} or {@code stable}. */
    public static TrainerConfig preset(String name, int resolution) {
        return switch (name) {
            case "paper" -> paper(resolution);
            case "stable" -> stable(resolution);
            default -> throw new IllegalArgumentException("config: preset must be paper or stable, got '" + name + "'");
        };
    }

    /**
     * Settings as a user gives them: those of a preset, {@code preset} or else the stable one, with the members that
     * the JSON has in place of these.
     *
     * @throws IllegalArgumentException naming the place, if a member is unknown, of another kind or out of its
     *     range, or if one differs from the preset and can have no effect beside the others
     */
    public static TrainerConfig of(Json json, int resolution) {
        TrainerConfig preset = preset(json.find("preset").map(Json::asString).orElse("stable"), resolution);
        TrainerConfig config = preset.with(json.without("preset"));
        IdleSettings.refuse(config, preset, List.of(paper(resolution), stable(resolution)));
        return config;
    }

    /**
     * These settings with the members that the JSON has in place of these.
     *
     * @throws IllegalArgumentException naming the place, if a member is unknown, of another kind or out of its range
     */
    public TrainerConfig with(Json json) {
        return ConfigJson.read(json, this);
    }

    /** All settings as JSON, which {@link #with} reads. */
    public Json json() {
        return ConfigJson.write(this);
    }
}
