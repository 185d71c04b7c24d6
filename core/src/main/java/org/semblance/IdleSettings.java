package org.semblance;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.semblance.json.Json;
import org.semblance.training.DataConfig;
import org.semblance.training.DataConfig.Kind;
import org.semblance.training.SampleSource;
import org.semblance.training.StartConfig.From;

/** Settings that can have no effect beside others: somebody who gave one meant something else. */
final class IdleSettings {
    private static final Logger LOG = System.getLogger(IdleSettings.class.getName());

    private static final List<Rule> RULES = List.of(
            new Rule("run.stopAfterTests", "run.testEvery is 0", c -> c.run().testEvery() == 0),
            new Rule(
                    "start.encoder", "start.attributes is model", c -> c.start().attributes() == From.MODEL),
            new Rule(
                    "start.mapperWidths",
                    "start.mapper is model",
                    c -> c.start().mapper() == From.MODEL),
            new Rule("start.centred", "start.mapper is model", c -> c.start().mapper() == From.MODEL),
            new Rule(
                    "start.discriminatorWidths",
                    "start.discriminator is model",
                    c -> c.start().discriminator() == From.MODEL),
            new Rule("losses.adversarial", "schedule.adversarialEvery is 0", IdleSettings::isNeverJudged),
            new Rule("optimisers.adversarial", "optimisers.joint is true", c -> c.optimisers()
                    .joint()),
            new Rule("losses.regression", "no source knows style codes", IdleSettings::knowsNoCodes),
            new Rule("schedule.classPathFrom", "schedule.classPath is 0", IdleSettings::hasNoPath));

    private IdleSettings() {}

    /**
     * A setting and when it has no effect.
     *
     * @param setting such as {@code losses.adversarial}
     * @param reason in words
     */
    private record Rule(String setting, String reason, Predicate<TrainerConfig> idle) {
        Json in(TrainerConfig config) {
            Json value = config.json();
            for (String step : setting.split("\\.")) {
                value = value.get(step);
            }
            return value;
        }
    }

    private static boolean isNeverJudged(TrainerConfig config) {
        return config.schedule().adversarialEvery() == 0;
    }

    private static boolean hasNoPath(TrainerConfig config) {
        return config.schedule().classPath() == 0;
    }

    private static boolean knowsNoCodes(TrainerConfig config) {
        return config.data().sources().stream().allMatch(s -> s.kind() == Kind.HEADS || s.kind() == Kind.SWAPS);
    }

    private static boolean isZero(Json value) {
        return value.isNumber() && value.asDouble() == 0;
    }

    /**
     * Refuses one that is another than the preset's, so that somebody gave it; 0 asks for no effect. What another
     * preset has may come from a file of all settings, so that is only said.
     *
     * @throws IllegalArgumentException naming it and the reason
     */
    static void refuse(TrainerConfig config, TrainerConfig preset, List<TrainerConfig> presets) {
        for (Rule rule : RULES) {
            Json value = rule.in(config);
            if (!rule.idle().test(config) || isZero(value) || value.equals(rule.in(preset))) {
                continue;
            }
            String where = " where " + rule.reason() + ", ";
            if (presets.stream().noneMatch(p -> rule.in(p).equals(value))) {
                throw new IllegalArgumentException("config: " + rule.setting() + " must not be given" + where
                        + "since it has no effect then, got " + value.compact());
            }
            if (!rule.setting().startsWith("losses.")) { // of which warn tells
                LOG.log(
                        Level.WARNING,
                        "config: " + rule.setting() + " has no effect" + where + "got " + value.compact());
            }
        }
    }

    /** Says which losses have no effect, once for a run. */
    static void warn(TrainerConfig config, List<SampleSource> sources) {
        losses(config, sources).forEach(loss -> LOG.log(Level.WARNING, "training: " + loss));
    }

    /** Losses that have a weight, if only that of a preset, and no effect, in words. */
    static List<String> losses(TrainerConfig config, List<SampleSource> sources) {
        List<String> idle = new ArrayList<>();
        double adversarial = config.losses().adversarial();
        if (adversarial > 0 && isNeverJudged(config)) {
            idle.add("losses.adversarial is " + adversarial
                    + " and has no effect, since schedule.adversarialEvery is 0");
        }
        double regression = config.losses().regression();
        SampleSource first = sources.get(firstRows(config.data().sources()));
        if (regression > 0 && !first.hasCodes()) {
            idle.add("losses.regression is " + regression + " and has no effect, since nobody knows the style codes of"
                    + " the first rows, " + first.description());
        }
        return idle;
    }

    /** The source whose rows lead the batch; there is one that is not of known swaps. */
    private static int firstRows(List<DataConfig.Source> sources) {
        int first = 0;
        while (sources.get(first).kind() == Kind.SWAPS) {
            first++;
        }
        return first;
    }
}
