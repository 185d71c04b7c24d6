package org.semblance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.array.HostArray;
import org.semblance.networks.oplist.OpList;
import org.semblance.training.FreshNetworks;
import org.semblance.training.HostParameters;
import org.semblance.weights.ModelFolder;
import org.semblance.weights.ModelNetwork;

/** An attribute encoder that begins as the attribute teacher ({@code start.attributes: teacher}). */
final class TaughtEncoder {
    private static final String TEACHER = ModelNetwork.ATTRIBUTE_TEACHER;

    /** What the last layer's parameters begin with. */
    private static final String LAST = "code.";

    private TaughtEncoder() {}

    /**
     * The encoder with the teacher's values in all layers but the last.
     *
     * @param fresh the encoder as it would begin by itself
     * @throws IllegalArgumentException if there is no teacher, it does something else with a picture than the
     *     encoder up to there, or its parameters have other shapes
     */
    static FreshNetworks.Described of(ModelFolder base, FreshNetworks.Described fresh) throws IOException {
        TrainedNetworks.requireTeacher(base, TEACHER, "start.attributes", "teacher");
        HostParameters teacher = new HostParameters(TEACHER, TrainedNetworks.values(base, TEACHER));
        requireSameRange(base);
        requireSameSteps(
                NetworkLoader.opList(TEACHER, NetworkLoader.opListJson(base, TEACHER)),
                NetworkLoader.opList("encoder", fresh.description()));
        Map<String, HostArray> values = new LinkedHashMap<>();
        fresh.values()
                .forEach((name, value) ->
                        values.put(name, name.startsWith(LAST) ? value : teacher.take(name, value.shape())));
        return new FreshNetworks.Described(fresh.description(), values);
    }

    /** The encoder is given pictures in the range of the base's attribute encoder. */
    private static void requireSameRange(ModelFolder base) {
        double[] range = EncoderLoader.range(base, TEACHER);
        double[] given = EncoderLoader.range(base, ModelNetwork.ATTRIBUTES);
        if (!Arrays.equals(range, given)) {
            throw refused(
                    "take pictures in " + Arrays.toString(given) + " as the model's attribute encoder does",
                    Arrays.toString(range));
        }
    }

    private static void requireSameSteps(OpList teacher, OpList encoder) {
        if (!teacher.input().equals(encoder.input())) {
            throw refused("take pictures " + encoder.input(), teacher.input());
        }
        List<OpList.Step> wanted = numbered(encoder);
        List<OpList.Step> got = numbered(teacher);
        for (int i = 0; i < wanted.size(); i++) {
            if (i >= got.size() || !got.get(i).equals(wanted.get(i))) {
                throw refused(
                        "have the encoder's operations, of which number " + i + " is " + wanted.get(i),
                        i < got.size() ? got.get(i) : "only " + got.size() + " before its last layer");
            }
        }
    }

    private static IllegalArgumentException refused(String rule, Object got) {
        return new IllegalArgumentException(
                "config: where start.attributes is teacher, " + TEACHER + " must " + rule + ", got " + got);
    }

    /** The operations up to those that make one row of the picture; values are numbers, whatever they were called. */
    private static List<OpList.Step> numbered(OpList list) {
        Map<String, String> numbers = new LinkedHashMap<>(Map.of("x", "0"));
        List<OpList.Step> steps = new ArrayList<>();
        for (OpList.Step s : list.steps()) {
            if (s.op() == OpList.Op.GAP || s.op() == OpList.Op.FLATTEN) {
                break;
            }
            List<String> inputs =
                    s.inputs().stream().map(x -> numbers.getOrDefault(x, x)).toList();
            numbers.put(s.result(), String.valueOf(steps.size() + 1));
            steps.add(new OpList.Step(
                    s.op(),
                    s.name(),
                    s.in(),
                    s.out(),
                    s.kernel(),
                    s.stride(),
                    s.padding(),
                    s.bias(),
                    s.eps(),
                    s.slope(),
                    inputs,
                    String.valueOf(steps.size() + 1)));
        }
        return steps;
    }
}
