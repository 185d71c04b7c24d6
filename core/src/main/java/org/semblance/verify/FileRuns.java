package org.semblance.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.semblance.backend.Device;
import org.semblance.json.Json;
import org.semblance.pretrained.Pretrained;
import org.semblance.tensor.Scope;
import org.semblance.verify.CaseResult.Status;
import org.semblance.weights.Safetensors;
import org.semblance.weights.Weights;
import org.semblance.weights.files.NetworkPart;
import org.semblance.weights.files.WeightsFile;

/**
 * Opens the files of a set as a user would, makes the networks that they are recognised to be, and compares with what
 * is expected. A refusal is an {@link IOException}; anything else that a file brings about is a failure.
 */
final class FileRuns {
    private final Device device;

    FileRuns(Device device) {
        this.device = device;
    }

    /** What came of a file. */
    private record Happened(boolean loaded, boolean becameNetwork, String detail) {}

    CaseResult run(FileCase oracle) {
        try {
            Optional<Path> forbidden = forbidden(oracle);
            Happened happened = happened(oracle);
            if (forbidden.isPresent() && Files.exists(forbidden.get())) {
                return new CaseResult(
                        Status.FAIL, oracle.id(), "the file took effect: " + forbidden.get() + " is there");
            }
            boolean fits = oracle.outcomes().stream().anyMatch(o -> fits(o, happened));
            return new CaseResult(fits ? Status.PASS : Status.FAIL, oracle.id(), happened.detail());
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            String message = e.getMessage() == null ? "" : ": " + e.getMessage().replaceAll("\\s+", " ");
            return new CaseResult(Status.FAIL, oracle.id(), e.getClass().getSimpleName() + message);
        }
    }

    private static Optional<Path> forbidden(FileCase oracle) throws IOException {
        String name = oracle.forbiddenFile();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Path file = Path.of(name).toAbsolutePath();
        if (Files.exists(file)) {
            throw new IOException(file + " is there already, so that nobody could tell who made it; remove it first");
        }
        return Optional.of(file);
    }

    private static boolean fits(FileCase.Outcome outcome, Happened happened) {
        return switch (outcome) {
            case LOAD -> happened.loaded();
            case REFUSE -> !happened.loaded();
            case REFUSE_AS_WEIGHTS -> !happened.becameNetwork();
        };
    }

    private Happened happened(FileCase oracle) throws IOException {
        Path path = oracle.file();
        Weights expected = oracle.entry().has("expected")
                ? Safetensors.open(oracle.inside(oracle.entry().get("expected").asString()))
                : Weights.of(Map.of());
        try (expected) {
            return opened(oracle, path, expected);
        }
    }

    private Happened opened(FileCase oracle, Path path, Weights expected) throws IOException {
        if (!Files.exists(path)) {
            throw new IOException("oracle: no such file: " + path);
        }
        boolean became = false;
        String refusal;
        try (WeightsFile file = WeightsFile.open(path)) {
            became = makeNetworks(oracle, file);
            if (!became) {
                requireUsable(oracle, file.weights());
            }
            String fault = new Comparison(oracle, file, expected).fault();
            if (fault != null) {
                throw new IllegalStateException(fault);
            }
            return new Happened(true, became, describe(file, became));
        } catch (IOException e) {
            refusal = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        }
        return new Happened(false, false, "refused: " + refusal);
    }

    /** Every network of the file, or of the part that is asked for. */
    private boolean makeNetworks(FileCase oracle, WeightsFile file) throws IOException {
        List<NetworkPart> parts = file.parts();
        if (!oracle.part().isEmpty()) {
            parts = file.find(oracle.part()).map(List::of).orElse(List.of());
        }
        for (NetworkPart part : parts) {
            Pretrained.check(part, device);
        }
        return !parts.isEmpty();
    }

    /** Where raw tensors may be read and weights not, the values must be fit for weights. */
    private static void requireUsable(FileCase oracle, Weights weights) throws IOException {
        if (!oracle.outcomes().contains(FileCase.Outcome.REFUSE_AS_WEIGHTS)) {
            return;
        }
        for (String name : weights.names()) {
            if (weights.storedType(name).dtype().isPresent()) {
                weights.get(name);
            }
        }
    }

    private static String describe(WeightsFile file, boolean became) {
        String networks = became
                ? String.join(
                        ", ",
                        file.parts().stream().map(p -> p.network()).distinct().toList())
                : "no network";
        return file.format().text() + ", " + file.weights().names().size() + " tensors, " + networks;
    }

    /** Compares a file with what is expected of it. */
    private final class Comparison {
        private final FileCase oracle;
        private final WeightsFile file;
        private final Weights expected;

        Comparison(FileCase oracle, WeightsFile file, Weights expected) {
            this.oracle = oracle;
            this.file = file;
            this.expected = expected;
        }

        /** The first thing that is wrong, or null. */
        @Nullable
        String fault() throws IOException {
            Weights actual = oracle.part().isEmpty() ? file.weights() : file.at(oracle.part());
            String fault = inlineFault(actual);
            fault = fault == null ? tensorFault(actual) : fault;
            return fault == null ? outputFault() : fault;
        }

        private @Nullable String inlineFault(Weights actual) throws IOException {
            Optional<Json> values = oracle.entry().find("values");
            if (values.isEmpty()) {
                return null;
            }
            for (String name : values.get().keys()) {
                if (!actual.contains(name)) {
                    return "no tensor named " + name;
                }
                String fault =
                        fault(name, actual.doubles(name), numbers(values.get().get(name)));
                if (fault != null) {
                    return fault;
                }
            }
            return null;
        }

        private double[] numbers(Json value) {
            List<Double> all = new ArrayList<>();
            flatten(value, all);
            return all.stream().mapToDouble(Double::doubleValue).toArray();
        }

        private void flatten(Json value, List<Double> into) {
            if (value.isArray()) {
                value.elements().forEach(e -> flatten(e, into));
            } else if (value.isBoolean()) {
                into.add(value.asBoolean() ? 1.0 : 0.0);
            } else if (value.isString() || value.isNull()) {
                into.add(
                        value.isNull()
                                ? Double.NaN
                                : Double.parseDouble(value.asString()
                                        .replace("inf", "Infinity")
                                        .replace("nan", "NaN")));
            } else {
                into.add(value.asDouble());
            }
        }

        /** Names in the expected file, with those in this one: inputs and outputs of the network are none. */
        private Map<String, String> names(Weights actual) {
            Map<String, String> plain = new LinkedHashMap<>();
            boolean hasPrefix = expected.names().stream().anyMatch(n -> n.startsWith("weight."));
            for (String name : expected.names()) {
                boolean isInput = Set.of("x", "z", "c", "ws").contains(name) && !actual.contains(name);
                if (!name.startsWith(FileOutputs.PREFIX) && !isInput && (!hasPrefix || name.startsWith("weight."))) {
                    plain.put(name, hasPrefix ? name.substring("weight.".length()) : name);
                }
            }
            boolean literal = plain.values().stream().allMatch(actual::contains);
            return literal ? plain : renumbered(plain, actual);
        }

        /** Layers that were numbered in another session: those of one kind, in the order of their numbers. */
        private Map<String, String> renumbered(Map<String, String> plain, Weights actual) {
            Map<String, String> there = LayerNumbers.fromZero(plain.values());
            Map<String, String> here = new LinkedHashMap<>();
            LayerNumbers.fromZero(actual.names()).forEach((name, number) -> here.put(number, name));
            Map<String, String> found = new LinkedHashMap<>();
            plain.forEach((name, short_) -> {
                String number = there.getOrDefault(short_, short_);
                found.put(name, here.getOrDefault(number, short_));
            });
            return found;
        }

        private @Nullable String tensorFault(Weights actual) throws IOException {
            for (Map.Entry<String, String> e : names(actual).entrySet()) {
                if (!actual.contains(e.getValue())) {
                    return "no tensor named " + e.getValue();
                }
                if (!actual.shape(e.getValue()).equals(expected.shape(e.getKey()))) {
                    return e.getValue() + " has shape " + actual.shape(e.getValue()) + ", expected "
                            + expected.shape(e.getKey());
                }
                String fault = fault(e.getKey(), actual.doubles(e.getValue()), expected.doubles(e.getKey()));
                if (fault != null) {
                    return fault;
                }
            }
            return null;
        }

        private @Nullable String outputFault() throws IOException {
            Optional<NetworkPart> part = oracle.part().isEmpty() ? file.main() : file.find(oracle.part());
            Map<String, double[]> outputs = part.isEmpty() ? Map.of() : outputs(part.get());
            for (String name : expected.names()) {
                if (name.startsWith(FileOutputs.PREFIX)) {
                    double[] actual = outputs.get(name);
                    String fault =
                            actual == null ? name + " was not computed" : fault(name, actual, expected.doubles(name));
                    if (fault != null) {
                        return fault;
                    }
                }
            }
            return null;
        }

        private Map<String, double[]> outputs(NetworkPart part) throws IOException {
            try (Scope scope = Scope.open(oracle.id())) {
                return new FileOutputs(oracle, file, expected, device).of(part);
            }
        }

        /** Exactly, NaN for NaN, unless a tolerance is given. */
        private @Nullable String fault(String name, double[] actual, double[] reference) {
            if (actual.length != reference.length) {
                return name + " has " + actual.length + " elements, expected " + reference.length;
            }
            double tolerance = oracle.tolerance(name);
            for (int i = 0; i < actual.length; i++) {
                boolean same = Double.compare(actual[i], reference[i]) == 0
                        || tolerance > 0 && Math.abs(actual[i] - reference[i]) <= tolerance;
                if (!same && !(actual[i] == 0 && reference[i] == 0)) {
                    return name + "[" + i + "] is " + actual[i] + ", expected " + reference[i] + " within " + tolerance;
                }
            }
            return null;
        }
    }
}
