package org.semblance.bench.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.semblance.backend.Precision;
import org.semblance.networks.stylegan2.GeneratorConfig;

/**
 * One piece of work that we and PyTorch do, named {@code 256-b8-forward-fp16}.
 *
 * @param size pixels per side; channel base 16384 up to 256, 32768 above, at most 512 channels
 * @param batch pictures at once
 * @param backward whether the gradient with respect to the style codes belongs to it, weights frozen
 * @param precision of the activations
 */
record GpuRow(int size, int batch, boolean backward, Precision precision) {
    private static final Pattern NAME = Pattern.compile("(\\d{1,4})-b(\\d{1,4})-(forward|backward)-(fp32|fp16|bf16)");
    /** Milliseconds that a row may take at most on one H100, where that is required. */
    private static final Map<String, Double> REQUIRED = Map.of(
            "256-b1-forward-fp16", 0.6,
            "256-b32-forward-fp16", 8.0,
            "1024-b1-forward-fp16", 2.0,
            "256-b8-backward-bf16", 6.0);

    /**
     * Pixels at once of all peers that are held together: one of 1024 x 1024 x 32 takes about 35 GB, beside which a
     * process that has none takes what 1024 x 1024 does.
     */
    private static final long HELD = 56L << 20;

    private static final long OWN = 1L << 20;
    private static final int GRADIENT = 4;

    private static final String NOT_SLOWER = "1024-b8-forward-fp16";

    GpuRow {
        if (size < 8 || Integer.bitCount(size) != 1 || batch < 1) {
            throw new IllegalArgumentException(
                    "row: size must be a power of two from 8 on and batch positive, got " + size + " and " + batch);
        }
    }

    /** What is measured unless rows are named, the most important first. */
    static List<GpuRow> all() {
        return Stream.of(
                        "1024-b8-forward-fp16",
                        "256-b1-forward-fp16",
                        "256-b32-forward-fp16",
                        "256-b8-backward-bf16",
                        "1024-b1-forward-fp16",
                        "256-b8-forward-fp16",
                        "1024-b32-forward-fp16",
                        "1024-b8-backward-bf16")
                .map(GpuRow::of)
                .toList();
    }

    /**
     * Rows whose peers fit into the memory of one device together, in groups: those of many pixels at once need most of
     * it, with a gradient several times as much.
     */
    static List<List<GpuRow>> groups(List<GpuRow> rows) {
        List<List<GpuRow>> groups = new ArrayList<>();
        for (GpuRow row : rows) {
            List<GpuRow> group = groups.stream()
                    .filter(held -> held.stream().mapToLong(GpuRow::weight).sum() + row.weight() <= HELD)
                    .findFirst()
                    .orElseGet(() -> {
                        List<GpuRow> fresh = new ArrayList<>();
                        groups.add(fresh);
                        return fresh;
                    });
            group.add(row);
        }
        return groups;
    }

    private long weight() {
        return (long) batch * size * size * (backward ? GRADIENT : 1) + OWN;
    }

    /** @throws IllegalArgumentException if a name is not {@code SIZE-bBATCH-forward|backward-fp32|fp16|bf16} */
    static GpuRow of(String name) {
        Matcher m = NAME.matcher(name);
        if (!m.matches()) {
            throw new IllegalArgumentException(
                    "row: expected SIZE-bBATCH-forward|backward-fp32|fp16|bf16, got '" + name + "'");
        }
        return new GpuRow(
                Integer.parseInt(m.group(1)),
                Integer.parseInt(m.group(2)),
                m.group(3).equals("backward"),
                precision(m.group(4)));
    }

    /** The precision of a name: {@code fp32}, {@code fp16} or {@code bf16}. */
    static Precision precision(String name) {
        return switch (name) {
            case "fp32" -> Precision.FLOAT32;
            case "fp16" -> Precision.FLOAT16;
            case "bf16" -> Precision.BFLOAT16;
            default -> throw new IllegalArgumentException("precision: expected fp32, fp16 or bf16, got '" + name + "'");
        };
    }

    String name() {
        return size + "-b" + batch + (backward ? "-backward-" : "-forward-") + element();
    }

    private String element() {
        return switch (precision) {
            case FLOAT32 -> "fp32";
            case FLOAT16 -> "fp16";
            case BFLOAT16 -> "bf16";
        };
    }

    /** In words, for a table. */
    String title() {
        return size + " x " + size + (backward ? ", forward and backward, " : ", forward, ") + element();
    }

    int channelBase() {
        return size > 256 ? 32768 : 16384;
    }

    GeneratorConfig config() {
        return GeneratorConfig.standard(size, channelBase(), 512);
    }

    /** Milliseconds that it may take at most, infinite if only the peer bounds it. */
    double requiredMillis() {
        return REQUIRED.getOrDefault(name(), Double.POSITIVE_INFINITY);
    }

    /** Our time over the peer's, at most. */
    double requiredRatio() {
        return name().equals(NOT_SLOWER) ? 1.0 : 1.1;
    }

    /**
     * Whether the same work in float32, operation by operation, fits beside everything else; the peer has this rule
     * too.
     */
    boolean hasReference() {
        return (long) batch * size * size <= (backward ? 8L << 16 : 8L << 20);
    }
}
