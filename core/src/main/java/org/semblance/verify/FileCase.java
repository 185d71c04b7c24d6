package org.semblance.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.semblance.json.Json;

/** A weights file of a set, and what must come of it. */
public final class FileCase {
    private final Path root;
    private final Json entry;
    private final String id;

    /** @param root folder that the set's files are in */
    FileCase(Path root, Json entry, int index) {
        this.root = root;
        this.entry = entry;
        boolean named = entry.isObject() && entry.has("id") && entry.get("id").isString();
        boolean filed =
                entry.isObject() && entry.has("file") && entry.get("file").isString();
        this.id = named
                ? entry.get("id").asString()
                : "files/" + (filed ? entry.get("file").asString() : "file " + index);
    }

    /** What may come of a file. */
    enum Outcome {
        /** It opens, becomes the network that it is recognised to be, and holds what is expected. */
        LOAD,
        /** It ends in an error, at the latest when it should become a network. */
        REFUSE,
        /** It may be read, but never becomes a network. */
        REFUSE_AS_WEIGHTS
    }

    /** Name for reports. */
    public String id() {
        return id;
    }

    /** Where the file is. @throws IOException if that is outside the set */
    Path file() throws IOException {
        return inside(entry.get("file").asString());
    }

    /** A file of the set. @throws IOException if that is outside the set */
    Path inside(String name) throws IOException {
        Path file = root.resolve(name).normalize();
        if (!file.startsWith(root)) {
            throw new IOException("oracle: files must lie inside the set, got " + file);
        }
        return file;
    }

    /** The whole entry in the manifest. */
    Json entry() {
        return entry;
    }

    /** What is acceptable, of {@code A or B} each. */
    List<Outcome> outcomes() {
        List<Outcome> outcomes = new ArrayList<>();
        List<String> texts =
                new ArrayList<>(Arrays.asList(entry.get("expect").asString().split("\\s+or\\s+")));
        entry.find("expect_alternatives").ifPresent(more -> texts.addAll(more.asStrings()));
        for (String text : texts) {
            outcomes.add(outcome(text.strip()));
        }
        return outcomes;
    }

    private Outcome outcome(String text) {
        if (text.startsWith("refuse as weights")) {
            return Outcome.REFUSE_AS_WEIGHTS;
        }
        if (text.startsWith("refuse")) {
            return Outcome.REFUSE;
        }
        if (text.startsWith("load")) {
            return Outcome.LOAD;
        }
        throw entry.get("expect").wrong("load, refuse or refuse as weights", "'" + text + "'");
    }

    /** The part that {@code load PART} names; empty for the whole. */
    String part() {
        for (String text : entry.get("expect").asString().split("\\s+or\\s+")) {
            if (text.startsWith("load ")) {
                return text.substring("load ".length()).strip().split("[\\s(,;:]")[0];
            }
        }
        return "";
    }

    /** Largest deviation allowed for an expected tensor; 0 where none is stated, infinity for outputs without. */
    double tolerance(String name) {
        return entry.find("abs_tol")
                .flatMap(t -> t.isNumber() ? Optional.of(t) : t.find(name))
                .map(Json::asDouble)
                .orElse(0.0);
    }

    /** How a network's output is made. */
    Json how(String name) {
        return entry.find("how").flatMap(h -> h.find(name)).orElseGet(() -> Json.of(Map.of()));
    }

    /** What a hostile file would do if it could, as the name of a file that it would create; empty if not said. */
    String forbiddenFile() {
        String effect = entry.find("forbidden_effect").map(Json::asString).orElse("");
        return effect.startsWith("creates ")
                ? effect.substring("creates ".length()).strip().split("\\s")[0]
                : "";
    }
}
