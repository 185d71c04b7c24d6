package org.semblance.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.semblance.networks.stylegan2.GeneratorConfig;
import org.semblance.pretrained.GeneratorConfigs;
import org.semblance.weights.Weights;

/**
 * A set of tensors in words.
 *
 * @param weights the tensors
 */
record WeightsReport(Weights weights) {
    /** Counts, types, metadata. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        TreeSet<String> types = new TreeSet<>();
        weights.names().forEach(name -> types.add(weights.storedType(name).name()));
        lines.add(String.format(
                Locale.ROOT,
                "  %d tensors, %,d elements, %s",
                weights.names().size(),
                elements(),
                String.join(" ", types)));
        weights.metadata().forEach((key, value) -> lines.add("  " + key + " = " + value));
        return lines;
    }

    /** A line per tensor. */
    List<String> tensors() {
        int width = weights.names().stream().mapToInt(String::length).max().orElse(0);
        return weights.names().stream()
                .map(name -> String.format(
                        "  %-" + Math.max(1, width) + "s  %-4s  %s",
                        name,
                        weights.storedType(name),
                        weights.shape(name)))
                .toList();
    }

    /** What the file says of its licence, and what follows if it says nothing. */
    String licence() {
        for (Map.Entry<String, String> entry : weights.metadata().entrySet()) {
            if (entry.getKey().toLowerCase(Locale.ROOT).matches("licen[cs]e")) {
                return entry.getValue();
            }
        }
        return "not stated in the file; weights keep the licence under which their authors published them";
    }

    private long elements() {
        return weights.names().stream()
                .mapToLong(name -> weights.shape(name).count())
                .sum();
    }

    /** The architecture, as far as names and shapes tell. */
    String guess() {
        if (GeneratorConfigs.isGenerator(weights)) {
            try {
                return describe(GeneratorConfigs.infer(weights));
            } catch (IllegalArgumentException e) {
                return "a damaged or unusual StyleGAN2 generator (" + e.getMessage() + ")";
            }
        }
        return weights.contains("b4.fc.weight") && weights.contains("b4.out.weight")
                ? "a StyleGAN2 discriminator in the names of stylegan2-ada-pytorch"
                : "no architecture that can be told from names";
    }

    private static String describe(GeneratorConfig c) {
        String size = c.resolution() + "x" + c.resolution();
        String labels = c.cDim() == 0 ? "no labels" : c.cDim() + " labels";
        return "a StyleGAN2 generator, " + c.architecture().name().toLowerCase(Locale.ROOT) + ", " + size + ", z "
                + c.zDim() + ", w " + c.wDim() + ", " + labels + ", " + c.mappingLayers() + " mapping layers, channels "
                + c.channels().counts();
    }

    /** A size in words. */
    static String bytes(long count) {
        return count < 10_000
                ? count + " bytes"
                : String.format(
                        Locale.ROOT,
                        count < 10_000_000 ? "%.0f kB" : "%.1f MB",
                        count < 10_000_000 ? count / 1e3 : count / 1e6);
    }
}
