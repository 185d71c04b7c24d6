package org.semblance.sequence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.semblance.json.Json;
import org.semblance.metrics.OriginalLikeness;
import org.semblance.metrics.TemporalFigures;
import org.semblance.metrics.TemporalMotion;

/**
 * What came of a sequence, as JSON.
 *
 * @param outcome of the run
 * @param figures of the people who were swapped, by their numbers
 * @param baseline the same of every frame by itself; empty where that was not asked for
 * @param reference of frames that really show the wanted identity, by recogniser, or null
 */
public record SequenceReport(
        SequenceOutcome outcome,
        Map<Integer, PersonFigures> figures,
        Map<Integer, PersonFigures> baseline,
        @Nullable Map<String, TemporalFigures> reference) {
    /** All of it; {@code docs/sequences.md} explains the figures. */
    public Json json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("frames", outcome.frames());
        all.put("sightings", outcome.sightings());
        all.put("frames_without_a_face", outcome.empty());
        if (reference != null) {
            Map<String, Object> by = new LinkedHashMap<>();
            reference.forEach((key, one) -> by.put(key, one.json()));
            all.put("reference", by);
        }
        List<Object> people = new ArrayList<>();
        outcome.people().forEach(person -> people.add(json(person)));
        all.put("people", people);
        return Json.of(all);
    }

    private Map<String, Object> json(Person person) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("number", person.number());
        one.put("first_frame", person.first());
        one.put("last_frame", person.last());
        one.put("frames", person.frames());
        one.put("frames_filled_in", person.frames() - person.seen());
        one.put("swapped", outcome.identities().containsKey(person.number()));
        PersonFigures steady = figures.get(person.number());
        if (steady != null) {
            one.put("figures", steady.json());
        }
        PersonFigures each = baseline.get(person.number());
        if (each != null) {
            one.put("frame_by_frame", each.json());
        }
        if (steady != null && reference != null) {
            one.put("pairwise_over_reference", ratios(steady));
        }
        return one;
    }

    private Map<String, Object> ratios(PersonFigures steady) {
        Map<String, Object> ratios = new LinkedHashMap<>();
        if (reference != null) {
            steady.identity().forEach((key, ours) -> {
                TemporalFigures real = reference.get(key);
                if (real != null) {
                    ratios.put(key, ours.pairwise() / real.pairwise());
                }
            });
        }
        return ratios;
    }

    /** Faces that a recogniser still takes for who they were, by the worst recogniser of each person. */
    public int framesAbove() {
        return figures.values().stream()
                .mapToInt(one -> one.original().values().stream()
                        .mapToInt(OriginalLikeness::above)
                        .max()
                        .orElse(0))
                .sum();
    }

    /** Whether some recogniser with a threshold has compared everybody who was swapped with who they were. */
    public boolean isJudged() {
        return outcome.identities().keySet().stream().allMatch(number -> {
            PersonFigures one = figures.get(number);
            return one != null && one.original().values().stream().anyMatch(old -> !Double.isNaN(old.threshold()));
        });
    }

    /** The figures that matter most, for people to read. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        figures.forEach((number, one) -> {
            if (!one.identity().isEmpty()) {
                lines.add(line("person " + number, one));
            }
            one.original()
                    .forEach((key, old) -> lines.add(String.format(
                            Locale.ROOT,
                            "  to the original, %s: mean %.4f, greatest %.4f, %d frames at or above %.4f",
                            key,
                            old.mean(),
                            old.greatest(),
                            old.above(),
                            old.threshold())));
            PersonFigures each = baseline.get(number);
            if (each != null && !each.identity().isEmpty()) {
                lines.add(line("  frame by frame", each));
            }
            if (reference != null) {
                ratios(one)
                        .forEach((key, ratio) -> lines.add(
                                String.format(Locale.ROOT, "  pairwise over reference, %s: %.4f", key, ratio)));
            }
        });
        return lines;
    }

    /** Nothing where no picture says who is wanted. */
    private static String towards(TemporalFigures figures) {
        return Double.isNaN(figures.mean())
                ? ""
                : String.format(Locale.ROOT, ", identity %.4f (p5 %.4f)", figures.mean(), figures.low());
    }

    private static String line(String who, PersonFigures one) {
        TemporalFigures best = one.best();
        TemporalMotion motion = one.motion();
        String words = String.format(
                Locale.ROOT, "%s: pairwise %.4f%s, jitter %.4f", who, best.pairwise(), towards(best), best.jitter());
        return motion == null
                ? words
                : words
                        + String.format(
                                Locale.ROOT,
                                ", jerk %.4f px (input %.4f), landmarks %.3f px",
                                motion.jerkOut(),
                                motion.jerkIn(),
                                motion.distance());
    }
}
