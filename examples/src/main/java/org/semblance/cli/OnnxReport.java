package org.semblance.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.semblance.onnx.OnnxModel;

/**
 * An ONNX file in words.
 *
 * @param model what it holds
 */
record OnnxReport(OnnxModel model) {
    private static final int MOST_NOTES = 20;

    /** Ports, operators, what cannot be built, licence. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        String by = model.producer().isEmpty() ? "" : ", written by " + WeightsReport.printable(model.producer());
        lines.add(String.format(
                Locale.ROOT,
                "  operators of version %d%s, %,d parameters in %d tensors",
                model.opset(),
                by,
                model.parameters(),
                model.tensors().size()));
        lines.add("  inputs: " + ports(model.inputs()));
        lines.add("  outputs: " + ports(model.outputs()));
        lines.add("  operators: " + counts(model.operators()));
        lines.add(
                model.unsupported().isEmpty()
                        ? "  looks like: a network that can be built, as identity encoder or landmark detector"
                        : "  not supported: " + counts(model.unsupported()));
        model.metadata().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .limit(MOST_NOTES)
                .forEach(e -> lines.add(
                        "  " + WeightsReport.printable(e.getKey()) + " = " + WeightsReport.printable(e.getValue())));
        lines.add("  licence: " + WeightsReport.licence(model.metadata()));
        return lines;
    }

    private static String ports(List<OnnxModel.Port> ports) {
        return ports.stream()
                .map(p -> WeightsReport.printable(p.name())
                        + (p.dims().isEmpty()
                                ? ""
                                : p.dims().stream()
                                        .map(d -> d < 0 ? "?" : d.toString())
                                        .collect(Collectors.joining(", ", " [", "]"))))
                .collect(Collectors.joining(", "));
    }

    private static String counts(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(e -> WeightsReport.printable(e.getKey()) + " " + e.getValue())
                .collect(Collectors.joining(", "));
    }
}
