package org.semblance.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.array.HostArray;
import org.semblance.json.Json;
import org.semblance.nn.Adam;

/**
 * Progress of a run beside its tensors.
 *
 * @param step steps done
 * @param positions number of the next sample of every source
 * @param bestIdentity best identity score of a test so far, or minus infinity
 * @param bestLandmarks best landmark error of a test so far, or infinity
 * @param notImproved tests since one of these became better
 * @param test the newest test
 */
public record TrainingState(
        long step, List<Long> positions, double bestIdentity, double bestLandmarks, int notImproved, Test test) {
    private static final List<String> OPTIMISERS = List.of("model", "adversarial", "discriminator");
    private static final double NONE = 1e300;

    /**
     * The result of a test.
     *
     * @param step steps done when it was taken, or -1 if none was yet
     * @param figures every finite figure by name, in order
     */
    public record Test(long step, Map<String, Double> figures) {
        static final Test NEVER = new Test(-1, Map.of());

        public Test {
            Map<String, Double> finite = new LinkedHashMap<>(figures);
            finite.values().removeIf(value -> !Double.isFinite(value));
            figures = Collections.unmodifiableMap(finite);
        }

        /** As JSON: {@code step} and {@code figures}. */
        public Json json() {
            return Json.of(Map.of("step", step)).with("figures", figures);
        }

        static Test of(Json json) {
            Map<String, Double> figures = new LinkedHashMap<>();
            Json saved = json.get("figures");
            saved.keys().forEach(key -> figures.put(key, saved.get(key).asDouble()));
            return new Test(json.get("step").asLong(), figures);
        }
    }

    public TrainingState {
        positions = List.copyOf(positions);
    }

    /** The beginning of a run with this many sources. */
    public static TrainingState first(int sources) {
        List<Long> positions = new ArrayList<>();
        for (int i = 0; i < sources; i++) {
            positions.add(0L);
        }
        return new TrainingState(0, positions, -NONE, NONE, 0, Test.NEVER);
    }

    /** After one more step. */
    public TrainingState stepped(List<Long> next) {
        return new TrainingState(step + 1, next, bestIdentity, bestLandmarks, notImproved, test);
    }

    /** After a test; scores that are not numbers are no improvement. */
    public TrainingState tested(TestScores scores) {
        boolean better = scores.identity() > bestIdentity || scores.landmarks() < bestLandmarks;
        return new TrainingState(
                step,
                positions,
                scores.identity() > bestIdentity ? scores.identity() : bestIdentity,
                scores.landmarks() < bestLandmarks ? scores.landmarks() : bestLandmarks,
                better ? 0 : notImproved + 1,
                new Test(step, scores.all()));
    }

    /** As JSON, with the counters of updates. */
    public Json json(Updates updates) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("step", step);
        json.put("positions", positions);
        json.put("best_identity", bestIdentity);
        json.put("best_landmarks", bestLandmarks);
        json.put("not_improved", notImproved);
        json.put("test", test.json());
        float[] counters = updates.counters();
        json.put("skipped", counters[0]);
        json.put("skipped_in_row", counters[1]);
        json.put("updates", updates.optimisers().stream().map(Adam::steps).toList());
        return Json.of(json);
    }

    /** The state that {@link #json} wrote. */
    public static TrainingState of(Json json) {
        return new TrainingState(
                json.get("step").asLong(),
                json.get("positions").elements().stream().map(Json::asLong).toList(),
                json.get("best_identity").asDouble(),
                json.get("best_landmarks").asDouble(),
                json.get("not_improved").asInt(),
                Test.of(json.get("test")));
    }

    /** Averages and moments by name. */
    public static Map<String, HostArray> tensors(Updates updates) {
        Map<String, HostArray> all = new LinkedHashMap<>();
        put(all, "average.", updates.model(), updates.averaged().toHost());
        for (int i = 0; i < OPTIMISERS.size(); i++) {
            Adam adam = updates.optimisers().get(i);
            if (adam.steps() == 0) {
                continue; // its moments are zero still, and stay so where the model descends one sum
            }
            ParameterSet set = i < 2 ? updates.model() : updates.discriminator();
            put(all, OPTIMISERS.get(i) + ".m.", set, adam.firstMoments().get(0).toHost());
            put(all, OPTIMISERS.get(i) + ".v.", set, adam.secondMoments().get(0).toHost());
        }
        return all;
    }

    private static void put(Map<String, HostArray> all, String prefix, ParameterSet set, HostArray values) {
        set.named(values).forEach((name, value) -> all.put(prefix + name, value));
    }

    /** Brings averages, moments and counters to where the checkpoint has them; parameters are there already. */
    public static void restore(Checkpoint checkpoint, Updates updates) {
        Json json = checkpoint.state().get("progress");
        for (int i = 0; i < OPTIMISERS.size(); i++) {
            long steps = json.get("updates").at(i).asLong();
            if (steps == 0) {
                continue;
            }
            ParameterSet set = i < 2 ? updates.model() : updates.discriminator();
            HostArray m = set.joined(checkpoint.withPrefix(OPTIMISERS.get(i) + ".m."));
            HostArray v = set.joined(checkpoint.withPrefix(OPTIMISERS.get(i) + ".v."));
            updates.optimisers().get(i).restore(steps, List.of(m), List.of(v));
        }
        updates.restore(
                updates.model().joined(checkpoint.withPrefix("average.")),
                (float) json.get("skipped").asDouble(),
                (float) json.get("skipped_in_row").asDouble());
    }
}
