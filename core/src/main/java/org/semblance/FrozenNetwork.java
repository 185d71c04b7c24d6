package org.semblance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.semblance.json.Json;
import org.semblance.weights.ModelNetwork;
import org.semblance.weights.Sha256;

/** Tells whether a frozen network computes the same as another: by its weights, and by what is done with them. */
final class FrozenNetwork {
    /** In place of a network that is not there, or that nobody asks. */
    static final Json NONE = Json.of("none");

    private static final String WEIGHTS = "weights";

    /** Members of a description that decide what is computed; the others tell where the network comes from. */
    private static final List<String> DECIDE = List.of("architecture", "config", "network", "input_range", "logits");

    private FrozenNetwork() {}

    /** SHA-256 of its file, and of what decides the rest in its description. */
    static Json of(ModelNetwork network) {
        Map<String, Object> decide = new TreeMap<>();
        for (String member : DECIDE) {
            network.description().find(member).ifPresent(value -> decide.put(member, plain(value)));
        }
        String text = Json.of(decide).compact();
        Map<String, Object> both = new LinkedHashMap<>();
        both.put(WEIGHTS, network.sha256());
        both.put("description", Sha256.of(text.getBytes(StandardCharsets.UTF_8)));
        return Json.of(both);
    }

    /** In words, of all that a run has by role. */
    static String differences(Json before, Json now) {
        Set<String> roles = new TreeSet<>(before.keys());
        roles.addAll(now.keys());
        List<String> differences = new ArrayList<>();
        for (String role : roles) {
            Json was = before.find(role).orElse(NONE);
            Json is = now.find(role).orElse(NONE);
            if (hasSameWeights(was, is) && !was.equals(is)) {
                differences.add(role + " of the same weights, used in another way (its input_range or layers; of an"
                        + " ONNX file, the options that the run began with)");
            } else if (!was.equals(is)) {
                differences.add(role + " " + was.compact() + ", here " + is.compact());
            }
        }
        return String.join("; ", differences);
    }

    private static boolean hasSameWeights(Json was, Json is) {
        return was.isObject() && is.isObject() && was.get(WEIGHTS).equals(is.get(WEIGHTS));
    }

    /** Members in order, and 1 like 1.0. */
    private static Object plain(Json value) {
        if (value.isObject()) {
            Map<String, Object> members = new TreeMap<>();
            value.keys().forEach(key -> members.put(key, plain(value.get(key))));
            return members;
        }
        if (value.isArray()) {
            return value.elements().stream().map(FrozenNetwork::plain).toList();
        }
        return value.isNumber() ? (Object) value.asDouble() : value;
    }
}
